// The one import of the platform's C library. Everything else imports this module, so a platform is
// a branch in this folder and nowhere else. Only the Glibc branch is built and tested.
#if canImport(Glibc)
  @_exported @preconcurrency public import Glibc
#elseif canImport(Musl)
  @_exported @preconcurrency public import Musl
#elseif canImport(Darwin)
  @_exported @preconcurrency public import Darwin
#endif

/// Makes a system call again for as long as a signal interrupts it: the call gives -1 and `errno`
/// is `EINTR`.
package func retryingIfInterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    guard result == -1, errno == EINTR else { return result }
  }
}

/// The process's environment, as `NAME=value` strings: `environ`.
package func environmentStrings() -> [String] {
  #if canImport(Darwin)
    var next = _NSGetEnviron().pointee
  #else
    var next = environ
  #endif
  var strings: [String] = []
  while let entry = next.pointee {
    strings.append(String(cString: entry))
    next = next.advanced(by: 1)
  }
  return strings
}
