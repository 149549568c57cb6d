/// How often and how long a client tries.
public struct RetryConfiguration: Sendable, Equatable {
  /// The most attempts of every call, instead of what the call asks for; nil leaves it to the call.
  public var maximumAttempts: Int?
  /// The longest time for one attempt; less where the call's deadline is near.
  public var attemptTimeout: Duration
  /// The least time for an attempt, however near the deadline is, if that much is left.
  static let leastPatience = Duration.seconds(2)
  /// What the environment asks for in vain, as sentences for the log.
  public var warnings: [String] = []

  /// Creates a configuration.
  public init(maximumAttempts: Int? = nil, attemptTimeout: Duration = .seconds(20)) {
    self.maximumAttempts = maximumAttempts
    self.attemptTimeout = attemptTimeout
  }

  /// Reads `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`; empty counts as unset.
  ///
  /// The client has one mode, `standard`, and takes `legacy` and `adaptive` for it with a warning.
  ///
  /// - Throws: ``AWSClientError/invalidSetting(variable:value:expected:)``.
  public init(
    environment: [String: String], attemptTimeout: Duration = .seconds(20)
  ) throws(AWSClientError) {
    self.init(attemptTimeout: attemptTimeout)
    if let value = environment["AWS_MAX_ATTEMPTS"], !value.isEmpty {
      guard let attempts = Int(value), attempts >= 1 else {
        throw .invalidSetting(
          variable: "AWS_MAX_ATTEMPTS", value: value, expected: "a whole number from 1")
      }
      maximumAttempts = attempts
    }
    switch environment["AWS_RETRY_MODE"]?.lowercased() {
    case nil, "", "standard": break
    case "legacy", "adaptive":
      warnings.append(
        "AWS_RETRY_MODE=\(environment["AWS_RETRY_MODE", default: ""]) is taken as standard, the "
          + "only retry mode there is; set it to standard or remove it")
    case let value?:
      throw .invalidSetting(
        variable: "AWS_RETRY_MODE", value: value, expected: "standard, legacy or adaptive")
    }
  }

  /// The time for one attempt: at most a third of what is left, so that a server that doesn't
  /// answer leaves time for other attempts and other calls.
  func patience(timeLeft: Duration?) -> Duration {
    guard let timeLeft else { return attemptTimeout }
    return min(attemptTimeout, timeLeft, max(timeLeft / 3, RetryConfiguration.leastPatience))
  }
}
