import CLibrary
public import Logging

/// The loop of a Lambda runtime: takes one invocation after the other, has it handled and answers.
///
/// It is plain synchronous code, one invocation at a time. A handler's failure never ends it.
public final class RunLoop {
  /// What handles an event: gives the answer's JSON, or why there is none.
  public typealias Handler = (Invocation) -> Result<[UInt8], FunctionError>

  private let client: RuntimeClient
  private let termination: Termination
  private let context: LogContext
  private let logger: Logger
  private let setTraceID: (String?) -> Void

  /// Creates a loop.
  ///
  /// - Parameters:
  ///   - context: the one the logger's handler writes lines with.
  ///   - setTraceID: called with each invocation's trace header, nil included.
  public init(
    client: RuntimeClient, termination: Termination, context: LogContext, logger: Logger,
    setTraceID: @escaping (String?) -> Void = RunLoop.setTraceVariable
  ) {
    self.client = client
    self.termination = termination
    self.context = context
    self.logger = logger
    self.setTraceID = setTraceID
  }

  /// Handles invocations until the process has to end, and returns its exit code: 0 when SIGTERM
  /// asked it to end, 1 when the Runtime API no longer works.
  public func run(_ handler: Handler) -> Int32 {
    while termination.idleBegins() {
      do throws(RuntimeEnd) {
        let invocation = try client.next()
        termination.workBegins()
        context.begin(invocation)
        defer { context.end() }
        try handle(invocation, handler)
      } catch {
        logger.critical("The process ends", metadata: ["errorMessage": "\(error)"])
        return error.exitCode
      }
    }
    logger.info("The process ends, since it was asked to")
    return 0
  }

  private func handle(_ invocation: Invocation, _ handler: Handler) throws(RuntimeEnd) {
    setTraceID(invocation.traceID)
    if invocation.deadline == .none {
      logger.warning(
        "The invocation has no Lambda-Runtime-Deadline-Ms, so the function keeps no deadline")
    }
    logger.debug(
      "An invocation begins", metadata: ["eventSize": .stringConvertible(invocation.body.count)])
    switch handler(invocation) {
    case .success(let body):
      try client.succeed(invocation, body)
    case .failure(let error):
      // Lambda does not log what is posted to /error.
      logger.error("\(error.message)", metadata: error.metadata)
      try client.fail(invocation, error)
    }
  }

  /// Sets `_X_AMZN_TRACE_ID`, or unsets it: an AWS SDK or a child must not see the trace of an
  /// earlier invocation.
  public static func setTraceVariable(_ traceID: String?) {
    if let traceID {
      setenv("_X_AMZN_TRACE_ID", traceID, 1)
    } else {
      unsetenv("_X_AMZN_TRACE_ID")
    }
  }
}
