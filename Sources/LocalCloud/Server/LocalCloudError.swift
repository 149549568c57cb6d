/// Why a fake could not start.
package enum LocalCloudError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A socket call failed: its name and `errno`.
  case socket(call: String, errno: Int32)
  /// `pthread_create` failed with this code.
  case thread(errno: Int32)
  /// `posix_spawn` failed with this code.
  case spawn(path: String, errno: Int32)

  package var description: String {
    switch self {
    case .socket(let call, let errno):
      "Could not listen on 127.0.0.1: \(call) gave errno \(errno). Check the limit on open files."
    case .thread(let errno):
      "Could not start a thread: errno \(errno). Check the limit on processes."
    case .spawn(let path, let errno):
      "Could not start \(path): errno \(errno). Check that it is built and executable."
    }
  }
}
