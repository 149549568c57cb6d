import Ledger

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
  static let proof: Int64 = 20

  /// The rate at the start, and after ten idle minutes.
  package let start: Double
  /// The least rate, whatever is refused.
  package let least: Double
  /// The greatest rate, whatever is accepted.
  package let most: Double
  /// The rate now.
  package private(set) var perSecond: Double

  /// How often the rate was lowered.
  package private(set) var lowered: Int64 = 0

  /// The lowest rate that was refused, and when that was last.
  private var limit: Limit?
  /// How many calls above the limit were accepted since.
  private var above: Int64 = 0
  private var usedAt: Duration

  private struct Limit: Equatable {
    var rate: Double
    var at: Duration
  }

  /// The rate that paced a call, of those that the account's environments share. They reserve their
  /// places ahead, so by the time that CloudFront answers the rate can be another one.
  package struct Paced: Equatable, Sendable {
    package var perSecond: Double
    package var lowered: Int64
  }

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

  /// Goes back to the start when the rate was not used for ten minutes: what was known is out of
  /// date then.
  package mutating func use(at now: Duration) {
    if now - usedAt >= AdaptiveRate.memory { forget(at: now) }
    usedAt = max(usedAt, now)
  }

  /// Begins anew.
  mutating func forget(at now: Duration) {
    self = AdaptiveRate(start: start, from: least, to: most, now: now)
  }

  /// Learns that CloudFront accepted a call.
  ///
  /// - Parameters:
  ///   - hadToWait: whether the call waited for its token. Without that, more would not have been
  ///     sent at a higher rate either.
  ///   - paced: the rate that paced it, where that is not the rate now. It proves no more than
  ///     itself, and nothing once the rate was lowered.
  package mutating func accept(hadToWait: Bool, paced: Paced? = nil, at now: Duration) {
    guard hadToWait, paced.map({ $0.lowered == lowered }) ?? true else { return }
    let base = min(perSecond, paced?.perSecond ?? perSecond)
    func rise(by growth: Double, to most: Double) -> Double {
      max(perSecond, min(base * growth, most))
    }
    guard let limit else { return perSecond = rise(by: AdaptiveRate.growth, to: most) }
    let rest = min(.seconds(AdaptiveRate.rest / limit.rate), AdaptiveRate.longestMemory)
    if now - limit.at < max(AdaptiveRate.memory, rest) {
      let allowed = max(least, limit.rate * AdaptiveRate.share)
      return perSecond = rise(by: AdaptiveRate.growth, to: allowed)
    }
    if base > limit.rate { above += 1 }
    if above >= AdaptiveRate.proof { self.limit = nil }
    let near = limit.rate * AdaptiveRate.share...limit.rate * AdaptiveRate.margin
    perSecond = rise(
      by: near.contains(base) ? AdaptiveRate.regrowth : AdaptiveRate.growth, to: most)
  }

  /// Learns that CloudFront refused a call because there are too many.
  ///
  /// A rate above an earlier limit says little about the true one, because a burst paid for it. The
  /// limit then rises a little, in case that CloudFront takes more than before.
  ///
  /// - Parameters:
  ///   - hadToWait: whether the call waited for its token. Without that, a burst of this
  ///     environment was refused, and not its rate.
  ///   - paced: the rate that paced it, where that is not the rate now. A refusal of what was paced
  ///     before the rate was lowered changes nothing any more.
  package mutating func refuse(hadToWait: Bool, paced: Paced? = nil, at now: Duration) {
    guard paced.map({ $0.lowered == lowered }) ?? true else { return }
    let refused = paced?.perSecond ?? perSecond
    lowered += 1
    guard hadToWait else { return perSecond = max(least, refused / 2) }
    let rate = limit.map { min(refused, $0.rate * AdaptiveRate.growth) } ?? refused
    limit = Limit(rate: rate, at: now)
    above = 0
    perSecond = max(least, min(refused / 2, rate * AdaptiveRate.share))
  }

  // MARK: - What environments share

  /// The rate as it is written for the account's other environments.
  func shared(at now: Duration, wall: Int64) -> SharedRate {
    SharedRate(
      perSecond: AdaptiveRate.thousandths(perSecond),
      limit: limit.map {
        SharedRate.Limit(
          rate: AdaptiveRate.thousandths($0.rate),
          at: wall - Int64((now - $0.at) / .milliseconds(1)))
      }, above: above, lowered: lowered)
  }

  /// Takes what the account's environments know, within the bounds of this one.
  mutating func adopt(_ shared: SharedRate, at now: Duration, wall: Int64) {
    perSecond = min(max(Double(shared.perSecond) / 1_000, least), most)
    limit = shared.limit.map {
      Limit(rate: Double($0.rate) / 1_000, at: now - .milliseconds(max(0, wall - $0.at)))
    }
    above = shared.above
    lowered = shared.lowered
    usedAt = max(usedAt, now)
  }

  private static func thousandths(_ rate: Double) -> Int64 {
    Int64((rate * 1_000).rounded())
  }
}

extension AdaptiveRate.Paced {
  init(_ shared: SharedRate) {
    self.init(perSecond: Double(shared.perSecond) / 1_000, lowered: shared.lowered)
  }
}
