package import Clock
package import CloudFrontAPI
package import CloudFrontModel
package import InvalidationPlanning
package import Logging
package import S3Events

/// Sends the paths of several distributions, handles each kind of refusal, and returns the paths
/// that CloudFront did not accept with the error.
///
/// It takes the plans one after the other, and asks for the next one when the last has had its
/// first attempt. So every distribution gets a first attempt before any gets a second, one
/// distribution's waiting time serves the others, and only the plans that need another attempt are
/// held.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html#API_CreateInvalidation_Errors
package struct BatchSender {
  /// The paths of one request, with its result.
  package struct Part {
    package var paths: [PlannedPath]
    package var callerReference: CallerReference
    package var result: Result<Acceptance, CloudFrontError>
    /// How often CloudFront was asked.
    package var attempts = 0
    /// How long until what a failed request waits for is expected; nil where nobody can say.
    package var retryAfter: Duration?
    /// When CloudFront accepted it, in milliseconds since 1970; nil when it did not.
    package var acceptedAt: Int64?
    /// Every change that happened before is covered by the accepted paths: when the request was
    /// begun, or when CloudFront created the invalidation, whichever was earlier, in milliseconds
    /// since 1970. Nil when CloudFront accepted nothing or does not say when.
    package var coversUntil: Int64?

    /// Whether CloudFront accepted the request, or a dry run kept it back.
    package var isAccepted: Bool { if case .success = result { true } else { false } }

    /// The indices of the items that need the paths.
    package var items: Set<Int> { PlannedPath.items(of: paths) }
  }

  /// The most requests that one batch may be split into because CloudFront refuses it. Because each
  /// takes a token of CloudFront's request rate, a batch whose every path is refused must not be
  /// halved down to single paths.
  package static let maxRequests = 64
  /// The most waits for a full quota of one distribution. They are counted separately for wildcards
  /// and for other paths, as CloudFront's quotas are.
  static let maxQuotaWaits = 2
  /// The length of such a wait, in seconds, jittered so that execution environments don't all retry
  /// at once.
  static let quotaWait = 5.0...20.0
  /// The most memory that requests take that wait for another attempt, approximately, in bytes.
  /// Beyond it a request that needs another attempt fails, and its messages are delivered again.
  static let maxHeldBytes = 16 << 20

  /// How fast requests go out; it learns from CloudFront's answers.
  package internal(set) var pace: SendingPace
  /// The pace that the account's environments share; nil where there is none, and from when its
  /// table does not answer.
  package internal(set) var account: AccountPace?
  /// The pace of this environment alone.
  let ownPace: SendingPace
  /// How many requests were given up because their turn comes after the deadline.
  package private(set) var latecomers = 0
  /// How the calls went.
  package internal(set) var calls = Calls()

  let channel: any InvalidationChannel
  private let limits: CoalescingOptions
  let time: TimeSource
  let random: () -> Double
  let deadline: Duration?
  /// The time on the monotonic clock after which no wait for a token ends; nil for the deadline.
  let patience: Duration?
  let logger: Logger
  var line = Line()

  /// Creates a sender for one round of an invocation.
  ///
  /// - Parameters:
  ///   - channel: CloudFront, or a dry run.
  ///   - account: the pace that the account's environments share; `pace` is then what they may
  ///     send together.
  ///   - ownPace: the pace of this environment alone, for when the account's is not known.
  ///   - limits: the most paths and wildcards of one request.
  ///   - random: returns a number from 0 up to 1, which jitters the waits.
  ///   - deadline: the time on the monotonic clock after which no request starts and no wait ends.
  ///   - patience: the time after which no wait for a token ends, where that is earlier.
  package init(
    channel: any InvalidationChannel, pace: SendingPace, account: AccountPace? = nil,
    ownPace: SendingPace? = nil, limits: CoalescingOptions,
    time: TimeSource, random: @escaping () -> Double, deadline: Duration?,
    patience: Duration? = nil, logger: Logger
  ) {
    self.channel = channel
    self.pace = pace
    self.account = account
    self.ownPace = ownPace ?? pace
    self.limits = limits
    self.time = time
    self.random = random
    self.deadline = deadline
    self.patience = patience
    self.logger = logger
  }

  /// Sends the paths of plans.
  ///
  /// - Parameters:
  ///   - next: returns the next plan; nil when there is none, or no time to make one. It is not
  ///     asked any more once a request's turn comes after the deadline.
  ///   - isUrgent: whether an item is an urgent request. The paths of such items go out in requests
  ///     of their own, before all others.
  ///   - finished: takes each plan with the results of all its requests.
  package mutating func send(
    identity: (Int) -> ChangeIdentity, isUrgent: (Int) -> Bool = { _ in false },
    next: () -> DistributionPlan?,
    finished: (DistributionPlan, [Part]) -> Void
  ) {
    var hasNext = true
    while true {
      if hasNext, line.first == nil, !line.holdsPlace, latecomers == 0, !channel.isEnding {
        if let plan = next() {
          let (urgent, others) = plan.divided(isUrgent)
          let first = limits.requests(of: urgent)
          line.add(plan, first + limits.requests(of: others), urgent: first.count, finished)
        } else {
          hasNext = false
        }
      }
      switch turn() {
      case .done:
        guard hasNext, latecomers == 0, !channel.isEnding else { return }
      case .wait(let duration): time.sleep(duration)
      case .late(let delay): giveUp(after: delay, isLast: !hasNext, finished)
      case .go(let request):
        if let request = reserved(request, isLast: !hasNext, finished) {
          attempt(request, identity, finished)
        }
      }
    }
  }

  // MARK: - Whose turn it is

  private enum Turn {
    case go(Request)
    case wait(Duration)
    /// The next request's turn comes after the deadline.
    case late(Duration)
    case done
  }

  /// Takes the first request that is due and has its tokens, or says how long to wait.
  ///
  /// What lacks tokens of a kind holds back whatever comes after it and needs that kind too, or it
  /// would wait for ever. Because every request takes a token of the request rate, a request that
  /// lacks this one holds back all.
  private mutating func turn() -> Turn {
    let now = time.monotonic()
    let isOver = channel.isEnding || deadline.map { now >= $0 } ?? false
    var blocked: SendingPace.Waits = []
    var wait: Duration?
    for place in line.places(hurries: pace.hurries(at: now)) {
      let request = line[place]
      // The attempt itself says why it is too late.
      if isOver { return .go(line.take(place)) }
      if request.notBefore > now {
        wait = min(wait ?? .seconds(86_400), request.notBefore - now)
        continue
      }
      if request.slot != nil { return .go(line.take(place)) }
      // One place at a time, so that environments take turns.
      if line.holdsPlace { continue }
      let cost = request.cost
      let delay = pace.delay(cost, isUrgent: request.isUrgent, at: now)
      var lacks: SendingPace.Waits = []
      if delay.request > .zero { lacks.insert(.request) }
      if cost.paths > 0, blocked.contains(.paths) || delay.paths > .zero { lacks.insert(.paths) }
      if cost.wildcards > 0, blocked.contains(.wildcards) || delay.wildcards > .zero {
        lacks.insert(.wildcards)
      }
      if lacks.isEmpty { return .go(line.take(place)) }
      if lacks == .wildcards, request.kind == .mixed { return .go(line.takePlain(place)) }
      line[place].waited.formUnion(lacks)
      let needed =
        request.kind == .mixed
        ? max(delay.request, delay.paths)
        : max(delay.request, delay.paths, delay.wildcards)
      if needed > .zero { wait = min(wait ?? .seconds(86_400), needed) }
      if lacks.contains(.request) { break }
      blocked.formUnion(lacks)
    }
    guard let wait else { return .done }
    let isLate = [deadline, patience].contains { $0.map { now + wait >= $0 } ?? false }
    return isLate ? .late(wait) : .wait(wait)
  }

  /// Gives up all requests, because the first of them has its turn after the deadline.
  ///
  /// - Parameter isLast: whether no plans follow. Where some do, it is better to wait until there
  ///   are tokens for a burst, because each delivery counts.
  mutating func giveUp(
    after delay: Duration, isLast: Bool, _ finished: (DistributionPlan, [Part]) -> Void
  ) {
    pace.giveUp()
    let now = time.monotonic()
    for request in line.takeAll() {
      latecomers += 1
      release(request, wasMade: false)
      guard let plan = line.plan(of: request) else { continue }
      let creation = request.creation
      let error =
        creation?.pending.abandoned
        ?? CloudFrontError(
          operation: "CreateInvalidation", distribution: plan.id, reason: .rateReached)
      let part = Part(
        paths: request.paths, callerReference: creation?.reference ?? plan.callerReference,
        result: .failure(error), attempts: request.attempts,
        retryAfter: max(
          delay,
          pace.delay(
            untilRequest: isLast ? latecomers : max(latecomers, SendingPace.burst), at: now)))
      line.finish(part, of: request, finished)
    }
  }

  // MARK: - Attempts

  private mutating func attempt(
    _ request: Request, _ identity: (Int) -> ChangeIdentity,
    _ finished: (DistributionPlan, [Part]) -> Void
  ) {
    guard let plan = line.plan(of: request) else { return }
    var request = request
    var creation = request.creation ?? creation(of: request, in: plan, identity)
    if request.creation == nil {
      line.efforts[request.plan, default: Effort()].requests += 1
    } else {
      calls.retries += 1
    }
    let cost = request.cost
    pace.take(cost, isUrgent: request.isUrgent, at: time.monotonic())
    let attempts = creation.pending.attempts
    let begun = time.wallMilliseconds()
    let answer = creation.answer()
    // What comes too late asks nobody, and returns the error of the attempt before.
    let wasMade = creation.pending.attempts > attempts
    if wasMade { request.attempts += 1 }
    let result: Result<Acceptance, CloudFrontError>
    do throws(CloudFrontError) {
      guard let acceptance = try answer.get() else {
        if creation.pending.isThrottled { learn(.throttled, request) }
        request.creation = creation
        request.slot = nil
        request.notBefore = max(request.notBefore, creation.pending.due ?? .zero)
        guard line.heldBytes + request.bytes > BatchSender.maxHeldBytes else {
          return line.append(request)
        }
        release(request, wasMade: true)
        let part = Part(
          paths: request.paths, callerReference: creation.reference,
          result: .failure(creation.pending.abandoned), attempts: request.attempts)
        return line.finish(part, of: request, finished)
      }
      pace.accept(cost, waited: request.waited, slot: request.slot, at: time.monotonic())
      result = .success(acceptance)
    } catch {
      release(request, wasMade: wasMade)
      // The pace has heard of the error of an attempt before.
      if wasMade { learn(error.refusal, request) }
      request.slot = nil
      request.counted = nil
      if goesOn(after: &request, error) { return }
      result = .failure(error)
    }
    let isFull = result.failure?.refusal == .tooManyInvalidationsInProgress
    var part = Part(
      paths: request.paths, callerReference: creation.reference, result: result,
      attempts: request.attempts,
      retryAfter: isFull ? .seconds(BatchSender.quotaWait.upperBound) : nil)
    if case .success(let acceptance) = result {
      part.acceptedAt = time.wallMilliseconds()
      part.coversUntil = acceptance.createdAt.map { min($0, begun) }
    }
    line.finish(part, of: request, finished)
  }
}

extension Result where Success == Acceptance, Failure == CloudFrontError {
  fileprivate var failure: CloudFrontError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension PlannedPath {
  /// Returns the indices of the items that need some paths.
  static func items(of paths: [PlannedPath]) -> Set<Int> {
    Set(paths.flatMap { $0.reasons.map(\.item) })
  }
}
