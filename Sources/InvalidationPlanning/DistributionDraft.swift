import S3Events

/// A distribution's plan while it is gathered, key by key.
final class DistributionDraft {
  private let distribution: Distribution
  private let options: PlanOptions
  private let routing: BehaviorRouting
  private let errorPages: Set<[UInt8]>
  private var paths: [InvalidationPath: [PlannedPath.Reason]] = [:]
  private var warnings: Set<PlanWarning> = []
  private(set) var dropped: DroppedPaths

  init(_ distribution: Distribution, _ options: PlanOptions) {
    self.distribution = distribution
    self.options = options
    routing = BehaviorRouting(distribution)
    errorPages = Set(distribution.errorPages.map { Array($0.utf8) })
    dropped = DroppedPaths(keepsAll: options.keepsDropped)
  }

  func warn(_ kind: PlanWarning.Kind) {
    warnings.insert(PlanWarning(distribution: distribution.id, kind: kind))
  }

  /// Adds a path that a worker asks for, as it is.
  func add(requested path: InvalidationPath, item: Int) {
    add(path, PlannedPath.Reason(item: item, rule: .requested))
  }

  /// Adds the paths that show a key; nil when there are any, else why there are none.
  func add(
    _ key: ObjectKey, _ decision: RewriteRules.Decision, item: Int,
    routes: [ServingDistribution.Route]
  ) -> IgnoredReason? {
    guard !decision.isExcluded else { return drop(.excluded, key, item) }
    var found: Set<InvalidationPath> = []
    var missed: [Miss] = []
    var isServed = false
    for route in routes {
      guard let viewerPath = ViewerPaths.strip(route.originPath, from: key) else { continue }
      isServed = true
      var reason = PlannedPath.Reason(item: item, rule: .rewritten, key: key)
      reason.origin = route.originID
      if case .rewritten(let number, let templates, let captures, let keepsUsual) = decision {
        reason.ruleNumber = number
        for template in templates {
          let path = template.path(key: key.bytes, captures: captures, viewerPath: viewerPath)
          if found.insert(path).inserted { add(path, reason) }
        }
        reason.ruleNumber = nil
        guard keepsUsual else { continue }
      }
      for spelling in ViewerPaths.spellings(
        of: viewerPath, isWebsite: route.isWebsite, rootObject: distribution.defaultRootObject,
        options: options)
      {
        if let miss = add(spelling, of: viewerPath, reason, &found) { missed.append(miss) }
      }
    }
    guard isServed else { return drop(.outsideOriginPath, key, item) }
    // What one origin doesn't show may be shown by another.
    let lost = missed.filter { !found.contains($0.path) }
    for miss in lost { drop(miss.reason, key, item, miss) }
    guard found.isEmpty else { return nil }
    return lost.contains { $0.reason == .notCached } ? .notCached : .unreachable
  }

  /// The plan at the lowest bill, once everything is added; nil when there is nothing to send.
  func finished(items: [PlanItem]) -> DistributionPlan? {
    guard !paths.isEmpty else { return nil }
    let batch = Coalescer(options.coalescing).coalesce(paths.keys)
    for covering in batch.paths where !covering.isChosen {
      for path in covering.replaces { dropCovered(path, by: covering.path) }
    }
    let sent = batch.paths.map { coalesced in
      PlannedPath(
        path: coalesced.path,
        reasons: reasons(of: coalesced.isChosen ? [] : [coalesced.path], coalesced.replaces),
        replaced: coalesced.isChosen ? coalesced.replaces : [])
    }
    let contributors = Set(sent.flatMap { $0.reasons.map(\.item) })
    return DistributionPlan(
      id: distribution.id, paths: sent,
      deferred: batch.unsent.map { PlannedPath(path: $0, reasons: reasons(of: [$0], [])) },
      callerReference: CallerReference(
        distribution: distribution.id, paths: sent.map(\.path),
        identities: contributors.map { items[$0].identity }),
      warnings: warnings.sorted(), loosened: batch.loosened,
      cost: InvalidationCost(batch, pricePerPath: options.price))
  }

  /// The reasons of some paths, in the order of the items.
  private func reasons(
    of own: [InvalidationPath], _ covered: [InvalidationPath]
  ) -> [PlannedPath.Reason] {
    let all = (own + covered).flatMap { paths[$0] ?? [] }
    return covered.isEmpty ? all : all.sorted { $0.item < $1.item }
  }

  private func dropCovered(_ path: InvalidationPath, by wildcard: InvalidationPath) {
    for reason in paths[path] ?? [] {
      dropped.add(
        DroppedPath(
          distribution: distribution.id, item: reason.item, key: reason.key, path: path,
          reason: .subsumed, coveredBy: wildcard), .subsumed)
    }
  }

  private struct Miss {
    var path: InvalidationPath
    var reason: IgnoredReason
    var behavior: CacheBehavior
  }

  /// Adds the paths of one spelling; what it can't be reached by, if anything.
  private func add(
    _ spelling: ViewerPaths.Spelling, of viewerPath: ArraySlice<UInt8>,
    _ cause: PlannedPath.Reason, _ found: inout Set<InvalidationPath>
  ) -> Miss? {
    var reason = cause
    var coversQueryStrings = options.queryStrings == .wildcard
    func miss(_ why: IgnoredReason, _ behavior: CacheBehavior) -> Miss {
      Miss(path: InvalidationPath(viewerPath: spelling.path), reason: why, behavior: behavior)
    }
    switch verdict(for: spelling, of: viewerPath, origin: cause.origin) {
    case .elsewhere(let behavior): return miss(.unreachable, behavior)
    case .perhaps(let behavior):
      reason.behavior = behavior.name
      reason.isUncertain = true
      warn(.mayBeRewritten)
    case .reached(let behavior?):
      if !options.sendsUncached, routing.isUncached(behavior) { return miss(.notCached, behavior) }
      reason.behavior = behavior.name
      if behavior.mayRewrite { warn(.mayBeRewritten) }
      if options.queryStrings == .auto {
        coversQueryStrings = routing.keysOnQueryStrings(behavior)
      }
    case .reached(nil): break
    }
    for (path, rule) in ViewerPaths.paths(
      for: spelling, cutsTildes: options.cutsTildes, coversQueryStrings: coversQueryStrings)
    {
      warnOfErrorPage(spelling.path, path)
      guard found.insert(path).inserted else { continue }
      reason.rule = rule
      add(path, reason)
    }
    return nil
  }

  /// Decides about a spelling. Whether CloudFront looks for the behavior of `/` before or after it
  /// puts in the default root object is not documented: either is enough.
  private func verdict(
    for spelling: ViewerPaths.Spelling, of viewerPath: ArraySlice<UInt8>, origin: String?
  ) -> BehaviorRouting.Verdict {
    let verdict = routing.verdict(for: Array(spelling.path), origin: origin)
    guard spelling.rule == .defaultRootObject, case .elsewhere = verdict else { return verdict }
    return routing.verdict(for: Array(viewerPath), origin: origin)
  }

  private func warnOfErrorPage(_ viewerPath: ArraySlice<UInt8>, _ path: InvalidationPath) {
    guard !errorPages.isEmpty else { return }
    if errorPages.contains(Array(viewerPath)) || errorPages.contains(path.bytes) {
      warn(.errorPage(path))
    }
  }

  private func add(_ path: InvalidationPath, _ reason: PlannedPath.Reason) {
    paths[path, default: []].append(reason)
  }

  @discardableResult
  private func drop(
    _ reason: IgnoredReason, _ key: ObjectKey?, _ item: Int, _ miss: Miss? = nil
  ) -> IgnoredReason {
    dropped.add(
      DroppedPath(
        distribution: distribution.id, item: item, key: key, path: miss?.path, reason: reason,
        behavior: miss?.behavior.name), reason)
    return reason
  }
}

extension RewriteRules.Decision {
  fileprivate var isExcluded: Bool { if case .excluded = self { true } else { false } }
}
