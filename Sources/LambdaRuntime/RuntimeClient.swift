public import Clock
public import HTTPTransport
public import Logging

/// The Runtime API's client: three verbs and the report of a failed init phase.
///
/// It never ends the process itself: it throws ``RuntimeEnd`` where the process must end.
public final class RuntimeClient {
  /// The largest answer to an invocation, in bytes: 6 MiB and the 100 that Lambda adds.
  public static let maximumResponseSize = 6 * 1024 * 1024 + 100

  /// The waits before the client asks `/next` again: long enough for a Runtime API that restarts,
  /// and about a second in all, so that a dead one is noticed at once.
  static let nextBackoff: [Duration] = [.milliseconds(50), .milliseconds(200), .milliseconds(800)]

  private let endpoint: RuntimeEndpoint
  private let transport: any Transport
  private let time: TimeSource
  private let logger: Logger
  private let userAgent: UserAgent
  private let workingDirectory: String

  /// Creates a client.
  ///
  /// - Parameter workingDirectory: named in the X-Ray cause of an error.
  public init(
    endpoint: RuntimeEndpoint, transport: any Transport, time: TimeSource, logger: Logger,
    userAgent: UserAgent, workingDirectory: String = "/var/task"
  ) {
    self.endpoint = endpoint
    self.transport = transport
    self.time = time
    self.logger = logger
    self.userAgent = userAgent
    self.workingDirectory = workingDirectory
  }

  /// Waits for the next invocation, however long that takes.
  ///
  /// To ask again after a broken answer is safe, since Lambda gives the same invocation until it is
  /// answered. Only this call completes the invocation before.
  public func next() throws(RuntimeEnd) -> Invocation {
    var attempt = 0
    while true {
      switch send(.next) {
      case .success(let response):
        guard response.status == 200 else {
          throw .nextRefused(status: response.status, body: RuntimeClient.excerpt(response))
        }
        guard let invocation = Invocation(response) else { throw .requestIDMissing }
        return invocation
      case .failure(let error):
        guard attempt < RuntimeClient.nextBackoff.count else {
          throw .nextUnreachable(error, attempts: attempt + 1)
        }
        logger.warning(
          "Asking for the next invocation again", metadata: ["errorMessage": "\(error)"])
        time.sleep(RuntimeClient.nextBackoff[attempt])
        attempt += 1
      }
    }
  }

  /// Answers an invocation with a JSON text.
  public func succeed(_ invocation: Invocation, _ body: [UInt8]) throws(RuntimeEnd) {
    try post(.response(invocation, body), for: invocation.requestID, size: body.count)
  }

  /// Answers an invocation with an error.
  public func fail(_ invocation: Invocation, _ error: FunctionError) throws(RuntimeEnd) {
    try post(
      .error(invocation, error, workingDirectory: workingDirectory), for: invocation.requestID,
      size: error.json.count)
  }

  /// Reports that the init phase failed; then the process has to exit with 1.
  ///
  /// Lambda takes it only before the first ``next()``. If the report fails too, it is logged.
  public func initError(_ error: FunctionError) {
    do throws(RuntimeEnd) {
      try post(.initError(error), for: "the init phase", size: error.json.count)
    } catch {
      logger.error(
        "The error of the init phase could not be reported", metadata: ["errorMessage": "\(error)"])
    }
  }

  private func send(_ request: RuntimeRequest) -> Result<HTTPResponse, TransportError> {
    let request = request.httpRequest(to: endpoint, userAgent: userAgent)
    do throws(TransportError) {
      return .success(try transport.send(request))
    } catch {
      return .failure(error)
    }
  }

  /// Posts an answer, and posts it again on a fresh connection if the first one broke: the
  /// transport never uses a broken connection again.
  private func post(
    _ request: RuntimeRequest, for requestID: String, size: Int
  ) throws(RuntimeEnd) {
    for isRetry in [false, true] {
      switch send(request) {
      case .success(let response):
        let verdict = PostVerdict(status: response.status, isRetry: isRetry)
        return try conclude(verdict, response, for: requestID, size: size)
      case .failure where size > RuntimeClient.maximumResponseSize:
        // A server may close the connection instead of reading what it is going to refuse.
        return reportTooLarge(size, for: requestID)
      case .failure(let error):
        guard !isRetry else { throw .answerUndelivered(requestID: requestID, error) }
        logger.warning(
          "Sending the answer again",
          metadata: ["answerTo": "\(requestID)", "errorMessage": "\(error)"])
      }
    }
  }

  private func conclude(
    _ verdict: PostVerdict, _ response: HTTPResponse, for requestID: String, size: Int
  ) throws(RuntimeEnd) {
    let facts: Logger.Metadata = [
      "answerTo": "\(requestID)", "status": .stringConvertible(response.status),
      "body": "\(RuntimeClient.excerpt(response))",
    ]
    switch verdict {
    case .delivered:
      break
    case .stale:
      logger.warning("Nobody waits for the answer any more", metadata: facts)
    case .alreadyAnswered:
      logger.warning("The invocation was answered before", metadata: facts)
    case .tooLarge:
      reportTooLarge(size, for: requestID)
    case .unexpected:
      logger.error(
        "The Runtime API answered with a status that it does not have", metadata: facts)
    case .broken:
      throw .answerRefused(
        requestID: requestID, status: response.status, body: RuntimeClient.excerpt(response))
    }
  }

  private func reportTooLarge(_ size: Int, for requestID: String) {
    logger.error(
      "The answer is too large, so Lambda did not take it",
      metadata: [
        "answerTo": "\(requestID)",
        "size": .stringConvertible(size),
        "limit": .stringConvertible(RuntimeClient.maximumResponseSize),
      ])
  }

  /// The start of what the Runtime API said; its answers to errors are short JSON.
  private static func excerpt(_ response: HTTPResponse) -> String {
    String(decoding: response.body.prefix(1024), as: UTF8.self)
  }
}
