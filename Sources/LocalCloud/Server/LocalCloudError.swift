/// Why a fake could not start.
package enum LocalCloudError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A socket call failed: its name and `errno`.
  case socket(call: String, errno: Int32)
  /// `pthread_create` failed with this code.
  case thread(errno: Int32)
  /// `posix_spawn` failed with this code.
  case spawn(path: String, errno: Int32)

  /// The text for a person.
  package var description: String {
    switch self {
    case .socket(let call, let errno):
      "can't listen on 127.0.0.1: \(call) failed (errno \(errno)); check the limits on open files"
    case .thread(let errno):
      "can't start a thread (errno \(errno)); check the limit on processes"
    case .spawn(let path, let errno):
      "can't start \(path) (errno \(errno)); check that it is built and executable"
    }
  }
}
