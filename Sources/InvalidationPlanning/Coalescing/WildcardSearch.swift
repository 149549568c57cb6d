import CloudFrontModel

/// Finds the best plan for each number of wildcards by dynamic programming over the directories.
///
/// Plans with the same number of wildcards are compared by what they leave out, the plain paths,
/// the total depth and then the wildcards one by one. Each of these is kept when plans of
/// neighbouring directories are joined, so the best whole is made of best parts, and what comes
/// out is the one best plan. With K wildcards it takes O(K²) steps a directory.
struct WildcardSearch {
  /// The best plan for each number of wildcards; nil where there is none.
  typealias Table = [PartialPlan?]

  let trie: PathTrie
  /// What a wildcard has to replace at least; 0 chooses none.
  let threshold: Int
  /// The least depth of a wildcard.
  let minDepth: Int
  let maxWildcards: Int
  let maxPaths: Int
  /// Whether wildcards that were asked for may be left out.
  let mayLeaveOut: Bool

  /// Returns the best plans for everything.
  func plans() -> Table {
    var tables: [Table] = []
    tables.reserveCapacity(trie.nodes.count)
    for (index, node) in trie.nodes.enumerated() {
      var table: Table = [
        PartialPlan(plainCount: node.plainCount, weight: node.plainWeight)
      ]
      for item in node.items {
        switch item {
        case .wildcard(let path): join(&table, fixed(path))
        case .directory(let child):
          join(&table, tables[child])
          tables[child] = []
        }
      }
      if let wildcard = admissible(index, given: table) {
        while table.count < 2 { table.append(nil) }
        if isBetter(wildcard, than: table[1]) { table[1] = wildcard }
      }
      tables.append(table)
    }
    return tables.last ?? []
  }

  /// Returns the cheapest plan that can be sent, with the fewest wildcards.
  func cheapest(of table: Table) -> PartialPlan? {
    var best: PartialPlan?
    for case let plan? in table where plan.leftOut == 0 && plan.plainCount <= maxPaths {
      if best.map({ plan.billed < $0.billed }) ?? true { best = plan }
    }
    return best
  }

  /// Returns the wildcard for a directory if it replaces enough, given the plans without it.
  private func admissible(_ index: Int, given table: Table) -> PartialPlan? {
    guard threshold > 0, maxWildcards > 0 else { return nil }
    let name = trie.name(of: trie.nodes[index])
    let depth = WildcardSearch.depth(of: name)
    guard depth >= minDepth else { return nil }
    // Where no plan without it can be sent, it replaces more than any threshold.
    if let without = cheapest(of: table), without.weight < threshold { return nil }
    return PartialPlan(weight: 1, depth: depth, wildcards: [.directory(index)])
  }

  private func fixed(_ path: Int) -> Table {
    let name = trie.paths[path]
    let depth = WildcardSearch.depth(of: name.stem.prefix(name.countBeforeQuery))
    return [
      mayLeaveOut ? PartialPlan(leftOut: 1) : nil,
      PartialPlan(weight: trie.weights[path], depth: depth, wildcards: [.fixed(path)]),
    ]
  }

  /// The depth of a wildcard: how many directories below the root it stands.
  private static func depth(of stem: ArraySlice<UInt8>) -> Int {
    stem.reduce(-1) { $1 == UInt8(ascii: "/") ? $0 + 1 : $0 }
  }

  private func join(_ left: inout Table, _ right: Table) {
    if right.count == 1, let only = right[0] {
      for index in left.indices {
        left[index]?.plainCount += only.plainCount
        left[index]?.leftOut += only.leftOut
        left[index]?.weight += only.weight
      }
      return
    }
    let count = min(left.count + right.count - 1, maxWildcards + 1)
    var joined = Table(repeating: nil, count: count)
    for total in 0..<count {
      var best: (PartialPlan, PartialPlan)?
      let fewest = max(0, total - right.count + 1)
      for index in fewest..<max(fewest, min(total + 1, left.count)) {
        guard let plan = left[index], let other = right[total - index] else { continue }
        if let best, !isBetter((plan, other), than: best) { continue }
        best = (plan, other)
      }
      joined[total] = best.map { $0.0 + $0.1 }
    }
    left = joined
  }

  private func isBetter(_ plan: PartialPlan, than other: PartialPlan?) -> Bool {
    other.map { isBetter((plan, PartialPlan()), than: ($0, PartialPlan())) } ?? true
  }

  /// Compares joined plans with equally many wildcards, without joining them.
  private func isBetter(
    _ plan: (PartialPlan, PartialPlan), than other: (PartialPlan, PartialPlan)
  ) -> Bool {
    let leftOut = (plan.0.leftOut + plan.1.leftOut, other.0.leftOut + other.1.leftOut)
    if leftOut.0 != leftOut.1 { return leftOut.0 < leftOut.1 }
    let plain = (plan.0.plainCount + plan.1.plainCount, other.0.plainCount + other.1.plainCount)
    if plain.0 != plain.1 { return plain.0 < plain.1 }
    let depth = (plan.0.depth + plan.1.depth, other.0.depth + other.1.depth)
    if depth.0 != depth.1 { return depth.0 > depth.1 }
    let mine = [plan.0.wildcards, plan.1.wildcards].joined()
    let others = [other.0.wildcards, other.1.wildcards].joined()
    for (first, second) in zip(mine, others) where first != second {
      return standsBefore(first, second)
    }
    return false
  }

  private func stem(of wildcard: PartialPlan.Wildcard) -> ArraySlice<UInt8> {
    switch wildcard {
    case .fixed(let path): trie.paths[path].stem
    case .directory(let node): trie.name(of: trie.nodes[node])
    }
  }

  /// Orders wildcards bytewise, the `*` included: `/a/!b/*` stands before `/a/*`.
  private func standsBefore(
    _ left: PartialPlan.Wildcard, _ right: PartialPlan.Wildcard
  ) -> Bool {
    let star = CollectionOfOne(UInt8(ascii: "*"))
    return [Array(stem(of: left)), Array(star)].joined().lexicographicallyPrecedes(
      [Array(stem(of: right)), Array(star)].joined())
  }
}
