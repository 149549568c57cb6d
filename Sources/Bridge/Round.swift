import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import Failures
import InvalidationPlanning
import InvalidationSending
import S3Events

/// One round of handling an event: the plan, the requests and their results.
struct Round {
  /// One request for a distribution, with its result. The paths themselves are not kept.
  struct Sent {
    var distribution: DistributionID
    /// How many paths it had.
    var paths: Int
    /// Nil when CloudFront refused the request or never answered it.
    var acceptance: Acceptance?
    /// What its log line tells in figures; nil likewise.
    var figures: AcceptedBatch.Figures?

    init(
      _ part: BatchSender.Part, of distribution: DistributionID, _ figures: AcceptedBatch.Figures?
    ) {
      self.distribution = distribution
      self.figures = figures
      paths = part.paths.count
      if case .success(let acceptance) = part.result { self.acceptance = acceptance }
    }
  }

  private(set) var planning: PlanningRound
  /// The requests, in the order of the distributions' ids once the round is over.
  private(set) var sent: [Sent] = []
  /// The distributions that CloudFront says do not exist; empty in the last round, where they count
  /// as failures.
  private(set) var gone: Set<DistributionID> = []
  /// The failures of sending, then of planning too once the round is over.
  private(set) var failures = MessageFailures()
  /// How the calls of CreateInvalidation went.
  private(set) var calls = BatchSender.Calls()
  /// The distributions whose turn did not come, though nothing else prevents them from being told.
  private(set) var untold: Set<DistributionID> = []
  private let isLast: Bool
  /// What the memory that execution environments share says of the items.
  let memory: SharedMemory
  /// The messages in which something failed before anything was planned.
  let failedBefore: Set<Int>
  /// The distributions whose requests all have their results, and those that need none.
  private(set) var planned: Set<DistributionID> = []
  /// The items that a distribution refused.
  private(set) var refusedAt: [DistributionID: Set<Int>] = [:]
  /// The items that contribute to an accepted request, and those that contribute to another one.
  private(set) var acceptedItems: Set<Int> = []
  private(set) var refusedItems: Set<Int> = []

  /// Starts a round.
  ///
  /// - Parameter isLast: whether no round follows, so that a missing distribution is a failure.
  init(_ planning: PlanningRound, memory: SharedMemory, isLast: Bool) {
    self.planning = planning
    self.memory = memory
    failedBefore = Set(planning.failures.all.map(\.message))
    self.isLast = isLast
  }

  /// Sorts the results of a distribution into requests, missing distributions and failures.
  ///
  /// - Parameter accepted: takes each request that CloudFront accepted.
  mutating func add(
    _ parts: [BatchSender.Part], of plan: DistributionPlan, accepted: (AcceptedBatch) -> Void
  ) {
    planned.insert(plan.id)
    refuse(plan.deferredItems, at: plan.id)
    for part in parts {
      if part.isAccepted {
        acceptedItems.formUnion(part.items)
      } else {
        refuse(part.items, at: plan.id)
      }
      if !isLast, part.isGone {
        gone.insert(plan.id)
      } else {
        let batch = AcceptedBatch(part, of: plan.id, items: planning.items)
        sent.append(Sent(part, of: plan.id, batch?.figures))
        if let batch { accepted(batch) }
        noteFailure(of: part, plan.id)
      }
    }
  }

  private mutating func refuse(_ items: Set<Int>, at id: DistributionID) {
    guard !items.isEmpty else { return }
    refusedItems.formUnion(items)
    refusedAt[id, default: []].formUnion(items)
  }

  /// Ends the round, with all that planning found.
  ///
  /// - Parameters:
  ///   - gone: the distributions that planning found missing.
  ///   - untold: those whose turn to be planned did not come.
  ///   - quiet: those that were planned and have to be told nothing.
  mutating func finish(
    _ planning: PlanningRound, gone: Set<DistributionID>, untold: Set<DistributionID>,
    quiet: Set<DistributionID>, calls: BatchSender.Calls
  ) {
    planned.formUnion(quiet)
    self.calls = calls
    self.planning = planning
    self.gone.formUnion(gone)
    self.untold.formUnion(untold)
    let ofSending = failures
    failures = planning.failures
    failures.add(ofSending)
    let order = sent.enumerated().sorted {
      ($0.element.distribution, $0.offset) < ($1.element.distribution, $1.offset)
    }
    sent = order.map(\.element)
  }

  /// Records the failure of a request for every message that needed its paths.
  private mutating func noteFailure(of part: BatchSender.Part, _ id: DistributionID) {
    guard case .failure(let error) = part.result else { return }
    var description = error.description
    if part.paths.count == 1, let only = part.paths.first {
      let key = only.reasons.first?.key.map { ", from the key \($0.visible)" } ?? ""
      description += " The path is \(only.path)\(key)."
      if let refused = only.refusedSpelling {
        description += " CloudFront refused the spelling \(refused) before."
      }
    }
    let isForOthers = [.known(.rateReached), .known(.noTimeLeft)].contains(error.errorType)
    if isForOthers { untold.insert(id) }
    for message in planning.messages(of: part.items) {
      failures.add(
        message, error.errorType, description, retryAfter: part.retryAfter,
        isForOthers: isForOthers)
    }
  }
}

extension BatchSender.Part {
  /// Whether CloudFront says that the distribution does not exist.
  fileprivate var isGone: Bool {
    if case .failure(let error) = result { error.refusal == .noSuchDistribution } else { false }
  }
}
