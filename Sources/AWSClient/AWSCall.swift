import HTTPTransport

/// One call in progress: its limits, its attempts and their outcome.
public struct AWSCall {
  /// When the next attempt may be made, on the monotonic clock; nil is at once.
  public internal(set) var due: Duration?

  /// The outcome of an attempt.
  enum Outcome {
    case answer(HTTPResponse, AnswerMeaning)
    case failure(TransportError)
  }

  /// How long to wait for the next attempt and what it costs of the quota.
  struct Turn {
    var delay = Duration.zero
    var cost = 0
  }

  /// The shortest time an attempt gets: curl takes 0 ms for no limit at all.
  static let shortestAttempt = Duration.milliseconds(1)

  let request: AWSRequest
  /// Method, host and path, for errors.
  let name: String
  /// The most attempts.
  let allowed: Int
  /// The monotonic time nothing may start or sleep past.
  let deadline: Duration?

  /// How many attempts were made.
  public private(set) var made = 0
  /// The outcome of the last one.
  private(set) var outcome: Outcome?
  /// What the last retry cost.
  var lastCost: Int?
  /// How many backoffs were granted; repairs are not among them.
  private var backoffs = 0
  /// Whether fresh credentials were tried.
  var hasRefreshed = false
  /// Whether a corrected clock was tried.
  var hasCorrectedClock = false

  init(request: AWSRequest, name: String, allowed: Int, deadline: Duration?) {
    self.request = request
    self.name = name
    self.allowed = allowed
    self.deadline = deadline
  }

  /// Whether the last attempt was answered with ``AnswerMeaning/throttled``.
  public var isThrottled: Bool {
    if case .answer(_, .throttled)? = outcome { true } else { false }
  }

  /// Returns the error of a call that its caller gives up before the next attempt, because that
  /// would come too late.
  public var abandoned: AWSClientError { failure(.deadline) }

  mutating func record(_ outcome: Outcome) {
    made += 1
    self.outcome = outcome
  }

  /// Says whether an attempt may start at a monotonic time.
  func hasTime(at now: Duration) -> Bool {
    deadline.map { $0 - now >= AWSCall.shortestAttempt } ?? true
  }

  /// Returns the backoff after a transient failure or throttling.
  mutating func turn(base: Duration, cost: Int, _ random: Double) -> Turn {
    var retryAfter: String?
    if case .answer(let response, _)? = outcome {
      retryAfter = response.headers["x-amz-retry-after"]
    }
    defer { backoffs += 1 }
    return Turn(
      delay: Backoff.delay(retry: backoffs, base: base, random: random, retryAfter: retryAfter),
      cost: cost)
  }

  /// Returns the error that ends the call.
  func failure(_ ending: AWSClientError.Effort.Ending) -> AWSClientError {
    let effort = AWSClientError.Effort(request: name, attempts: made, ending: ending)
    return switch outcome {
    case nil: ending == .endRequested ? .endRequested(request: name) : .noTimeLeft(request: name)
    case .answer(let response, let meaning)?: .answered(response, meaning, effort)
    case .failure(let error)?: .unanswered(error, effort)
    }
  }
}
