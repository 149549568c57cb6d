import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The end that SIGTERM asks for: at once while idle, after the current answer while busy.
///
/// A flag alone would not end a process that waits in `/next`: libcurl goes on after EINTR.
/// Lambda sends SIGTERM only to functions with an extension, and then leaves half a second.
public final class Termination: Sendable {
  private static let idle: UInt8 = 1
  private static let requested: UInt8 = 2
  private let state = Atomic<UInt8>(0)

  /// Creates a termination that nobody has asked for.
  public init() {}

  /// Whether the process was asked to end; to be read between the steps of long work.
  public var isRequested: Bool {
    state.load(ordering: .acquiring) & Termination.requested != 0
  }

  /// Asks for the end; true when the process is idle, so that nothing is lost by ending it now.
  public func request() -> Bool {
    state.bitwiseOr(Termination.requested, ordering: .acquiringAndReleasing).oldValue
      & Termination.idle != 0
  }

  /// Marks the start of waiting; false when the end was asked for, and waiting is not to begin.
  func idleBegins() -> Bool {
    state.bitwiseOr(Termination.idle, ordering: .acquiringAndReleasing).oldValue
      & Termination.requested == 0
  }

  /// Marks the start of work on an invocation.
  func workBegins() {
    _ = state.bitwiseAnd(~Termination.idle, ordering: .acquiringAndReleasing)
  }

  /// Blocks SIGTERM and starts the one thread that waits for it: `pthread_sigmask`, `sigwait`.
  ///
  /// To be called before any other thread starts, since threads inherit what is blocked: a thread
  /// that does not block the signal would die of it, and the process with it.
  ///
  /// - Returns: whether both worked; otherwise SIGTERM keeps its usual effect.
  @discardableResult
  public func watch() -> Bool {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    guard pthread_sigmask(SIG_BLOCK, &signals, nil) == 0 else { return false }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context {
          Unmanaged<Termination>.fromOpaque(context).takeRetainedValue().wait()
        }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      return false
    }
    pthread_detach(thread)
    return true
  }

  private func wait() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    var received: Int32 = 0
    while true {
      // No exit handlers: the main thread is in the middle of libcurl.
      if sigwait(&signals, &received) == 0, request() { _exit(0) }
    }
  }
}
