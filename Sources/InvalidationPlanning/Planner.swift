import S3Events

/// Turns changes and requests into one invalidation batch per distribution.
///
/// Pure: the same items give the same plan, in whatever order they stand.
public struct Planner: Sendable {
  private let options: PlanOptions

  /// Creates a planner.
  public init(options: PlanOptions = PlanOptions()) {
    self.options = options
  }

  /// Plans every distribution from the untouched items.
  public func plan(_ items: [PlanItem]) -> Plan {
    var plan = Plan()
    var drafts: [String: DistributionDraft] = [:]
    for (index, item) in items.enumerated() {
      do {
        let asked = try Asked(item, rules: options.rules)
        if let reason = add(asked, of: item, index, to: &drafts, &plan) {
          plan.ignored.append((item: index, reason: reason))
        }
      } catch {
        plan.failures.append((item: index, error: error))
      }
    }
    for (_, draft) in drafts.sorted(by: { $0.key < $1.key }) {
      if let finished = draft.finished(items: items) { plan.distributions.append(finished) }
      plan.dropped += draft.dropped.paths
      plan.droppedCounts.merge(draft.dropped.counts) { $0 + $1 }
    }
    return plan
  }

  /// Adds an item to the drafts of all that serve it; nil when it leads to any path, else the
  /// reason of the distribution that came nearest.
  private func add(
    _ asked: Asked, of item: PlanItem, _ index: Int, to drafts: inout [String: DistributionDraft],
    _ plan: inout Plan
  ) -> IgnoredReason? {
    var reasons: [IgnoredReason] = []
    var isReached = false
    for serving in item.serving {
      let distribution = serving.distribution
      if let reason = options.skipReason(for: distribution) {
        skip(distribution, reason, index, &plan)
        reasons.append(reason)
        continue
      }
      let draft = drafts[distribution.id] ?? DistributionDraft(distribution, options)
      drafts[distribution.id] = draft
      if case .change(let change) = item.cause,
        serving.routes.contains(where: { $0.match?.regionAgrees == false })
      {
        draft.warn(.otherRegion(bucket: change.bucket, region: change.region))
      }
      for path in asked.paths { draft.add(requested: path, item: index) }
      if !asked.paths.isEmpty { isReached = true }
      for (key, decision) in asked.keys {
        if let reason = draft.add(key, decision, item: index, routes: serving.routes) {
          reasons.append(reason)
        } else {
          isReached = true
        }
      }
    }
    guard !isReached else { return nil }
    return Planner.nearest.first { reasons.contains($0) }
      ?? (item.serving.isEmpty ? .noDistribution : .outsideOriginPath)
  }

  /// The reasons by how near an item that has several came to being sent.
  private static let nearest: [IgnoredReason] = [
    .excluded, .notCached, .unreachable, .outsideOriginPath, .stagingDistribution,
    .disabledDistribution, .tenantOnlyDistribution,
  ]

  private func skip(
    _ distribution: Distribution, _ reason: IgnoredReason, _ item: Int, _ plan: inout Plan
  ) {
    plan.droppedCounts[reason, default: 0] += 1
    if options.keepsDropped {
      plan.dropped.append(DroppedPath(distribution: distribution.id, item: item, reason: reason))
    }
    if reason == .tenantOnlyDistribution {
      plan.warnings.insert(PlanWarning(distribution: distribution.id, kind: .tenantOnly))
    }
  }
}

/// What an item asks for, before any distribution is looked at.
private struct Asked {
  var paths: [InvalidationPath] = []
  var keys: [(key: ObjectKey, decision: RewriteRules.Decision)] = []

  init(_ item: PlanItem, rules: RewriteRules) throws(RequestPathError) {
    switch item.cause {
    case .change(let change):
      keys = [(key: change.key, decision: rules.decision(for: change.key, in: change.bucket))]
    case .request(let request):
      for path in request.paths {
        do {
          paths.append(try InvalidationPath(requested: path))
        } catch {
          throw RequestPathError(path: String(decoding: path, as: UTF8.self), reason: error)
        }
      }
      keys = request.keys.map { (key: $0, decision: rules.decision(for: $0, in: request.target)) }
    }
  }
}
