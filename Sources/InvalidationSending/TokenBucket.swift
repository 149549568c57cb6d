/// Lets tokens through at a rate, after a burst, on a clock that the caller reads.
package struct TokenBucket: Sendable, Equatable {
  /// The burst: the most tokens that there ever are. At least 1.
  package let capacity: Double
  /// The tokens that the bucket gains, per second; from 0.001 to 1,000,000.
  package private(set) var refillPerSecond: Double

  /// Below zero while others wait for tokens that were taken before they were there.
  private var tokens: Double
  private var filledAt: Duration

  /// Creates a full bucket; a value out of range becomes the nearest one in range.
  package init(capacity: Double, refillPerSecond: Double, now: Duration) {
    self.capacity = capacity >= 1 ? min(capacity, 1e9) : 1
    self.refillPerSecond = TokenBucket.inRange(refillPerSecond)
    tokens = self.capacity
    filledAt = now
  }

  /// Returns the time until there are some tokens; zero when they are there. More than the burst
  /// count as the burst.
  ///
  /// - Parameter debt: the tokens that may be taken before they are there.
  package func delay(for count: Int = 1, debt: Int = 0, at now: Duration) -> Duration {
    let missing = needed(count) - level(at: now) - Double(debt)
    return missing <= TokenBucket.rounding ? .zero : .seconds(missing / refillPerSecond)
  }

  /// Returns the time until a number of tokens would have been let through one after the other,
  /// even more than the burst.
  package func delay(until count: Int, at now: Duration) -> Duration {
    let missing = Double(count) - level(at: now)
    return missing <= TokenBucket.rounding ? .zero : .seconds(missing / refillPerSecond)
  }

  /// Returns how many tokens could be taken within a time, one as soon as it is there.
  package func count(within time: Duration, at now: Duration) -> Int {
    let tokens = level(at: now) + max(0, time / .seconds(1)) * refillPerSecond
    return Int(min(tokens + TokenBucket.rounding, 1e9))
  }

  /// Takes some tokens if they are there, and says whether they were.
  ///
  /// - Parameter debt: the tokens that may be taken before they are there.
  package mutating func take(_ count: Int = 1, debt: Int = 0, at now: Duration) -> Bool {
    let level = level(at: now)
    guard level + Double(debt) >= needed(count) - TokenBucket.rounding else { return false }
    tokens = max(-Double(debt), level - needed(count))
    filledAt = max(filledAt, now)
    return true
  }

  /// Takes all tokens that are there.
  package mutating func drain(at now: Duration) {
    tokens = min(0, level(at: now))
    filledAt = max(filledAt, now)
  }

  /// Takes what is there beyond some tokens.
  package mutating func lower(to most: Double, at now: Duration) {
    tokens = min(most, level(at: now))
    filledAt = max(filledAt, now)
  }

  /// Fills at another rate from now on.
  package mutating func refill(perSecond rate: Double, from now: Duration) {
    tokens = level(at: now)
    filledAt = max(filledAt, now)
    refillPerSecond = TokenBucket.inRange(rate)
  }

  /// The tokens at a time: however long ago the last one was taken, never above the burst.
  private func level(at now: Duration) -> Double {
    let elapsed = max(.zero, now - filledAt) / .seconds(1)
    return min(capacity, tokens + elapsed * refillPerSecond)
  }

  private func needed(_ count: Int) -> Double { min(Double(count), capacity) }

  private static func inRange(_ rate: Double) -> Double { rate >= 0.001 ? min(rate, 1e6) : 0.001 }

  /// What a sum of fractions may lack to a whole token, so that nobody sleeps for nothing.
  private static let rounding = 1e-6
}
