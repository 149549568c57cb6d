// The constants of sockets, which the platforms declare with different types.
#if canImport(Glibc)
  /// `SOCK_STREAM`, closed on `exec` where the platform can say so at once.
  package let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  /// `MSG_NOSIGNAL`: a peer that is gone is an error and no SIGPIPE.
  package let noSignal = Int32(MSG_NOSIGNAL)
  /// `SHUT_RDWR`.
  package let shutdownBoth = Int32(SHUT_RDWR)
  /// `SHUT_WR`.
  package let shutdownWrite = Int32(SHUT_WR)
#elseif canImport(Musl)
  package let streamSocket = SOCK_STREAM | SOCK_CLOEXEC
  package let noSignal = Int32(MSG_NOSIGNAL)
  package let shutdownBoth = Int32(SHUT_RDWR)
  package let shutdownWrite = Int32(SHUT_WR)
#elseif canImport(Darwin)
  package let streamSocket = SOCK_STREAM
  package let noSignal: Int32 = 0
  package let shutdownBoth = SHUT_RDWR
  package let shutdownWrite = SHUT_WR
#endif
/// `IPPROTO_TCP`.
package let tcpLevel = Int32(IPPROTO_TCP)
