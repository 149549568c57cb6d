/// The tokens that a client's retries cost, so that retries stop when most requests fail.
///
/// The SDKs give tokens back for successes alone. An execution environment sends few requests, so a
/// quota that an outage has emptied would stay empty long after it; here time fills it too.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
struct RetryQuota: Equatable {
  /// The tokens at the start, and the most there can be.
  static let capacity = 500
  /// How long an empty quota takes to fill.
  static let refillTime = Duration.seconds(60)
  /// What a retry after a transient failure costs.
  static let transientCost = 14
  /// What a retry after throttling costs.
  static let throttlingCost = 5
  /// What a success without a retry gives back.
  static let successReward = 1

  /// The tokens that were left at ``filledAt``.
  private var tokens = Double(capacity)
  /// A monotonic time.
  private var filledAt = Duration.zero

  /// Returns the tokens at a monotonic time, fractions included.
  func level(at now: Duration) -> Double {
    let refilled = max(.zero, now - filledAt) / RetryQuota.refillTime * Double(RetryQuota.capacity)
    return min(Double(RetryQuota.capacity), tokens + refilled)
  }

  /// Takes the tokens for a retry if enough are left, and says whether they were.
  mutating func take(_ cost: Int, at now: Duration) -> Bool {
    let left = level(at: now) - Double(cost)
    guard left >= -RetryQuota.rounding else { return false }
    set(max(0, left), at: now)
    return true
  }

  /// Puts back what the last retry of a successful call cost, or a little if it needed none.
  mutating func succeed(lastCost: Int?, at now: Duration) {
    set(
      min(
        Double(RetryQuota.capacity), level(at: now) + Double(lastCost ?? RetryQuota.successReward)),
      at: now)
  }

  private mutating func set(_ level: Double, at now: Duration) {
    tokens = level
    filledAt = max(filledAt, now)
  }

  /// What a sum of fractions may lack to a whole token.
  private static let rounding = 1e-6
}
