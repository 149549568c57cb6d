package import CloudFrontModel
import S3Events

/// Plans the distributions of some changes and requests one by one, each when its turn comes, so
/// that nobody has to hold all plans.
///
/// Distributions that serve the same items in the same way get the same plan, which is made once.
/// The same items give the same plans, in whatever order they stand.
package struct PlanningSession {
  private let items: [PlanItem]
  private let options: PlanOptions
  var acceptance: AcceptanceCheck
  private let memory: SharedMemory
  /// The items by group: those of a group have the same distributions.
  private(set) var groups: [[Int]] = []
  private(set) var serving: [DistributionID: [(group: Int, serving: ServingDistribution)]] = [:]
  private var asked: [Asked] = []
  /// For each item, the nearest reason of those for which it leads to no path; see ``nearest``.
  private var reasons: [Int]
  /// The plans made last, which may serve other distributions too.
  private var templates: [Template] = []

  /// What planning found besides the plans of the distributions.
  package private(set) var plan = Plan()

  /// The most templates kept: accounts that have many distributions make them from few forms.
  private static let maxTemplates = 4
  /// The reasons by how near an item that has several came to being sent.
  private static let nearest: [DropReason] = [
    .duplicate, .covered, .unchanged, .immutableName, .excluded, .notCached, .unreachable,
    .outsideOriginPath,
    .stagingDistribution,
    .disabledDistribution, .tenantOnlyDistribution,
  ]
  /// The place of an item that leads to a path; below every reason's.
  private static let reached = -1

  /// Starts to plan some items.
  ///
  /// - Parameter isTimeUp: asked before each item; at a yes, what is left stays unplanned.
  package init(
    _ items: [PlanItem], options: PlanOptions, acceptance: AcceptanceCheck = .nothing,
    memory: SharedMemory = SharedMemory(), isTimeUp: () -> Bool = { false }
  ) {
    self.items = items
    self.options = options
    self.acceptance = acceptance
    self.memory = memory
    reasons = Array(repeating: .max, count: items.count)
    asked.reserveCapacity(items.count)
    var known: [Int: Int] = [:]
    var knownLaggards: [LaggardGroup: Int] = [:]
    for index in items.indices {
      guard !isTimeUp() else {
        plan.unplanned.formUnion(index..<items.count)
        break
      }
      let asks = Asked(items[index].cause, options, isRewritten: memory.rewritten.contains(index))
      asked.append(asks)
      plan.failures += asks.failures.map { (item: index, error: $0) }
      guard memory.settled[index] == nil, !memory.held.contains(index) else { continue }
      guard !asks.isEmpty else { continue }
      if let laggards = memory.laggards[index] {
        // It is told to fewer than others of its group.
        let own = items[index].group.map { LaggardGroup(group: $0, laggards: laggards) }
        if let own, let place = knownLaggards[own] {
          groups[place].append(index)
          continue
        }
        if let own { knownLaggards[own] = groups.count }
        for found in items[index].serving where !memory.covers(index, at: found.distribution.id) {
          serving[found.distribution.id, default: []].append((groups.count, found))
        }
        groups.append([index])
        continue
      }
      let group = items[index].group
      if let group, let place = known[group] {
        groups[place].append(index)
        continue
      }
      if let group { known[group] = groups.count }
      for found in items[index].serving {
        serving[found.distribution.id, default: []].append((groups.count, found))
      }
      groups.append([index])
    }
  }

  /// Items that lag at the same of the same distributions.
  private struct LaggardGroup: Hashable {
    var group: Int
    var laggards: Set<DistributionSlice>
  }

  /// The distributions to plan, by id.
  package var distributions: [DistributionID] { serving.keys.sorted() }

  /// How many they are.
  package var distributionCount: Int { serving.count }

  /// Returns how a distribution serves each group of items, with the first item of each.
  package func servings(of id: DistributionID) -> [(item: PlanItem, serving: ServingDistribution)] {
    (serving[id] ?? []).map { (items[groups[$0.group][0]], $0.serving) }
  }

  /// Returns the items that a distribution serves.
  package func items(of id: DistributionID) -> [Int] {
    (serving[id] ?? []).flatMap { groups[$0.group] }.sorted()
  }

  /// Leaves items to another delivery, before anything is planned.
  package mutating func leaveOut(_ items: Set<Int>) {
    for place in groups.indices { groups[place].removeAll(where: items.contains) }
    for (id, found) in serving {
      let kept = found.filter { !groups[$0.group].isEmpty }
      serving[id] = kept.isEmpty ? nil : kept
    }
  }

  /// Returns when the oldest of the changes that a distribution serves happened, in milliseconds
  /// since 1970; nil when none says so.
  package mutating func oldestChange(of id: DistributionID) -> Int64? {
    (serving[id] ?? []).compactMap { oldest[$0.group] }.min()
  }

  /// For each group, when the oldest of its changes happened.
  private lazy var oldest: [Int64?] = groups.map { $0.compactMap { items[$0].cause.time }.min() }

  /// Plans a distribution; nil when it has nothing to send, or when there was no time.
  ///
  /// - Parameters:
  ///   - served: how it serves each group, in the order of ``servings(of:)``, with all details.
  ///   - isTimeUp: asked before each item; at a yes, the items of the distribution stay unplanned.
  package mutating func makePlan(
    of id: DistributionID, _ served: [ServingDistribution], isTimeUp: () -> Bool = { false }
  ) -> DistributionPlan? {
    guard let distribution = served.first?.distribution else { return nil }
    let places = (serving[id] ?? []).map(\.group)
    if let reason = options.skipReason(for: distribution) {
      skip(distribution, reason, items(of: id))
      return nil
    }
    let form = Form(served, places)
    let isNew = !acceptance.knows(id)
    if isNew, !options.keepsDropped, let template = templates.first(where: { $0.form == form }) {
      plan.droppedCounts.merge(template.dropped) { $0 + $1 }
      return template.plan(for: id, items, memory)
    }
    let version = DistributionVersion(id: id, fingerprint: form.fingerprint)
    var members = zip(places, served).flatMap { place, found in
      groups[place].map { (item: $0, routes: found.routes) }
    }
    if places.count > 1 { members.sort { $0.item < $1.item } }
    let draft = DistributionDraft(distribution, options, expecting: members.count) {
      [acceptance, items, memory] path, item in
      guard !isNew else { return nil }
      let change = memory.identity(of: item, among: items)
      if acceptance.isAccepted(change, path, version) { return .duplicate }
      return items[item].sentAt.flatMap { acceptance.covers(change, path, $0, id) ? .covered : nil }
    }
    for (item, routes) in members {
      guard !isTimeUp() else {
        plan.unplanned.formUnion(members.map(\.item))
        return nil
      }
      add(item, to: draft, routes)
    }
    var finished = draft.finished(items: items, memory)
    finished?.version = version
    plan.failures += draft.failures
    plan.dropped += draft.dropped.paths
    plan.droppedCounts.merge(draft.dropped.counts) { $0 + $1 }
    if finished == nil {
      plan.warnings.formUnion(draft.warnings.filter { $0.kind == .zeroLifetimes })
    }
    if isNew, draft.failures.isEmpty, finished != nil || draft.warnings.isEmpty {
      if templates.count >= PlanningSession.maxTemplates { templates.removeFirst() }
      templates.append(Template(form: form, plan: finished, dropped: draft.dropped.counts))
    }
    return finished
  }

  /// Tells why items lead to no path, once all distributions were planned. Items that were left
  /// unplanned are none of them.
  package mutating func finish() {
    for index in asked.indices where !asked[index].isEmpty && asked[index].failures.isEmpty {
      guard !memory.held.contains(index) else { continue }
      if let reason = memory.settled[index] {
        plan.ignored.append((item: index, reason: reason))
        continue
      }
      guard !plan.unplanned.contains(index), reasons[index] != PlanningSession.reached else {
        continue
      }
      let reason =
        PlanningSession.nearest.indices.contains(reasons[index])
        ? PlanningSession.nearest[reasons[index]]
        : items[index].serving.isEmpty ? .noDistribution : .outsideOriginPath
      plan.ignored.append((item: index, reason: reason))
    }
  }

  private mutating func add(
    _ index: Int, to draft: DistributionDraft, _ routes: [ServingDistribution.Route]
  ) {
    if routes.contains(where: { $0.match?.regionAgrees == false }),
      case .change(let change) = items[index].cause
    {
      draft.warn(.otherRegion(bucket: change.bucket, region: change.region))
    }
    for path in asked[index].paths { note(draft.addRequested(path, item: index), of: index) }
    for (key, decision) in asked[index].keys {
      let mayShowError = draft.keepsMissingObjects && items[index].cause.mayBeNew
      note(
        draft.addKey(key, decision, item: index, mayShowError: mayShowError, routes: routes),
        of: index)
    }
  }

  private mutating func note(_ reason: DropReason?, of item: Int) {
    let place =
      reason.map { PlanningSession.nearest.firstIndex(of: $0) ?? .max } ?? PlanningSession.reached
    reasons[item] = min(reasons[item], place)
  }

  private mutating func skip(
    _ distribution: Distribution, _ reason: DropReason, _ skipped: [Int]
  ) {
    for item in skipped {
      note(reason, of: item)
      plan.droppedCounts[reason, default: 0] += 1
      if options.keepsDropped {
        plan.dropped.append(DroppedPath(distribution: distribution.id, item: item, reason: reason))
      }
    }
    if reason == .tenantOnlyDistribution {
      plan.warnings.insert(PlanWarning(distribution: distribution.id, kind: .tenantOnly))
    }
  }
}
