import InvalidationPlanning

/// Coalescing by its definition: looks at every set of directories, none within another.
///
/// Shares nothing with the coalescer but the types of its question and its answer. Takes time
/// exponential in the directories.
struct ExhaustiveCoalescing {
  struct Answer: Equatable {
    var sent: [String]
    var unsent: [String]
    var loosened: CoalescedPaths.Loosening?
  }

  private struct Candidate {
    var name: String
    var depth: Int
    var covered: UInt64
  }

  let options: CoalescingOptions
  /// The paths that count nothing towards the threshold.
  let weightless: Set<String>
  private let all: [String]
  private let kept: [String]
  private let fixed: UInt64
  private let candidates: [Candidate]

  init(_ paths: [String], options: CoalescingOptions, weightless: Set<String> = []) {
    self.options = options
    self.weightless = weightless
    let all = Set(paths).sorted()
    let kept = all.filter { path in
      !all.contains { $0 != path && ExhaustiveCoalescing.wildcard($0, covers: path) }
    }
    self.all = all
    self.kept = kept
    fixed = kept.indices.reduce(0) { kept[$1].hasSuffix("*") ? $0 | 1 << UInt64($1) : $0 }
    var names: Set<String> = []
    for path in kept {
      var name = ""
      for character in path.prefix(while: { $0 != "?" }) {
        name.append(character)
        if character == "/" { names.insert(name) }
      }
    }
    candidates = names.filter { !kept.contains($0 + "*") }.sorted().map { name in
      Candidate(
        name: name, depth: name.filter { $0 == "/" }.count - 1,
        covered: kept.indices.reduce(0) { kept[$1].hasPrefix(name) ? $0 | 1 << UInt64($1) : $0 })
    }
  }

  func answer() -> Answer {
    let threshold = options.threshold == 1 ? 1 : 2
    var steps: [(Int, Int, CoalescedPaths.Loosening?)] = [
      (options.threshold, options.minDepth, nil)
    ]
    if options.threshold != threshold { steps.append((threshold, options.minDepth, .threshold)) }
    if options.minDepth > 1 { steps.append((threshold, 1, .minDepth)) }
    for (threshold, minDepth, loosening) in steps {
      let usable = admissible(threshold: threshold, minDepth: minDepth)
      if let best = best(of: usable) {
        return Answer(sent: best, unsent: [], loosened: loosening)
      }
    }
    if options.maxWildcards > 0, mayBeEverything {
      let isAsked = kept == ["/*"]
      return Answer(sent: ["/*"], unsent: [], loosened: isAsked ? nil : .rootWildcard)
    }
    let usable = admissible(threshold: threshold, minDepth: 1)
    let sent = leastHandedBack(usable)
    return Answer(
      sent: sent,
      unsent: all.filter { path in
        !sent.contains { $0 == path || ExhaustiveCoalescing.wildcard($0, covers: path) }
      },
      loosened: steps.last?.2)
  }

  /// Whether `/*` may stand for what no batch holds. As a last resort it stands for plain paths
  /// that would fit into no batch on their own either, never for wildcards that are too many.
  private var mayBeEverything: Bool {
    switch options.rootWildcard {
    case .never: return false
    case .allowed: return true
    case .lastResort:
      let plain = kept.filter { !$0.hasSuffix("*") }
      if plain.count == kept.count { return true }
      var never = options
      never.rootWildcard = .never
      return !ExhaustiveCoalescing(plain, options: never, weightless: weightless).answer().unsent
        .isEmpty
    }
  }

  private static func wildcard(_ wildcard: String, covers path: String) -> Bool {
    wildcard.hasSuffix("*") && path.hasPrefix(wildcard.dropLast())
  }

  /// Calls a function with every set of candidates that cover nothing in common.
  private func forEachChoice(
    of usable: [Int], from start: Int = 0, chosen: [Int] = [], covered: UInt64 = 0,
    _ body: ([Int], UInt64) -> Void
  ) {
    guard start < usable.count else { return body(chosen, covered) }
    forEachChoice(of: usable, from: start + 1, chosen: chosen, covered: covered, body)
    let candidate = candidates[usable[start]]
    if candidate.covered & covered == 0 {
      forEachChoice(
        of: usable, from: start + 1, chosen: chosen + [usable[start]],
        covered: covered | candidate.covered, body)
    }
  }

  private func admissible(threshold: Int, minDepth: Int) -> [Int] {
    guard threshold > 0, options.maxWildcards > 0 else { return [] }
    var usable: [Int] = []
    // Longer names first: what is within a directory is known before the directory.
    let order = candidates.indices.sorted {
      candidates[$0].name.utf8.count > candidates[$1].name.utf8.count
    }
    for index in order {
      let candidate = candidates[index]
      let isDeepEnough =
        candidate.depth == 0
        ? options.rootWildcard == .allowed && minDepth == 1 : candidate.depth >= minDepth
      let below = usable.filter { candidates[$0].name.hasPrefix(candidate.name) }
      var cheapest: (rank: [Int], wildcards: [String], weight: Int)?
      forEachChoice(of: below) { chosen, covered in
        let rest = kept.indices.filter { candidate.covered & ~covered & 1 << UInt64($0) != 0 }
          .map { kept[$0] }
        let wildcards =
          (rest.filter { $0.hasSuffix("*") } + chosen.map { candidates[$0].name + "*" }).sorted()
        let plain = rest.count { !$0.hasSuffix("*") }
        guard wildcards.count <= options.maxWildcards, plain <= options.maxPaths else { return }
        let rank = [wildcards.count + plain, wildcards.count, -totalDepth(wildcards)]
        if cheapest.map({ precedes((rank, wildcards), ($0.rank, $0.wildcards)) }) ?? true {
          let weight = chosen.count + rest.count { !weightless.contains($0) }
          cheapest = (rank, wildcards, weight)
        }
      }
      if isDeepEnough, cheapest?.weight ?? .max >= threshold { usable.append(index) }
    }
    return usable.sorted()
  }

  private func best(of usable: [Int]) -> [String]? {
    var best: (rank: [Int], wildcards: [String], sent: [String])?
    forEachChoice(of: usable) { chosen, covered in
      let rest = kept.indices.filter { covered & 1 << UInt64($0) == 0 }.map { kept[$0] }
      let plain = rest.filter { !$0.hasSuffix("*") }
      let wildcards =
        (rest.filter { $0.hasSuffix("*") } + chosen.map { candidates[$0].name + "*" }).sorted()
      guard wildcards.count <= options.maxWildcards, plain.count <= options.maxPaths else { return }
      let rank = [plain.count + wildcards.count, wildcards.count, -totalDepth(wildcards)]
      if best.map({ precedes((rank, wildcards), ($0.rank, $0.wildcards)) }) ?? true {
        best = (rank, wildcards, (plain + wildcards).sorted())
      }
    }
    return best?.sent
  }

  private func leastHandedBack(_ usable: [Int]) -> [String] {
    var best: (rank: [Int], wildcards: [String], sent: [String])?
    forEachChoice(of: usable) { chosen, covered in
      let rest = kept.indices.filter { covered & 1 << UInt64($0) == 0 }.map { kept[$0] }
      let plain = rest.filter { !$0.hasSuffix("*") }
      let asked = rest.filter { $0.hasSuffix("*") }
      for subset in 0..<(1 << asked.count) {
        let sent = asked.indices.filter { subset & 1 << $0 != 0 }.map { asked[$0] }
        let wildcards = (sent + chosen.map { candidates[$0].name + "*" }).sorted()
        guard wildcards.count <= options.maxWildcards else { continue }
        let sentPlain = plain.prefix(options.maxPaths)
        let rank = [
          asked.count - sent.count, plain.count - sentPlain.count,
          sentPlain.count + wildcards.count, wildcards.count, -totalDepth(wildcards),
        ]
        if best.map({ precedes((rank, wildcards), ($0.rank, $0.wildcards)) }) ?? true {
          best = (rank, wildcards, (sentPlain + wildcards).sorted())
        }
      }
    }
    return best?.sent ?? []
  }

  private func totalDepth(_ wildcards: [String]) -> Int {
    wildcards.reduce(0) { total, wildcard in
      total + wildcard.prefix(while: { $0 != "?" }).filter { $0 == "/" }.count - 1
    }
  }

  private func precedes(_ left: ([Int], [String]), _ right: ([Int], [String])) -> Bool {
    left.0 == right.0
      ? left.1.lexicographicallyPrecedes(right.1) : left.0.lexicographicallyPrecedes(right.0)
  }
}
