/// A rate that finds out how much CloudFront takes, on a clock that the caller reads.
///
/// Because nobody outside AWS knows the limit, the rate rises while it is used to the full, and
/// halves when CloudFront refuses. A rate that was refused is remembered as the limit, for ten
/// minutes to three quarters of an hour, as long as 80 calls take. Until then only four fifths of
/// it are used, so that a fifth is left to whatever else the account does.
package struct AdaptiveRate: Sendable, Equatable {
  /// How much a rate rises with each call that had to wait.
  static let growth = 1.1
  /// The same when a refused rate is tried again: slowly, since each try that goes too far takes
  /// the burst away from whatever else the account does.
  static let regrowth = 1.03
  /// How far above a refused rate it rises slowly. Beyond that the limit is another one by now.
  static let margin = 1.2
  /// The part of a refused rate that is used until the rate is tried again.
  static let share = 0.8
  /// How long a refused rate is not tried again at the least, and how long an unused rate is kept.
  static let memory = Duration.seconds(600)
  /// For how many calls a refused rate is not tried again. Ten minutes are only 12 calls of an
  /// environment that has a tenth of 0.2/s; one in twelve would be refused.
  static let rest = 80.0
  /// How long it is not tried again at the most, since a limit may have been low for a while only.
  static let longestMemory = Duration.seconds(2_700)
  /// The calls above a refused rate that show it to be no limit any more. Fewer may have been paid
  /// for by the burst that CloudFront allows after a quiet time.
  static let proof = 20

  /// The rate at the start, and after ten idle minutes.
  package let start: Double
  /// The least rate, whatever is refused.
  package let least: Double
  /// The greatest rate, whatever is accepted.
  package let most: Double
  /// The rate now.
  package private(set) var perSecond: Double

  /// The lowest rate that was refused, and when that was last.
  private var limit: (rate: Double, at: Duration)?
  /// How many calls above the limit were accepted since.
  private var above = 0
  private var usedAt: Duration

  /// Creates a rate; a start out of range becomes the nearest one in range.
  package init(start: Double, from least: Double, to most: Double, now: Duration) {
    self.least = least
    self.most = max(least, most)
    self.start = min(max(start, least), self.most)
    perSecond = self.start
    usedAt = now
  }

  /// Creates a rate that never changes.
  package init(fixed rate: Double, now: Duration) {
    self.init(start: rate, from: rate, to: rate, now: now)
  }

  /// Takes a rate that another environment found.
  package mutating func adopt(_ rate: Double) { perSecond = min(max(rate, least), most) }

  /// Goes back to the start when the rate was not used for ten minutes: what was known is out of
  /// date then.
  package mutating func use(at now: Duration) {
    if now - usedAt >= AdaptiveRate.memory {
      self = AdaptiveRate(start: start, from: least, to: most, now: now)
    }
    usedAt = max(usedAt, now)
  }

  /// Learns that CloudFront accepted a call.
  ///
  /// - Parameter hadToWait: whether the call waited for its token. Without that, more would not
  ///   have been sent at a higher rate either.
  package mutating func accept(hadToWait: Bool, at now: Duration) {
    guard hadToWait else { return }
    guard let limit else {
      return perSecond = min(perSecond * AdaptiveRate.growth, most)
    }
    let rest = min(.seconds(AdaptiveRate.rest / limit.rate), AdaptiveRate.longestMemory)
    if now - limit.at < max(AdaptiveRate.memory, rest) {
      let allowed = max(least, limit.rate * AdaptiveRate.share)
      return perSecond = max(perSecond, min(perSecond * AdaptiveRate.growth, allowed))
    }
    if perSecond > limit.rate { above += 1 }
    if above >= AdaptiveRate.proof { self.limit = nil }
    let near = limit.rate * AdaptiveRate.share...limit.rate * AdaptiveRate.margin
    let growth = near.contains(perSecond) ? AdaptiveRate.regrowth : AdaptiveRate.growth
    perSecond = min(perSecond * growth, most)
  }

  /// Learns that CloudFront refused a call because there are too many.
  ///
  /// A rate above an earlier limit says little about the true one, because a burst paid for it. The
  /// limit then rises a little, in case that CloudFront takes more than before.
  ///
  /// - Parameter hadToWait: whether the call waited for its token. Without that, a burst of this
  ///   environment was refused, and not its rate.
  package mutating func refuse(hadToWait: Bool, at now: Duration) {
    let refused = perSecond
    guard hadToWait else { return perSecond = max(least, refused / 2) }
    let rate = limit.map { min(refused, $0.rate * AdaptiveRate.growth) } ?? refused
    limit = (rate, now)
    above = 0
    perSecond = max(least, min(refused / 2, rate * AdaptiveRate.share))
  }

  package static func == (left: AdaptiveRate, right: AdaptiveRate) -> Bool {
    left.start == right.start && left.least == right.least && left.most == right.most
      && left.perSecond == right.perSecond && left.limit?.rate == right.limit?.rate
      && left.limit?.at == right.limit?.at && left.above == right.above
      && left.usedAt == right.usedAt
  }
}
