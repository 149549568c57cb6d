package import CloudFrontModel
import Encoding
package import S3Events

/// What is to be planned: one change or request, with the distributions that serve it.
package struct PlanItem: Sendable {
  /// What asks for an invalidation.
  package enum Cause: Sendable {
    /// An object changed.
    case change(ObjectChange)
    /// A worker asks.
    case request(InvalidationRequest)
  }

  /// What asks.
  package let cause: Cause
  /// What makes a second delivery of it the same: kept here, because a cause is large to copy.
  package let identity: ChangeIdentity
  /// When the queue got the message of a change, in milliseconds since 1970: the change happened
  /// before. Nil where nobody says, and for a request.
  package let sentAt: Int64?
  /// Who serves it; empty when nobody does.
  package var serving: [ServingDistribution]
  /// Who serves it, those included that work which was handed on is not for.
  package var everyone: [ServingDistribution] { whole ?? serving }
  private var whole: [ServingDistribution]?
  /// A number that items share whose ``serving`` is the same; nil when that is not known.
  package var group: Int?

  /// Creates an item.
  ///
  /// - Parameter everyone: who serves it, where that is more than `serving`.
  package init(
    _ cause: Cause, sentAt: Int64? = nil, serving: [ServingDistribution],
    everyone: [ServingDistribution]? = nil, group: Int? = nil
  ) {
    self.cause = cause
    self.sentAt = sentAt
    identity = cause.identity
    self.serving = serving
    self.group = group
    whole = everyone
  }
}

extension PlanItem.Cause {
  /// Whether viewers may see an object where there was none before. A request does not say.
  var mayBeNew: Bool {
    switch self {
    case .change(let change): change.mayBeNew
    case .request: true
    }
  }

  /// Whether it goes before what is not urgent.
  package var isUrgent: Bool {
    switch self {
    case .change: false
    case .request(let request): request.isUrgent
    }
  }

  /// When it happened, in milliseconds since 1970; nil when it does not say so.
  package var time: Int64? {
    switch self {
    case .change(let change): change.eventTime.flatMap { CivilTime.milliseconds(of: $0) }
    case .request: nil
    }
  }

  /// What makes a second delivery of it the same.
  package var identity: ChangeIdentity {
    switch self {
    case .change(let change): change.identity
    case .request(let request): request.identity
    }
  }
}

/// The batches to send and the reason for each path, before any effect.
package struct Plan: Sendable {
  /// The distributions that have something to forget, by id.
  package var distributions: [DistributionPlan] = []
  /// The items that lead to no path, and why. Indices are those of the items planned.
  package var ignored: [(item: Int, reason: DropReason)] = []
  /// The items that ask for something impossible, at least in part.
  package var failures: [(item: Int, error: PlanFailure)] = []
  /// The items that there was no time to plan, or not for all that serve them.
  package var unplanned: Set<Int> = []
  /// The paths that are not sent though a change leads to them; empty unless the options keep them.
  package var dropped: [DroppedPath] = []
  /// How many were dropped, by reason; also where they are not kept.
  package var droppedCounts: [DropReason: Int] = [:]
  /// What a person should know about distributions that are left out.
  package var warnings: Set<PlanWarning> = []

  /// Creates an empty plan.
  package init() {}
}

/// What one distribution is to forget.
package struct DistributionPlan: Sendable {
  /// The distribution's id.
  package var id: DistributionID
  /// The distribution whose plan this one repeats: id, caller reference and warnings alone differ.
  /// Nil where it was made for this one.
  package var repeated: DistributionID?
  /// The distribution and what the plan rests on; nil before the plan is complete.
  package var version: DistributionVersion?
  /// The paths to send, unique, bytewise ascending: one invalidation batch, or several where one
  /// has no room for them.
  package var paths: [PlannedPath]
  /// The paths that no request may hold: wildcards, where `MAX_WILDCARDS` is 0.
  package var deferred: [PlannedPath]
  /// The batch's idempotency token. Where the paths take several requests, each has its own.
  package var callerReference: CallerReference
  /// What a person should know, such as an origin in another region than its bucket.
  package var warnings: [PlanWarning]
  /// The options that were loosened so that everything fits into one batch; nil when none were.
  /// That happens only where it would take longer than an hour to send everything.
  package var loosened: CoalescedPaths.Loosening?
  /// How many requests the paths take.
  package var requests: Int
  /// What the batch costs, and would cost without wildcards.
  package var cost: InvalidationCost

  /// The items that have a path that has to wait; they are not done when the batch is accepted.
  package var deferredItems: Set<Int> { Set(deferred.flatMap { $0.reasons.map(\.item) }) }
}

/// A path and why it is there.
package struct PlannedPath: Sendable {
  /// One cause of a path.
  package struct Reason: Hashable, Sendable {
    /// The index of the item planned.
    package var item: Int
    /// The path it asks for; what is sent in its place may be a wildcard that covers it.
    package var path: InvalidationPath
    /// The rule that led from it to the path.
    package var rule: PathRule
    /// The key it came from; nil when a worker named the path.
    package var key: ObjectKey?
    /// The id of the origin that shows the key; nil when that is not known.
    package var origin: String?
    /// The pattern of the cache behavior that answers; nil when that is not known.
    package var behavior: String?
    /// Whether the behavior asks another origin, and only an edge function may lead to this one.
    package var isUncertain = false
    /// Whether the behavior keeps nothing but errors, such as the 404 from before the object
    /// existed.
    package var isForCachedError = false
    /// The number of the rule of `PATH_RULES`, counted from 1.
    package var ruleNumber: Int?
    /// Why a `+` of the key is spelled as it is; nil where the path has none.
    package var plus: PlusSpelling?
    /// The path of which this one is a second spelling, with `+` where that has `%2B`.
    package var firstSpelling: InvalidationPath?
  }

  /// The path.
  package var path: InvalidationPath
  /// Its causes, in the order of the items.
  package var reasons: [Reason]
  /// The paths that this wildcard was chosen to replace; empty for a path that was asked for.
  package var replaced: [InvalidationPath] = []
  /// The spelling that CloudFront refused, where this is the other one.
  package var refusedSpelling: InvalidationPath?

  /// The same path in its other spelling, to be tried once when CloudFront refuses this one; nil
  /// when there is none, or when a worker chose the spelling.
  package var respelled: PlannedPath? {
    guard refusedSpelling == nil, reasons.contains(where: { $0.rule != .requested }),
      let other = path.otherSpelling
    else { return nil }
    var respelled = self
    respelled.path = other
    respelled.refusedSpelling = path
    return respelled
  }
}
