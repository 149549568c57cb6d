package import InvalidationPlanning
import Ledger

/// How fast this execution environment may send: requests, paths and wildcards, each with a token
/// bucket of its own, because CloudFront limits each of them.
///
/// A pure value: the caller reads the clock.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
package struct SendingPace: Sendable, Equatable {
  /// What one request takes from the buckets.
  package struct Cost: Equatable, Sendable {
    /// The paths that are no wildcards.
    package var paths: Int
    package var wildcards: Int

    package init(paths: Int, wildcards: Int) {
      self.paths = paths
      self.wildcards = wildcards
    }
  }

  /// How long a request has to wait for each kind of token.
  struct Delay: Equatable {
    var request: Duration
    var paths: Duration
    var wildcards: Duration
  }

  /// The tokens of one kind.
  struct Lane: Equatable {
    var rate: AdaptiveRate
    var bucket: TokenBucket

    init(_ rate: AdaptiveRate, burst: Int, now: Duration) {
      self.rate = rate
      bucket = TokenBucket(
        capacity: Double(burst), refillPerSecond: rate.perSecond, now: now)
    }

    mutating func use(at now: Duration) { change(at: now) { $0.use(at: now) } }

    /// Empties the bucket: a burst that is left would be refused too.
    mutating func drain(at now: Duration) {
      if rate.least < rate.most { bucket.drain(at: now) }
    }

    mutating func change(at now: Duration, _ body: (inout AdaptiveRate) -> Void) {
      let before = rate.perSecond
      body(&rate)
      if rate.perSecond != before { bucket.refill(perSecond: rate.perSecond, from: now) }
    }
  }

  /// The requests that one execution environment may make at once after a quiet time.
  package static let burst = 5

  /// The request tokens beyond the burst that only urgent requests may use.
  package static let urgentReserve = 2
  /// The urgent requests that may go first after a quiet time.
  package static let urgentBurst = 3

  var requests: Lane
  /// How often an urgent request may go first: at half of the rate of requests.
  var urgent: TokenBucket
  var paths: Lane
  var wildcards: Lane
  /// Whether a request was given up because its token came too late: the next one has waited for
  /// it, between two invocations.
  private var isOwed = false
  /// What CloudFront's answers taught since the account's other environments were told.
  var lessons: [Lesson] = []

  /// What an answer says about one of the rates.
  struct Lesson: Equatable {
    enum Subject { case requests, paths, wildcards }

    var subject: Subject
    var isAccepted: Bool
    var hadToWait: Bool
    /// The rate that paced the request; nil where this environment's own did.
    var paced: AdaptiveRate.Paced?
  }

  /// Creates a pace with full buckets.
  ///
  /// - Parameters:
  ///   - createRate: the fixed rate of requests, per second; nil lets the pace find the rate.
  ///   - shares: how many execution environments share the account's limits.
  package init(createRate: Double?, shares: Int, now: Duration) {
    let share = 1 / Double(max(1, shares))
    let rate =
      createRate.map { AdaptiveRate(fixed: $0, now: now) }
      ?? AdaptiveRate(start: 0.5 * share, from: 0.05 * share, to: 5 * share, now: now)
    requests = Lane(rate, burst: SendingPace.burst, now: now)
    urgent = TokenBucket(
      capacity: Double(SendingPace.urgentBurst), refillPerSecond: rate.perSecond / 2, now: now)
    // The published quotas: nobody gets more, but an account's other tools may leave less. Who asks
    // for more requests than usual knows of higher ones.
    let quota = max(1, (createRate ?? 0) / 0.5) * share
    paths = Lane(
      AdaptiveRate(start: 150 * quota, from: 15 * share, to: 150 * quota, now: now),
      burst: 3_000, now: now)
    wildcards = Lane(
      AdaptiveRate(start: quota, from: 0.1 * share, to: quota, now: now), burst: 15, now: now)
  }

  private init(unlimited now: Duration) {
    let rate = AdaptiveRate(fixed: 1e6, now: now)
    requests = Lane(rate, burst: 1_000_000_000, now: now)
    urgent = TokenBucket(capacity: 1e9, refillPerSecond: 1e6, now: now)
    paths = requests
    wildcards = requests
  }

  /// A pace that never makes anything wait, for dry runs.
  package static let unlimited = SendingPace(unlimited: .zero)

  /// What goes out within an hour at the rates there are now.
  package var hourly: HourlyCapacity {
    HourlyCapacity(
      requests: requests.rate.perSecond * 3_600, paths: paths.rate.perSecond * 3_600,
      wildcards: wildcards.rate.perSecond * 3_600)
  }

  /// Whether an urgent request may go before all others. Because it may only at half of the rate of
  /// requests, others go on too, however many are urgent.
  func hurries(at now: Duration) -> Bool { urgent.delay(at: now) == .zero }

  /// Returns how long a request has to wait for each kind of token it needs.
  ///
  /// - Parameter isUrgent: whether it may use the tokens that are reserved for urgent requests.
  func delay(_ cost: Cost, isUrgent: Bool = false, at now: Duration) -> Delay {
    Delay(
      request: requests.bucket.delay(debt: debt(isUrgent, at: now), at: now),
      paths: cost.paths > 0 ? paths.bucket.delay(for: cost.paths, at: now) : .zero,
      wildcards: cost.wildcards > 0 ? wildcards.bucket.delay(for: cost.wildcards, at: now) : .zero)
  }

  /// Returns how long the last of some requests has to wait that all wait for their turn.
  package func delay(untilRequest number: Int, at now: Duration) -> Duration {
    requests.bucket.delay(until: number, at: now)
  }

  /// Returns how many requests can be made within a time, if nothing but their rate delays them.
  package func requests(within time: Duration, at now: Duration) -> Int {
    requests.bucket.count(within: time, at: now)
  }

  /// The tokens that a request may take before they are there.
  private func debt(_ isUrgent: Bool, at now: Duration) -> Int {
    isUrgent && hurries(at: now) ? SendingPace.urgentReserve : 0
  }

  /// Takes the tokens of a request, which must be there.
  mutating func take(_ cost: Cost, isUrgent: Bool = false, at now: Duration) {
    requests.use(at: now)
    _ = requests.bucket.take(debt: debt(isUrgent, at: now), at: now)
    if isUrgent { _ = urgent.take(at: now) }
    if cost.paths > 0 {
      paths.use(at: now)
      _ = paths.bucket.take(cost.paths, at: now)
    }
    if cost.wildcards > 0 {
      wildcards.use(at: now)
      _ = wildcards.bucket.take(cost.wildcards, at: now)
    }
  }

  /// Learns that CloudFront accepted a request.
  ///
  /// - Parameters:
  ///   - waited: which tokens the request waited for.
  ///   - slot: its place in the account's pace; nil without that.
  mutating func accept(_ cost: Cost, waited: Waits, slot: PaceSlot? = nil, at now: Duration) {
    learn(.requests, true, waited.contains(.request) || isOwed, slot?.rates.requests, at: now)
    isOwed = false
    if cost.paths > 0 {
      learn(.paths, true, waited.contains(.paths), slot?.rates.paths, at: now)
    }
    if cost.wildcards > 0 {
      learn(.wildcards, true, waited.contains(.wildcards), slot?.rates.wildcards, at: now)
    }
  }

  /// Learns that CloudFront asked for fewer requests.
  mutating func throttle(waited: Waits, slot: PaceSlot? = nil, at now: Duration) {
    learn(.requests, false, waited.contains(.request) || isOwed, slot?.rates.requests, at: now)
    isOwed = false
    requests.drain(at: now)
    if requests.rate.least < requests.rate.most { urgent.drain(at: now) }
  }

  /// Learns that CloudFront has too many invalidations in progress. Because its answer does not say
  /// of which kind, wildcards count first. A burst that is left would be refused too, since the
  /// account has it once, and each of its environments begins with one.
  mutating func refuse(_ cost: Cost, waited: Waits, slot: PaceSlot? = nil, at now: Duration) {
    if cost.wildcards > 0 {
      learn(.wildcards, false, waited.contains(.wildcards), slot?.rates.wildcards, at: now)
      wildcards.drain(at: now)
    } else {
      learn(.paths, false, waited.contains(.paths), slot?.rates.paths, at: now)
      paths.drain(at: now)
    }
  }

  private mutating func learn(
    _ subject: Lesson.Subject, _ isAccepted: Bool, _ hadToWait: Bool, _ paced: SharedRate?,
    at now: Duration
  ) {
    let lesson = Lesson(
      subject: subject, isAccepted: isAccepted, hadToWait: hadToWait,
      paced: paced.map { AdaptiveRate.Paced($0) })
    apply(lesson, at: now)
    if paced != nil { lessons.append(lesson) }
  }

  mutating func apply(_ lesson: Lesson, at now: Duration) {
    func change(_ rate: inout AdaptiveRate) {
      if lesson.isAccepted {
        rate.accept(hadToWait: lesson.hadToWait, paced: lesson.paced, at: now)
      } else {
        rate.refuse(hadToWait: lesson.hadToWait, paced: lesson.paced, at: now)
      }
    }
    switch lesson.subject {
    case .requests:
      requests.change(at: now, change)
      urgent.refill(perSecond: requests.rate.perSecond / 2, from: now)
    case .paths: paths.change(at: now, change)
    case .wildcards: wildcards.change(at: now, change)
    }
  }

  /// Learns that a request was given up because its token came after the end of the invocation.
  package mutating func giveUp() { isOwed = true }

  /// Kinds of tokens that a request waited for.
  struct Waits: OptionSet {
    let rawValue: Int
    static let request = Waits(rawValue: 1)
    static let paths = Waits(rawValue: 2)
    static let wildcards = Waits(rawValue: 4)
  }
}
