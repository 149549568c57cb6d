/// The tokens that a client's retries cost, so that retries stop when most requests fail.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
struct RetryQuota: Equatable {
  /// The tokens at the start, and the most there can be.
  static let capacity = 500
  /// What a retry after a transient failure costs.
  static let transientCost = 14
  /// What a retry after throttling costs.
  static let throttlingCost = 5
  /// What a success without a retry gives back.
  static let successReward = 1

  /// The tokens left.
  private(set) var tokens = capacity

  /// Takes the tokens for a retry if enough are left, and says whether they were.
  mutating func take(_ cost: Int) -> Bool {
    guard tokens >= cost else { return false }
    tokens -= cost
    return true
  }

  /// Puts back what the last retry of a successful call cost, or a little if it needed none.
  mutating func succeed(lastCost: Int?) {
    tokens = min(RetryQuota.capacity, tokens + (lastCost ?? RetryQuota.successReward))
  }
}
