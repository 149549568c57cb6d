import CloudFrontModel
import S3Events

/// A distribution's plan while it is gathered, key by key.
final class DistributionDraft {
  private let distribution: Distribution
  private let options: PlanOptions
  private let known: (InvalidationPath, Int) -> DropReason?
  private let routing: BehaviorRouting
  private let errorPages: Set<[UInt8]>
  private var paths: [InvalidationPath: [PlannedPath.Reason]] = [:]
  /// Whether any path is a second spelling of another one.
  private var hasSecondSpellings = false
  private(set) var warnings: Set<PlanWarning> = []
  private(set) var dropped: DroppedPaths
  /// What can't be planned, since only a `/*` that ``RootWildcard`` rules out would cover it.
  private(set) var failures: [(item: Int, error: PlanFailure)] = []

  /// Starts a plan.
  ///
  /// - Parameters:
  ///   - count: about how many paths there will be.
  ///   - known: why a path need not be sent for an item, by what was accepted before; nil when it
  ///     has to be.
  init(
    _ distribution: Distribution, _ options: PlanOptions, expecting count: Int,
    known: @escaping (InvalidationPath, _ item: Int) -> DropReason?
  ) {
    self.distribution = distribution
    self.options = options
    self.known = known
    routing = BehaviorRouting(distribution)
    errorPages = Set(distribution.errorPages.map { Array($0.utf8) })
    dropped = DroppedPaths(keepsAll: options.keepsDropped)
    paths.reserveCapacity(count)
  }

  /// The items that lead to any path.
  var items: Set<Int> { Set(paths.values.joined().map(\.item)) }

  /// Whether copies of the answer that an object is missing may be kept.
  var keepsMissingObjects: Bool { distribution.keepsMissingObjects }

  func warn(_ kind: PlanWarning.Kind) {
    warnings.insert(PlanWarning(distribution: distribution.id, kind: kind))
  }

  /// Adds a path that a worker asks for, as it is; nil, or why it is not sent.
  func addRequested(_ path: InvalidationPath, item: Int) -> DropReason? {
    let reason = PlannedPath.Reason(item: item, path: path, rule: .requested)
    guard mayBeSent(reason, isForced: false) else { return nil }
    return addUnlessKnown(reason)
  }

  /// Adds the paths that show a key; nil when there are any to send, else why there are none.
  func addKey(
    _ key: ObjectKey, _ decision: RewriteRules.Decision, item: Int, mayShowError: Bool,
    routes: [ServingDistribution.Route]
  ) -> DropReason? {
    if let reason = decision.dropReason { return drop(reason, key, item) }
    var found = Found()
    var missed: [Miss] = []
    var isServed = false
    for route in routes {
      guard let viewerPath = ViewerPaths.strip(route.originPath, from: key) else { continue }
      isServed = true
      let plus =
        key.bytes.contains(UInt8(ascii: "+"))
        ? PlusSpelling(options.plusForms, isREST: route.kind == .rest, behaviors: distribution)
        : nil
      let cause = KeyCause(
        item: item, key: key, origin: route.originID, plus: plus, mayShowError: mayShowError)
      if case .rewritten(let number, let templates, let captures, let keepsUsual) = decision {
        for template in templates {
          let made = cause.spellings.map { plus in
            template.path(key: key.bytes, captures: captures, viewerPath: viewerPath, plus: plus)
          }
          for (path, isCut) in made {
            var reason = cause.reason(path, .rewritten, first: made[0].path)
            reason.ruleNumber = number
            addPath(reason, isForced: isCut, &found)
          }
        }
        guard keepsUsual else { continue }
      }
      for spelling in ViewerPaths.spellings(
        of: viewerPath, isWebsite: route.isWebsite, rootObject: distribution.defaultRootObject,
        options: options)
      {
        if let miss = addSpelling(spelling, of: viewerPath, cause, &found) { missed.append(miss) }
      }
    }
    guard isServed else { return drop(.outsideOriginPath, key, item) }
    // What one origin doesn't show may be shown by another.
    let lost = missed.filter { !found.paths.contains($0.path) }
    for miss in lost {
      drop(miss.reason, key, item, path: miss.path, behavior: miss.behavior.name)
    }
    guard found.paths.isEmpty else { return found.needsAttention ? nil : found.known }
    return lost.contains { $0.reason == .notCached } ? .notCached : .unreachable
  }

  /// The plan at the lowest bill, once everything is added; nil when there is nothing to send.
  func finished(items: [PlanItem], _ memory: SharedMemory) -> DistributionPlan? {
    guard !paths.isEmpty else { return nil }
    let batch = Coalescer(options.coalescing).coalesceIntoRequests(paths.keys, weight: weight)
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
        identities: contributors.map { memory.identity(of: $0, among: items) }),
      warnings: warnings.sorted(), loosened: batch.loosened,
      requests: options.coalescing.requests(of: sent).count,
      cost: InvalidationCost(batch, pricePerPath: options.price))
  }

  /// What a path counts towards the threshold of wildcards: a second spelling counts nothing where
  /// the first one goes out too.
  private func weight(_ path: InvalidationPath) -> Int {
    guard hasSecondSpellings else { return 1 }
    let isSecond = paths[path]?.allSatisfy { reason in
      reason.firstSpelling.map { paths[$0] != nil } ?? false
    }
    return isSecond == true ? 0 : 1
  }

  /// The reasons of some paths, by item. They are large, so their places are sorted instead.
  private func reasons(
    of own: [InvalidationPath], _ covered: [InvalidationPath]
  ) -> [PlannedPath.Reason] {
    if covered.isEmpty, own.count == 1 { return paths[own[0]] ?? [] }
    let lists = (own + covered).map { paths[$0] ?? [] }
    var places = lists.indices.flatMap { list in
      lists[list].indices.map { (lists[list][$0].item, list, $0) }
    }
    if !covered.isEmpty { places.sort(by: <) }
    return places.map { lists[$0.1][$0.2] }
  }

  private func dropCovered(_ path: InvalidationPath, by wildcard: InvalidationPath) {
    for reason in paths[path] ?? [] {
      dropped.add(
        DroppedPath(
          distribution: distribution.id, item: reason.item, key: reason.key, path: path,
          reason: .subsumed, coveredBy: wildcard), .subsumed)
    }
  }

  /// Adds the paths of one spelling. Returns why viewers can't reach it, or nil.
  private func addSpelling(
    _ spelling: ViewerPaths.Spelling, of viewerPath: ArraySlice<UInt8>,
    _ cause: KeyCause, _ found: inout Found
  ) -> Miss? {
    var behaviorName: String?
    var isUncertain = false
    var showsError = false
    var coversQueryStrings = options.queryStrings == .wildcard
    func miss(_ why: DropReason, _ behavior: BehaviorRouting.Behavior) -> Miss {
      Miss(
        path: InvalidationPath(viewerPath: spelling.path, plus: .encoded), reason: why,
        behavior: behavior)
    }
    switch verdict(for: spelling, of: viewerPath, origin: cause.origin) {
    case .elsewhere(let behavior): return miss(.unreachable, behavior)
    case .perhaps(let behavior):
      behaviorName = behavior.name
      isUncertain = true
      warn(.mayBeRewritten)
    case .reached(let behavior?):
      if behavior.isUncached {
        if !options.sendsUncached, !cause.mayShowError {
          if behavior.configuration.hasZeroLifetimes { warn(.zeroLifetimes) }
          return miss(.notCached, behavior)
        }
        showsError = cause.mayShowError
      }
      behaviorName = behavior.name
      if behavior.configuration.mayRewrite { warn(.mayBeRewritten) }
      let keysOnQueryStrings = behavior.keysOnQueryStrings
      switch options.queryStrings {
      case .auto: coversQueryStrings = keysOnQueryStrings
      case .ignore where keysOnQueryStrings && !showsError: warn(.keepsQueryStrings)
      case .ignore, .wildcard: break
      }
    case .reached(nil): break
    }
    let made = cause.spellings.map {
      ViewerPaths.paths(
        for: spelling, plus: $0, cutsTildes: options.cutsTildes,
        coversQueryStrings: coversQueryStrings)
    }
    for paths in made {
      for (index, (path, rule)) in paths.enumerated() {
        warnOfErrorPage(spelling.path, path)
        // The first spelling has another count of paths only where it alone is too long.
        let first = made[0].indices.contains(index) ? made[0][index] : made[0][0]
        var reason = cause.reason(path, rule, first: first.path)
        reason.behavior = behaviorName
        reason.isUncertain = isUncertain
        reason.isForCachedError = showsError
        addPath(reason, isForced: rule.isCut, &found)
      }
    }
    return nil
  }

  /// Decides about a spelling. Whether CloudFront looks for the behavior of `/` before or after it
  /// puts in the default root object is not documented: either is enough, so the one counts that
  /// keeps copies.
  private func verdict(
    for spelling: ViewerPaths.Spelling, of viewerPath: ArraySlice<UInt8>, origin: String?
  ) -> BehaviorRouting.Verdict {
    let verdict = routing.verdict(for: Array(spelling.path), origin: origin)
    guard spelling.rule == .defaultRootObject, !routing.mayKeepCopies(verdict) else {
      return verdict
    }
    let ofObject = routing.verdict(for: Array(viewerPath), origin: origin)
    if case .elsewhere = verdict { return ofObject }
    return routing.mayKeepCopies(ofObject) ? ofObject : verdict
  }

  private func warnOfErrorPage(_ viewerPath: ArraySlice<UInt8>, _ path: InvalidationPath) {
    guard !errorPages.isEmpty else { return }
    if errorPages.contains(Array(viewerPath)) || errorPages.contains(path.bytes) {
      warn(.errorPage(path))
    }
  }

  /// Adds a path of a key, once.
  ///
  /// - Parameter isForced: whether the key's name alone makes the path a wildcard.
  private func addPath(_ reason: PlannedPath.Reason, isForced: Bool, _ found: inout Found) {
    guard !found.paths.contains(reason.path) else { return }
    found.paths.append(reason.path)
    if mayBeSent(reason, isForced: isForced), let why = addUnlessKnown(reason) {
      found.known = why
    } else {
      found.needsAttention = true
    }
  }

  /// Whether `ROOT_WILDCARD` lets a path go out; if not, fails the item.
  private func mayBeSent(_ reason: PlannedPath.Reason, isForced: Bool) -> Bool {
    let rootWildcard = options.coalescing.rootWildcard
    guard reason.path.isRootWildcard, rootWildcard == .never || isForced && rootWildcard != .allowed
    else { return true }
    failures.append(
      (
        item: reason.item,
        error: .rootWildcardRuledOut(
          distribution: distribution.id, key: reason.key, by: rootWildcard)
      ))
    return false
  }

  /// Adds a path; why not, when what was accepted before makes it needless.
  private func addUnlessKnown(_ reason: PlannedPath.Reason) -> DropReason? {
    if let why = known(reason.path, reason.item) {
      return drop(why, reason.key, reason.item, path: reason.path)
    }
    if reason.firstSpelling != nil { hasSecondSpellings = true }
    paths[reason.path, default: []].append(reason)
    return nil
  }

  @discardableResult
  private func drop(
    _ reason: DropReason, _ key: ObjectKey?, _ item: Int, path: InvalidationPath? = nil,
    behavior: String? = nil
  ) -> DropReason {
    dropped.add(
      DroppedPath(
        distribution: distribution.id, item: item, key: key, path: path, reason: reason,
        behavior: behavior), reason)
    return reason
  }
}
