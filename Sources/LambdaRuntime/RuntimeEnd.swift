public import HTTPTransport

/// Why the process must end; Lambda then starts a new one.
public enum RuntimeEnd: Error, Sendable, Equatable, CustomStringConvertible {
  /// No attempt to ask `/next` succeeded.
  case nextUnreachable(TransportError, attempts: Int)
  /// `/next` answered anything but 200.
  case nextRefused(status: Int, body: String)
  /// `/next` gave an invocation without a request id.
  case requestIDMissing
  /// The Runtime API failed (5xx) when it was given an answer.
  case answerRefused(requestID: String, status: Int, body: String)
  /// The answer could not be delivered, not even on a fresh connection.
  case answerUndelivered(requestID: String, TransportError)

  /// The exit code that tells Lambda so.
  public var exitCode: Int32 { 1 }

  /// The text for the last log line.
  public var description: String {
    switch self {
    case .nextUnreachable(let error, let attempts):
      "the Runtime API gave no invocation in \(attempts) attempts: \(error)"
    case .nextRefused(let status, let body):
      "the Runtime API refused to give an invocation: status \(status) \(body)"
    case .requestIDMissing:
      "the Runtime API gave an invocation without Lambda-Runtime-Aws-Request-Id"
    case .answerRefused(let requestID, let status, let body):
      "the Runtime API failed to take the answer to \(requestID): status \(status) \(body)"
    case .answerUndelivered(let requestID, let error):
      "the answer to \(requestID) could not be delivered: \(error)"
    }
  }
}
