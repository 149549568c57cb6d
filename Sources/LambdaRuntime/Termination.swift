import CLibrary
import Clock
import HTTPTransport
import Synchronization

/// The end that SIGTERM asks for: at once while idle, after the current answer while busy.
///
/// A flag alone would not end a process that waits in `/next`, since libcurl goes on after EINTR.
/// Lambda sends SIGTERM only to functions with an extension, and then leaves half a second.
public final class Termination: Sendable {
  private static let idle: UInt8 = 1
  private static let requested: UInt8 = 2
  private let state = Atomic<UInt8>(0)
  /// A pipe that becomes readable, and stays so, once the end is asked for; -1 where there is none.
  private let readEnd: Int32
  private let writeEnd: Int32

  /// Creates a termination that nobody has asked for yet.
  public init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { ends = [-1, -1] }
    for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    for end in [readEnd, writeEnd] where end >= 0 { close(end) }
  }

  /// Whether the process was asked to end; to be read between the steps of long work.
  public var isRequested: Bool {
    state.load(ordering: .acquiring) & Termination.requested != 0
  }

  /// Asks for the end; true when the process is idle, so that nothing is lost by ending it now.
  public func request() -> Bool {
    let before = state.bitwiseOr(Termination.requested, ordering: .acquiringAndReleasing).oldValue
    var byte: UInt8 = 0
    if before & Termination.requested == 0, writeEnd >= 0 { _ = write(writeEnd, &byte, 1) }
    return before & Termination.idle != 0
  }

  /// Blocks for this long, or until the end is asked for: `poll`.
  public func sleep(_ duration: Duration) {
    let now = TimeSource.system.monotonic
    let end = now() + duration
    while !isRequested {
      let left = end - now()
      guard left > .zero else { return }
      // Rounded up, and at most an hour at a time; poll passes over a negative descriptor.
      let milliseconds = min(left / .milliseconds(1), 3_600_000).rounded(.up)
      var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, Int32(milliseconds))
    }
  }

  /// Marks the start of waiting; false when the end was asked for, so that waiting must not begin.
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
