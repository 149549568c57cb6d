/// Lets requests through at a steady rate, after a burst, on a clock that the caller reads.
public struct TokenBucket: Sendable, Equatable {
  /// The burst: the most tokens that there ever are. At least 1.
  public let capacity: Double
  /// The tokens that the bucket gains, per second; from 0.001 to 1,000,000.
  public let refillPerSecond: Double

  private var tokens: Double
  private var filledAt: Duration

  /// Creates a full bucket; a value out of range becomes the nearest one in range.
  public init(capacity: Double, refillPerSecond: Double, now: Duration) {
    self.capacity = capacity >= 1 ? min(capacity, 1e9) : 1
    self.refillPerSecond = refillPerSecond >= 0.001 ? min(refillPerSecond, 1e6) : 0.001
    tokens = self.capacity
    filledAt = now
  }

  /// Returns the time until there is a token; zero when there is one.
  public func delay(at now: Duration) -> Duration {
    let missing = 1 - level(at: now)
    return missing <= TokenBucket.rounding ? .zero : .seconds(missing / refillPerSecond)
  }

  /// Takes a token if there is one, and says whether there was.
  public mutating func take(at now: Duration) -> Bool {
    let level = level(at: now)
    guard level >= 1 - TokenBucket.rounding else { return false }
    tokens = max(0, level - 1)
    filledAt = max(filledAt, now)
    return true
  }

  /// The tokens at a time: however long ago the last one was taken, never above the burst.
  private func level(at now: Duration) -> Double {
    let elapsed = max(.zero, now - filledAt) / .seconds(1)
    return min(capacity, tokens + elapsed * refillPerSecond)
  }

  /// What a sum of fractions may lack to a whole token, so that nobody sleeps for nothing.
  private static let rounding = 1e-6
}
