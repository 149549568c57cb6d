public import S3Events

/// What is to be planned: one change or request, with the distributions that serve it.
public struct PlanItem: Sendable {
  /// What asks for an invalidation.
  public enum Cause: Sendable {
    /// An object changed.
    case change(ObjectChange)
    /// A worker asks.
    case request(InvalidationRequest)
  }

  /// What asks.
  public var cause: Cause
  /// Who serves it; empty when nobody does.
  public var serving: [ServingDistribution]

  /// Creates an item.
  public init(_ cause: Cause, serving: [ServingDistribution]) {
    self.cause = cause
    self.serving = serving
  }

  /// What makes a second delivery of it the same.
  public var identity: ChangeIdentity { cause.identity }
}

extension PlanItem.Cause {
  /// What makes a second delivery of it the same.
  public var identity: ChangeIdentity {
    switch self {
    case .change(let change): change.identity
    case .request(let request): request.identity
    }
  }
}

/// The batches to send and the reason for each path, before any effect.
public struct Plan: Sendable {
  /// The distributions that have something to forget, by id.
  public var distributions: [DistributionPlan] = []
  /// The items that lead to no path, and why. Indices are those of the items planned.
  public var ignored: [(item: Int, reason: IgnoredReason)] = []
  /// The items that ask for what can't be done, or not altogether.
  public var failures: [(item: Int, error: PlanFailure)] = []
  /// The paths that are not sent though a change leads to them; empty unless the options keep them.
  public var dropped: [DroppedPath] = []
  /// How many were dropped, by reason; also where they are not kept.
  public var droppedCounts: [IgnoredReason: Int] = [:]
  /// What a person should know about distributions that are left out.
  public var warnings: Set<PlanWarning> = []

  /// Creates an empty plan.
  public init() {}
}

/// What one distribution is to forget.
public struct DistributionPlan: Sendable {
  /// The distribution's id.
  public var id: String
  /// The paths to send, unique, bytewise ascending: one invalidation batch.
  public var paths: [PlannedPath]
  /// The paths for which the batch has no room and that wait for a redelivery.
  public var deferred: [PlannedPath]
  /// The batch's idempotency token.
  public var callerReference: CallerReference
  /// What a person should know, such as an origin in another region than its bucket.
  public var warnings: [PlanWarning]
  /// What had to give so that one batch holds everything; nil when the options were kept.
  public var loosened: CoalescedPaths.Loosening?
  /// What the batch costs, and would cost without wildcards.
  public var cost: InvalidationCost

  /// The items that have a path that has to wait; they are not done when the batch is accepted.
  public var deferredItems: Set<Int> { Set(deferred.flatMap { $0.reasons.map(\.item) }) }
}

/// A path and why it is there.
public struct PlannedPath: Sendable {
  /// One cause of a path.
  public struct Reason: Hashable, Sendable {
    /// The index of the item planned.
    public var item: Int
    /// The path it asks for; what is sent in its place may be a wildcard that covers it.
    public var path: InvalidationPath
    /// The rule that led from it to the path.
    public var rule: PathRule
    /// The key it came from; nil when a worker named the path.
    public var key: ObjectKey?
    /// The id of the origin that shows the key; nil when that is not known.
    public var origin: String?
    /// The pattern of the cache behavior that answers; nil when that is not known.
    public var behavior: String?
    /// Whether the behavior asks another origin, and only an edge function may lead to this one.
    public var isUncertain = false
    /// The number of the rule of `PATH_RULES`, counted from 1.
    public var ruleNumber: Int?
  }

  /// The path.
  public var path: InvalidationPath
  /// Its causes, in the order of the items.
  public var reasons: [Reason]
  /// The paths that this wildcard was chosen to replace; empty for a path that was asked for.
  public var replaced: [InvalidationPath] = []
}
