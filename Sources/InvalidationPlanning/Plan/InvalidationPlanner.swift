import CloudFrontModel
import S3Events

/// Turns changes and requests into one invalidation batch per distribution.
///
/// Pure: the same items give the same plan, in whatever order they stand.
package struct InvalidationPlanner: Sendable {
  private let options: PlanOptions

  /// Creates a planner.
  package init(options: PlanOptions = PlanOptions()) {
    self.options = options
  }

  /// Plans every distribution from the untouched items.
  ///
  /// - Parameters:
  ///   - isAccepted: what it says yes to is left out as ``DropReason/duplicate``.
  ///   - isTimeUp: asked before each item and each distribution; at a yes, planning stops.
  package func plan(
    _ items: [PlanItem], isAccepted: @escaping AcceptanceCheck = { _, _, _ in false },
    isTimeUp: () -> Bool = { false }
  ) -> Plan {
    var plan = Plan()
    var drafts = Drafts { [options] distribution in
      DistributionDraft(distribution, options) { path, item in
        isAccepted(items[item].identity, path, distribution.id)
      }
    }
    for (index, item) in items.enumerated() {
      guard !isTimeUp() else {
        plan.unplanned.formUnion(index..<items.count)
        break
      }
      let asked = Asked(item, rules: options.rules)
      plan.failures += asked.failures.map { (item: index, error: $0) }
      guard !asked.isEmpty else { continue }
      if let reason = add(asked, of: item, index, to: &drafts, &plan), asked.failures.isEmpty {
        plan.ignored.append((item: index, reason: reason))
      }
    }
    for draft in drafts.sorted {
      guard !isTimeUp() else {
        plan.unplanned.formUnion(draft.items)
        continue
      }
      if let finished = draft.finished(items: items) {
        plan.distributions.append(finished)
      } else {
        plan.warnings.formUnion(draft.warnings.filter { $0.kind == .zeroLifetimes })
      }
      plan.failures += draft.failures
      plan.dropped += draft.dropped.paths
      plan.droppedCounts.merge(draft.dropped.counts) { $0 + $1 }
    }
    return plan
  }

  /// Adds an item to the drafts of all that serve it; nil when it leads to any path, else the
  /// reason of the distribution that came nearest.
  private func add(
    _ asked: Asked, of item: PlanItem, _ index: Int, to drafts: inout Drafts, _ plan: inout Plan
  ) -> DropReason? {
    var reasons: [DropReason] = []
    var isReached = false
    for serving in item.serving {
      let distribution = serving.distribution
      if let reason = options.skipReason(for: distribution) {
        skip(distribution, reason, index, &plan)
        reasons.append(reason)
        continue
      }
      let draft = drafts.draft(of: distribution)
      if case .change(let change) = item.cause,
        serving.routes.contains(where: { $0.match?.regionAgrees == false })
      {
        draft.warn(.otherRegion(bucket: change.bucket, region: change.region))
      }
      let verdicts =
        asked.paths.map { draft.addRequested($0, item: index) }
        + asked.keys.map {
          draft.addKey($0, $1, item: index, mayBeNew: item.cause.mayBeNew, routes: serving.routes)
        }
      for reason in verdicts {
        if let reason { reasons.append(reason) } else { isReached = true }
      }
    }
    guard !isReached else { return nil }
    return InvalidationPlanner.nearest.first { reasons.contains($0) }
      ?? (item.serving.isEmpty ? .noDistribution : .outsideOriginPath)
  }

  /// The reasons by how near an item that has several came to being sent.
  private static let nearest: [DropReason] = [
    .duplicate, .excluded, .notCached, .unreachable, .outsideOriginPath, .stagingDistribution,
    .disabledDistribution, .tenantOnlyDistribution,
  ]

  private func skip(
    _ distribution: Distribution, _ reason: DropReason, _ item: Int, _ plan: inout Plan
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

/// The drafts of all distributions, each begun when it is first needed.
private struct Drafts {
  private let begin: (Distribution) -> DistributionDraft
  private var begun: [DistributionID: DistributionDraft] = [:]

  init(begin: @escaping (Distribution) -> DistributionDraft) {
    self.begin = begin
  }

  /// All of them, by id.
  var sorted: [DistributionDraft] { begun.sorted { $0.key < $1.key }.map(\.value) }

  mutating func draft(of distribution: Distribution) -> DistributionDraft {
    let draft = begun[distribution.id] ?? begin(distribution)
    begun[distribution.id] = draft
    return draft
  }
}

/// What an item asks for, before any distribution is looked at.
private struct Asked {
  package var paths: [InvalidationPath] = []
  var keys: [(key: ObjectKey, decision: RewriteRules.Decision)] = []
  /// What is wrong with its paths, of which the others are sent. A few failures tell what is wrong.
  var failures: [PlanFailure] = []

  /// Whether it leads to nothing but failures.
  var isEmpty: Bool { paths.isEmpty && keys.isEmpty && !failures.isEmpty }

  init(_ item: PlanItem, rules: RewriteRules) {
    switch item.cause {
    case .change(let change):
      keys = ([change.key] + (change.otherKey.map { [$0] } ?? [])).map {
        (key: $0, decision: rules.decision(for: $0, in: change.bucket))
      }
    case .request(let request):
      for path in request.paths {
        do {
          paths.append(try InvalidationPath(requested: path))
        } catch {
          guard failures.count < EventMessage.maxFailures else { continue }
          failures.append(.requestPath(String(decoding: path, as: UTF8.self), error))
        }
      }
      keys = request.keys.map {
        (key: $0, decision: rules.decision(for: $0, in: request.bucket ?? request.target))
      }
    }
  }
}
