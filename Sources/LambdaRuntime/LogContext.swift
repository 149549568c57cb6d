import Synchronization

/// The invocation that log lines belong to, shared by the run loop and the log handlers.
public final class LogContext: Sendable {
  private let current = Mutex<(requestID: String?, tenantID: String?)>((nil, nil))

  /// Creates a context outside any invocation.
  public init() {}

  /// The request id of the invocation at work.
  public var requestID: String? { current.withLock { $0.requestID } }

  /// The tenant of the invocation at work.
  public var tenantID: String? { current.withLock { $0.tenantID } }

  /// Puts an invocation's ids into all lines from here on.
  public func begin(_ invocation: Invocation) {
    current.withLock { $0 = (invocation.requestID, invocation.tenantID) }
  }

  /// Takes them out again.
  public func end() {
    current.withLock { $0 = (nil, nil) }
  }
}
