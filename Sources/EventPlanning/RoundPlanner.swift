import CloudFrontAPI
package import CloudFrontModel
package import Failures
package import InvalidationPlanning
import Logging
import S3Events

/// Plans the distributions of a round one by one, each when its turn comes.
///
/// What planning needs to know of a distribution beyond the list is read only then, so that the
/// first invalidation goes out before the last configuration is read.
package final class RoundPlanner {
  private let directory: DistributionDirectory
  private let logger: Logger
  private let log: OnceLog
  private let now: () -> Duration
  private let deadline: Duration?
  private let setsGoneAside: Bool
  private var session: PlanningSession
  private let hasUrgent: Bool
  /// How many of the session's failures the round has noted.
  private var noted = 0

  /// The distributions that the list names and CloudFront doesn't know, where they are set aside.
  package private(set) var gone: Set<DistributionID> = []

  /// The distributions that nothing prevents from being told but that their turn did not come.
  package private(set) var untold: Set<DistributionID> = []
  /// The distributions that were planned and have to be told nothing.
  package private(set) var quiet: Set<DistributionID> = []
  /// What the memory that execution environments share says of the round's items.
  package let memory: SharedMemory

  /// The round, with the failures so far.
  package private(set) var round: PlanningRound

  init(
    _ round: PlanningRound, options: PlanOptions, acceptance: AcceptanceCheck,
    memory: SharedMemory, directory: DistributionDirectory, deadline: Duration?,
    setsGoneAside: Bool,
    now: @escaping () -> Duration,
    logger: Logger, log: OnceLog
  ) {
    self.round = round
    self.memory = memory
    self.directory = directory
    self.logger = logger
    self.log = log
    self.now = now
    self.deadline = deadline
    self.setsGoneAside = setsGoneAside
    hasUrgent = round.items.contains { $0.cause.isUrgent }
    session = PlanningSession(
      round.items, options: options, acceptance: acceptance, memory: memory,
      isTimeUp: { deadline.map { now() >= $0 } ?? false })
    failUnplanned(session.plan.unplanned)
  }

  /// The distributions to plan, by id.
  package var distributions: [DistributionID] { session.distributions }

  /// How many they are.
  package var distributionCount: Int { session.distributionCount }

  /// Returns when the oldest of the changes that a distribution serves happened, in milliseconds
  /// since 1970; nil when none says so.
  package func oldestChange(of id: DistributionID) -> Int64? { session.oldestChange(of: id) }

  /// Whether an urgent request asks for a distribution.
  package func isUrgent(_ id: DistributionID) -> Bool {
    hasUrgent && session.items(of: id).contains { round.items[$0].cause.isUrgent }
  }

  /// Plans a distribution; nil when it has nothing to send. What prevents a plan fails the messages
  /// that need it.
  package func plan(_ id: DistributionID) -> DistributionPlan? {
    let before = session.plan.unplanned.count
    guard hasTime else {
      leave([id], EventPlanner.outOfTime.type, EventPlanner.outOfTime.text) { _ in nil }
      return nil
    }
    let served: [ServingDistribution]
    do throws(CloudFrontError) {
      served = try self.served(by: id)
    } catch {
      if setsGoneAside, error.refusal == .noSuchDistribution,
        !session.servings(of: id).contains(where: \.serving.isUnread)
      {
        gone.insert(id)
      } else {
        round.fail(items: session.items(of: id), error.errorType, error.description)
      }
      left.formUnion(session.items(of: id))
      return nil
    }
    let plan = session.makePlan(of: id, served, isTimeUp: { !self.hasTime })
    if session.plan.unplanned.count > before {
      failUnplanned(session.items(of: id))
    } else if plan == nil {
      quiet.insert(id)
    }
    for (item, error) in session.plan.failures.dropFirst(noted) {
      round.fail(items: [item], error.errorType, error.description)
    }
    noted = session.plan.failures.count
    if let plan { warn(plan) }
    return plan
  }

  /// Returns how a distribution serves each group of items, with all details.
  private func served(
    by id: DistributionID
  ) throws(CloudFrontError) -> [ServingDistribution] {
    let servings = session.servings(of: id)
    let needsDetails = servings.contains { $0.item.cause.hasKeys }
    var served: [ServingDistribution] = []
    for (item, serving) in servings {
      served.append(
        try directory.complete(
          serving, for: item.cause, needsDetails: needsDetails, deadline: deadline))
    }
    return served
  }

  // MARK: - What is left to another delivery

  /// Plans one distribution of each set of those that serve the same items, and says how many they
  /// are. Only what covers a change at each of them counts as accepted before. A set that can't be
  /// read is left out.
  ///
  /// - Parameter most: how many are planned; those come first that stand for most distributions.
  package func samples(
    most: Int
  ) -> [(paths: [PlannedPath], distributions: Int)] {
    let sets = session.sets.sorted { $0.count > $1.count }
    return sets.prefix(most).compactMap { set in
      guard hasTime, let served = try? served(by: set[0]),
        let plan = session.sample(of: set, served, isTimeUp: { !self.hasTime })
      else { return nil }
      return (plan.paths, set.count)
    }
  }

  /// For each distribution that is still to be told something, the messages that need it.
  package func open() -> [Set<Int>] {
    session.distributions.map { id in
      Set(
        session.open(of: id, { try? served(by: id) }, isTimeUp: { !self.hasTime })
          .map { round.messageOfItem[$0] })
    }.filter { !$0.isEmpty }
  }

  /// Leaves whole messages to another delivery, before anything is planned.
  package func leaveOut(
    _ messages: Set<Int>, _ errorType: FailureType, _ description: String, retryAfter: Duration
  ) {
    let items = Set(round.items.indices.filter { messages.contains(round.messageOfItem[$0]) })
    session.leaveOut(items)
    left.formUnion(items)
    leftOut.formUnion(items)
    round.fail(items: items, errorType, description, retryAfter: retryAfter)
  }

  /// The items of messages that were left out.
  private(set) var leftOut: Set<Int> = []

  /// Fails the messages of distributions that are not planned, because they have to wait.
  ///
  /// - Parameters:
  ///   - isForOthers: whether another invocation may tell them, because it is only that their turn
  ///     did not come.
  ///   - retryAfter: how long until a distribution's turn, by its place in the list.
  package func leave(
    _ ids: some Collection<DistributionID>, _ errorType: FailureType, _ description: String,
    isForOthers: Bool = true, retryAfter: (Int) -> Duration?
  ) {
    if isForOthers { untold.formUnion(ids) }
    var seen: Set<Int> = []
    for (place, id) in ids.enumerated() {
      let items = session.items(of: id).filter { seen.insert($0).inserted }
      guard !items.isEmpty else { continue }
      round.fail(
        items: items, errorType, description, retryAfter: retryAfter(place),
        isForOthers: isForOthers)
      left.formUnion(items)
    }
  }

  /// The items of distributions that were left.
  private var left: Set<Int> = []

  /// Fails the messages of distributions that there is no time to plan.
  package func leaveForLackOfTime(_ ids: some Collection<DistributionID>) {
    leave(ids, EventPlanner.outOfTime.type, EventPlanner.outOfTime.text) { _ in .seconds(1) }
  }

  /// Whether there is time to plan.
  package var hasTime: Bool { deadline.map { now() < $0 } ?? true }

  /// Tells why changes lead to no path, after all that could be planned was.
  package func finish() {
    session.finish()
    round.plan = session.plan
    round.plan.ignored.removeAll { left.contains($0.item) }
    for (item, error) in session.plan.failures.dropFirst(noted) {
      round.fail(items: [item], error.errorType, error.description)
    }
    noted = session.plan.failures.count
    warnOfUnserved()
    for warning in session.plan.warnings.sorted() { log.warn(warning.description) }
  }

  private func failUnplanned(_ items: some Sequence<Int>) {
    left.formUnion(items)
    round.fail(items: items, EventPlanner.outOfTime.type, EventPlanner.outOfTime.text)
  }

  private func warn(_ plan: DistributionPlan) {
    for warning in plan.warnings { log.warn(warning.description) }
    if let loosened = plan.loosened {
      logger.warning(
        "To send every path would take longer than an hour, so \(loosened)",
        metadata: [
          "distribution": "\(plan.id)", "paths": .stringConvertible(plan.paths.count),
          "uncoalescedPaths": .stringConvertible(plan.cost.uncoalescedPaths),
        ])
    }
    guard let example = plan.deferred.first else { return }
    round.fail(
      items: plan.deferredItems, .known(.tooManyPaths),
      "MAX_WILDCARDS=0 rules out all wildcards, and \(plan.deferred.count) of the paths of"
        + " distribution \(plan.id) can only be sent as wildcards, such as \(example.path)."
        + " Raise MAX_WILDCARDS.")
  }

  /// Warns about each bucket that no distribution serves.
  private func warnOfUnserved() {
    var warned: Set<String> = []
    for (item, reason) in round.plan.ignored where reason == .noDistribution {
      guard case .change(let change) = round.items[item].cause,
        warned.insert(change.bucket).inserted
      else { continue }
      logger.warning(
        """
        No distribution of this account has bucket \(change.bucket) as an origin, so nothing is \
        invalidated for it. Name one in BUCKET_DISTRIBUTIONS, or remove the notification from \
        the bucket.
        """, metadata: ["bucket": "\(change.bucket)"])
    }
  }
}

extension PlanItem.Cause {
  /// Whether keys are planned, and not ready-made paths alone.
  fileprivate var hasKeys: Bool {
    switch self {
    case .change: true
    case .request(let request): !request.keys.isEmpty
    }
  }
}
