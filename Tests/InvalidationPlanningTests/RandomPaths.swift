import InvalidationPlanning

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Small sets of paths in few directories, with names around `*` and `/` in byte order.
enum RandomPaths {
  static func paths(using generator: inout SeededGenerator) -> [String] {
    let names = ["a", "b", "a!", "a-", ""]
    var directories = ["/"]
    for _ in 0..<Int.random(in: 0...7, using: &generator) {
      let parent = directories[Int.random(in: directories.indices, using: &generator)]
      let name = names[Int.random(in: names.indices, using: &generator)]
      directories.append("\(parent)\(name)/")
    }
    let wildcardChance = [0, 0, 10, 40][Int.random(in: 0...3, using: &generator)]
    return (0..<Int.random(in: 1...14, using: &generator)).map { _ in
      let directory = directories[Int.random(in: directories.indices, using: &generator)]
      // A slash after a question mark ends no directory.
      let leaf = ["", "x", "y", "!", "a", "b", "0", "a-", "z", "x?a/b", "x?a/c", "?a/"]
      let path = directory + leaf[Int.random(in: leaf.indices, using: &generator)]
      return path + (Int.random(in: 1...100, using: &generator) <= wildcardChance ? "*" : "")
    }
  }

  static func options(using generator: inout SeededGenerator) -> CoalescingOptions {
    let root = CoalescingOptions.RootWildcard.allCases
    return CoalescingOptions(
      threshold: Int.random(in: 0...6, using: &generator),
      minDepth: Int.random(in: 1...3, using: &generator),
      maxWildcards: Int.random(in: 0...5, using: &generator),
      maxPaths: Bool.random(using: &generator)
        ? Int.random(in: 0...6, using: &generator) : 3_000,
      rootWildcard: root[Int.random(in: root.indices, using: &generator)])
  }
}
