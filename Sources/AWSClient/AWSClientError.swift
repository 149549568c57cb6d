public import HTTPTransport

/// Why a client could not be set up, or a call did not succeed.
public enum AWSClientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What a call did before it was given up.
  public struct Effort: Sendable, Equatable {
    /// Why there was no further attempt.
    public enum Ending: Sendable, Equatable {
      /// Another attempt would fail the same way.
      case permanent
      /// All attempts were made.
      case attemptsUsedUp
      /// Too many of the client's calls failed lately.
      case quotaUsedUp
      /// Waiting for the next attempt would have gone past the deadline.
      case deadline
      /// The process is asked to end.
      case endRequested
    }

    /// Method, host and path; no query.
    public let request: String
    /// How many attempts were made, from 1.
    public let attempts: Int
    /// Why there was no further one.
    public let ending: Ending

    /// Creates a record.
    public init(request: String, attempts: Int, ending: Ending) {
      self.request = request
      self.attempts = attempts
      self.ending = ending
    }
  }

  /// The environment has no credentials.
  case missingCredentials(variable: String)
  /// A source of credentials other than the environment gave none; the text says why, and what to
  /// do.
  case credentials(String)
  /// A part of the credentials can't be sent in a header field.
  case malformedCredentials(variable: String)
  /// A variable has a value that it can't have.
  case invalidSetting(variable: String, value: String, expected: String)
  /// A custom endpoint is no URL that requests can be sent to.
  case invalidEndpoint(setting: String, value: String, problem: String)
  /// A custom endpoint and a variant of AWS's own are both asked for.
  case endpointConflict(setting: String, variant: String)
  /// The service does not exist in the partition of the region.
  case noEndpoint(service: String, region: String, partition: String, setting: String)
  /// The deadline left no time for even one attempt; nothing was sent.
  case noTimeLeft(request: String)
  /// The process is asked to end; nothing was sent.
  case endRequested(request: String)
  /// The last attempt was answered, but not with success.
  case answered(HTTPResponse, AnswerMeaning, Effort)
  /// The last attempt got no whole answer. The service may still have acted.
  case unanswered(TransportError, Effort)

  /// The text for a log line.
  public var description: String {
    switch self {
    case .missingCredentials(let variable):
      "no AWS credentials: \(variable) is not set; set it, or give the function an execution role"
    case .credentials(let problem):
      problem
    case .malformedCredentials(let variable):
      "\(variable) contains a space, a line break or another character that no AWS key has; set it "
        + "again"
    case .invalidSetting(let variable, let value, let expected):
      "\(variable)=\(value) can't be used; set it to \(expected), or remove it"
    case .invalidEndpoint(let setting, let value, let problem):
      // What stands before an @ is a password.
      "\(setting)\(value.contains("@") ? "" : "=\(value)") can't be used: \(problem)"
    case .endpointConflict(let setting, let variant):
      "\(setting) and \(variant)=true exclude each other; remove one"
    case .noEndpoint(let service, let region, let partition, let setting):
      "\(service) has no endpoint in \(region), a region of the partition \(partition); run in a "
        + "partition that has \(service), or set \(setting)"
    case .noTimeLeft(let request):
      "\(request) was not sent: no time is left; raise the function's timeout"
    case .endRequested(let request):
      "\(request) was not sent: the process is asked to end; try again elsewhere"
    case .answered(let response, let meaning, let effort):
      "\(effort.request) was answered with status \(response.status)\(effort.count); "
        + AWSClientError.advice(meaning, effort.ending)
    case .unanswered(let error, let effort):
      "\(effort.request) got no whole answer\(effort.count): \(error); "
        + AWSClientError.advice(nil, effort.ending)
    }
  }

  private static func advice(_ meaning: AnswerMeaning?, _ ending: Effort.Ending) -> String {
    switch (meaning, ending) {
    case (.expiredCredentials?, _):
      "the credentials have expired: get new ones"
    case (.clockSkew?, _):
      "the machine's clock and the service's differ: set the clock"
    case (_, .attemptsUsedUp):
      "all attempts are used up: try again later"
    case (_, .quotaUsedUp):
      "no retry, since too many requests failed lately: try again later"
    case (_, .deadline):
      "no time is left for a retry: try again, or raise the function's timeout"
    case (_, .endRequested):
      "no retry, since the process is asked to end: try again elsewhere"
    case (nil, .permanent):
      "a retry would not help: check the endpoint and the network"
    case (_?, .permanent):
      "a retry would not help: see the error code in the answer"
    }
  }
}

extension AWSClientError {
  /// What the call did before it was given up; nil when nothing was sent.
  public var effort: Effort? {
    switch self {
    case .answered(_, _, let effort), .unanswered(_, let effort): effort
    case .missingCredentials, .credentials, .malformedCredentials, .invalidSetting,
      .invalidEndpoint, .endpointConflict, .noEndpoint, .noTimeLeft, .endRequested:
      nil
    }
  }
}

extension AWSClientError.Effort: CustomStringConvertible {
  /// How many attempts were made and why there was no further one: a sentence without its full
  /// stop.
  public var description: String {
    let made = attempts == 1 ? "1 attempt was made" : "\(attempts) attempts were made"
    return switch ending {
    case .permanent: "\(made), and another would fail the same way"
    case .attemptsUsedUp: "\(made), and no more are allowed"
    case .quotaUsedUp: "\(made), and no more, since too many requests failed lately"
    case .deadline: "\(made), and no time was left for another"
    case .endRequested: "\(made), and then the process was asked to end"
    }
  }

  fileprivate var count: String { attempts == 1 ? "" : " after \(attempts) attempts" }
}
