package import CloudFrontModel

/// Chooses the batch that costs least for the paths of one distribution.
///
/// The batch is the wildcards that were asked for, chosen wildcards that end at a `/` (`/dir/*`),
/// and the paths that none of them covers. Paths that a wildcard covers are not in it, so no path
/// of it covers another. It can be sent when it has at most `maxWildcards` wildcards and at most
/// `maxPaths` other paths.
///
/// A wildcard for a directory is **admissible** when the directory is deep enough and the cheapest
/// batch for just the paths in it, made without this wildcard by these same rules, has at least
/// `threshold` paths, where a second spelling of a path counts nothing. "Cheapest" means among
/// those that can be sent: other chosen wildcards deeper in the directory have to be admissible
/// themselves and the whole `maxWildcards` is theirs to use, but no more. So with ten changes in
/// each of `/blog/a/` and `/blog/b/` the wildcard `/blog/*` would replace two paths, not twenty,
/// and isn't admissible; only where a single wildcard is allowed at all does it replace eleven.
/// Admissibility is thus a fact about a directory and the options, not about the rest of the batch.
///
/// Among all batches of admissible wildcards that can be sent, the chosen one has the fewest paths;
/// then the fewest wildcards; then the greatest depth of its wildcards, added up; then it is the
/// one whose wildcards, each sorted bytewise, come first.
///
/// If none can be sent, ``coalesceIntoRequests(_:weight:)`` sends the paths in several requests,
/// with the options as they are, unless that takes longer than an hour.
///
/// Only then, and in ``coalesce(_:weight:)``, the options are loosened one after the other: the
/// threshold to 2, the least depth to 1, and `/*` becomes admissible, unless it is ruled out. As a
/// last resort it stands in for plain paths alone: wildcards that don't fit wait, since a few odd
/// object names must not purge a whole site. If `/*` is ruled out, or no wildcard is allowed at
/// all, the fewest of the wildcards that were asked for, then the fewest other paths are handed
/// back: of these the bytewise first are sent.
///
/// The choice depends only on the set of paths and on the options.
package struct Coalescer: Sendable {
  private let options: CoalescingOptions

  /// Creates a coalescer.
  package init(_ options: CoalescingOptions = CoalescingOptions()) {
    self.options = options
  }

  /// Chooses the batch, in time near linear in the paths.
  ///
  /// - Parameters:
  ///   - paths: what one distribution is to forget, in any order. The wildcards among them are
  ///     fixed: they stay unless another one covers them.
  ///   - weight: what a path counts towards the threshold: 1, or 0 for a second spelling of another
  ///     path. It does not change the bill.
  package func coalesce(
    _ paths: some Sequence<InvalidationPath>, weight: (InvalidationPath) -> Int = { _ in 1 }
  ) -> CoalescedPaths {
    let input = Subsumption(paths)
    let kept = input.kept
    guard !kept.isEmpty else { return CoalescedPaths(paths: [], unsent: [], loosened: nil) }
    let trie = PathTrie(kept, weight: weight)
    var loosened: CoalescedPaths.Loosening?
    for step in steps {
      loosened = step.loosening
      let search = search(trie, step)
      if let plan = search.cheapest(of: search.plans()) {
        return batch(plan, trie: trie, input: input, loosened: loosened)
      }
    }
    if options.maxWildcards > 0, isRootNeeded(for: kept, weight: weight) {
      let plan = PartialPlan(wildcards: [.directory(trie.nodes.count - 1)])
      return batch(plan, trie: trie, input: input, loosened: .rootWildcard)
    }
    let search = search(trie, steps[steps.count - 1], mayLeaveOut: true)
    let plan = leastHandedBack(search.plans())
    return batch(plan, trie: trie, input: input, loosened: loosened)
  }

  /// Chooses what to send in one request, or in several where one has no room and an hour suffices.
  ///
  /// - Parameters: as those of ``coalesce(_:weight:)``.
  package func coalesceIntoRequests(
    _ paths: some Sequence<InvalidationPath>, weight: (InvalidationPath) -> Int = { _ in 1 }
  ) -> CoalescedPaths {
    let single = coalesce(paths, weight: weight)
    guard single.loosened != nil || !single.unsent.isEmpty else { return single }
    let input = Subsumption(paths)
    let trie = PathTrie(input.kept, weight: weight)
    let search = search(trie, steps[0], mayLeaveOut: true)
    let several = batch(
      leastHandedBack(search.plans()), trie: trie, input: input, loosened: nil,
      leavesOut: options.maxWildcards == 0 ? .wildcards : .nothing)
    let wildcards = several.paths.count(where: \.path.isWildcard)
    let fits = options.fitIntoAnHour(
      paths: several.paths.count - wildcards, wildcards: wildcards)
    // What even the loosest options leave out goes out after all, however long it takes.
    return fits || !single.unsent.isEmpty ? several : single
  }

  private typealias Step = (threshold: Int, minDepth: Int, loosening: CoalescedPaths.Loosening?)

  /// The options as given, then looser ones.
  private var steps: [Step] {
    let given: Step = (options.threshold, options.minDepth, nil)
    var steps = [given]
    let threshold = options.threshold == 1 ? 1 : 2
    if threshold != given.threshold { steps.append((threshold, given.minDepth, .threshold)) }
    if given.minDepth > 1 { steps.append((threshold, 1, .minDepth)) }
    return steps
  }

  private func search(
    _ trie: PathTrie, _ step: Step, mayLeaveOut: Bool = false
  ) -> WildcardSearch {
    let isRootCandidate = options.rootWildcard == .allowed && step.minDepth == 1
    return WildcardSearch(
      trie: trie, threshold: step.threshold, minDepth: isRootCandidate ? 0 : step.minDepth,
      maxWildcards: options.maxWildcards, maxPaths: options.maxPaths, mayLeaveOut: mayLeaveOut)
  }

  /// Whether `/*` may stand in for paths that fit no batch however far the options are loosened.
  private func isRootNeeded(
    for kept: [InvalidationPath], weight: (InvalidationPath) -> Int
  ) -> Bool {
    switch options.rootWildcard {
    case .never: return false
    case .allowed: return true
    case .lastResort:
      let plain = kept.filter { !$0.isWildcard }
      guard plain.count < kept.count else { return true }
      guard !plain.isEmpty else { return false }
      let trie = PathTrie(plain, weight: weight)
      return !steps.contains { step in
        let search = search(trie, step)
        return search.cheapest(of: search.plans()) != nil
      }
    }
  }

  private func leastHandedBack(_ table: WildcardSearch.Table) -> PartialPlan {
    func rank(_ plan: PartialPlan) -> (Int, Int, Int) {
      let sent = min(plan.plainCount, options.maxPaths)
      return (plan.leftOut, plan.plainCount - sent, sent + plan.wildcards.count)
    }
    // The first of equals, which has the fewest wildcards.
    return table.compactMap { $0 }.min { rank($0) < rank($1) } ?? PartialPlan()
  }

  /// What of a plan is not sent.
  private enum Omission {
    /// What one batch has no room for.
    case surplus
    case wildcards
    case nothing
  }

  private func batch(
    _ plan: PartialPlan, trie: PathTrie, input: Subsumption,
    loosened: CoalescedPaths.Loosening?, leavesOut omission: Omission = .surplus
  ) -> CoalescedPaths {
    var sent: [CoalescedPaths.Path] = []
    var plain: [CoalescedPaths.Path] = []
    var unsent: [InvalidationPath] = []
    let fixed = Set(plan.wildcards)
    func take(_ uncovered: Range<Int>) {
      for index in uncovered {
        let path = input.batchPath(index)
        if !path.path.isWildcard {
          plain.append(path)
        } else if omission == .nothing || fixed.contains(.fixed(index)) {
          sent.append(path)
        } else {
          unsent += [path.path] + path.replaces
        }
      }
    }
    var next = 0
    // No wildcard is within another, so their paths come in their order.
    for case .directory(let index) in plan.wildcards {
      let node = trie.nodes[index]
      take(next..<node.paths.lowerBound)
      next = node.paths.upperBound
      sent.append(
        CoalescedPaths.Path(
          path: InvalidationPath(directory: trie.name(of: node)),
          replaces: input.all(node.paths).sorted(), isChosen: true))
    }
    take(next..<input.groups.count)
    plain.sort { $0.path < $1.path }
    let room = omission == .surplus ? options.maxPaths : plain.count
    unsent += plain.dropFirst(room).map(\.path)
    sent += plain.prefix(room)
    return CoalescedPaths(
      paths: sent.sorted { $0.path < $1.path }, unsent: unsent.sorted(), loosened: loosened)
  }
}

extension Subsumption {
  /// All paths of some groups.
  fileprivate func all(_ kept: Range<Int>) -> ArraySlice<InvalidationPath> {
    guard let first = kept.first, let last = kept.last else { return [] }
    return sorted[groups[first].lowerBound..<groups[last].upperBound]
  }

  /// A path that was asked for, with those it covers.
  fileprivate func batchPath(_ kept: Int) -> CoalescedPaths.Path {
    let group = groups[kept]
    return CoalescedPaths.Path(
      path: sorted[group.lowerBound], replaces: sorted[group.dropFirst()].sorted(),
      isChosen: false)
  }
}
