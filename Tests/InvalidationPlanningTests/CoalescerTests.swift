import CloudFrontModel
import Testing

@testable import InvalidationPlanning

private func paths(_ texts: some Sequence<String>) throws -> [InvalidationPath] {
  try texts.map { try InvalidationPath(requested: Array($0.utf8)) }
}

private func coalesce(
  _ texts: some Sequence<String>, _ options: CoalescingOptions = CoalescingOptions()
) throws -> CoalescedPaths {
  Coalescer(options).coalesce(try paths(texts))
}

extension CoalescedPaths {
  fileprivate var texts: [String] { paths.map(\.path.description) }
}

private func files(_ count: Int, in directory: String) -> [String] {
  (0..<count).map { "\(directory)\($0)" }
}

@Suite struct CoalescerTests {
  @Test("Ten changes in each of two directories give two wildcards, not one for their parent")
  func prefersTheDirectories() throws {
    let batch = try coalesce(
      files(10, in: "/blog/a/") + files(10, in: "/blog/b/"), CoalescingOptions(threshold: 10))
    #expect(batch.texts == ["/blog/a/*", "/blog/b/*"])
    #expect(batch.paths.map(\.replaces.count) == [10, 10])
    #expect(batch.loosened == nil)
  }

  @Test("The parent replaces what the cheapest batch without it costs, within the same budget")
  func countsTheBudget() throws {
    let changes = files(10, in: "/blog/a/") + files(10, in: "/blog/b/")
    let one = CoalescingOptions(threshold: 10, maxWildcards: 1)
    #expect(try coalesce(changes, one).texts == ["/blog/*"])
    let unequal = files(10, in: "/blog/a/") + files(15, in: "/blog/b/")
    let high = CoalescingOptions(threshold: 12, maxWildcards: 1)
    #expect(
      try coalesce(unequal, high).texts == (files(10, in: "/blog/a/") + ["/blog/b/*"]).sorted())
  }

  @Test(
    "A directory gets a wildcard from the threshold on",
    arguments: [(9, 10, 9), (10, 10, 1), (4, 5, 4), (5, 5, 1), (100, 0, 100), (2, 2, 1)])
  func hasThreshold(changes: Int, threshold: Int, billed: Int) throws {
    let batch = try coalesce(files(changes, in: "/a/"), CoalescingOptions(threshold: threshold))
    #expect(batch.paths.count == billed)
  }

  @Test("A chain of directories gets its wildcard at the deepest")
  func prefersDepth() throws {
    #expect(try coalesce(files(10, in: "/a/b/c/")).texts == ["/a/b/c/*"])
    #expect(try coalesce(files(10, in: "/a/b/c/") + ["/a/b/"]).texts == ["/a/b/", "/a/b/c/*"])
  }

  @Test("Wildcards that are not deep enough are not chosen, and the root only if it may be")
  func hasMinDepth() throws {
    let options = CoalescingOptions(threshold: 5, minDepth: 2)
    #expect(
      try coalesce(files(9, in: "/a/") + files(9, in: "/a/b/"), options).texts
        == (files(9, in: "/a/") + ["/a/b/*"]).sorted())
    #expect(try coalesce(files(20, in: "/")).paths.count == 20)
    #expect(
      try coalesce(files(20, in: "/"), CoalescingOptions(rootWildcard: .allowed)).texts == ["/*"])
  }

  @Test("Paths that a wildcard covers are not sent, and it says which")
  func subsumes() throws {
    let batch = try coalesce(["/a/b", "/a/*", "/a!", "/a/c*", "/a/c", "/b", "/b", "/a"])
    #expect(batch.texts == ["/a", "/a!", "/a/*", "/b"])
    #expect(batch.paths[2].replaces.map(\.description) == ["/a/b", "/a/c", "/a/c*"])
    #expect(!batch.paths[2].isChosen)
    #expect(batch.uncoalescedCount == 7)
  }

  @Test("A wildcard that was asked for counts first, and goes when a directory's covers it")
  func countsAskedWildcards() throws {
    let asked = (0..<11).map { "/up\($0)x*" }
    let two = files(10, in: "/a/") + files(20, in: "/b/")
    let batch = try coalesce(asked + two)
    #expect(batch.paths.count == 22)
    #expect(batch.texts.contains("/b/*"))
    #expect(try coalesce(files(20, in: "/b/") + ["/b/x*"]).texts == ["/b/*"])
    #expect(try coalesce((0..<13).map { "/up/\($0)x*" }).texts == ["/up/*"])
  }

  @Test("Asking for everything leaves nothing else")
  func keepsTheRoot() throws {
    let batch = try coalesce(["/a", "/*", "/b/*"], CoalescingOptions(rootWildcard: .never))
    #expect(batch.texts == ["/*"])
    #expect(batch.loosened == nil)
    let none = try coalesce(["/a", "/*"], CoalescingOptions(maxWildcards: 0))
    #expect(none.paths.isEmpty)
    #expect(none.unsent.map(\.description) == ["/*", "/a"])
  }

  @Test("Options are loosened step by step until one batch holds everything")
  func loosens() throws {
    let pairs = (0..<4).flatMap { files(2, in: "/s/d\($0)/") }
    var options = CoalescingOptions(threshold: 10, minDepth: 2, maxWildcards: 4, maxPaths: 3)
    let threshold = try coalesce(pairs, options)
    #expect(threshold.loosened == .threshold)
    #expect(threshold.texts == (0..<4).map { "/s/d\($0)/*" })
    options.maxWildcards = 2
    let depth = try coalesce(pairs, options)
    #expect(depth.loosened == .minDepth)
    #expect(depth.texts == ["/s/*"])
    let spread = (0..<4).flatMap { files(2, in: "/d\($0)/") }
    let root = try coalesce(spread, options)
    #expect(root.loosened == .rootWildcard)
    #expect(root.texts == ["/*"])
    options.rootWildcard = .never
    let never = try coalesce(spread, options)
    #expect(never.texts == ["/d0/*", "/d1/*", "/d2/0", "/d2/1", "/d3/0"])
    #expect(never.unsent.map(\.description) == ["/d3/1"])
    #expect(never.loosened == .minDepth)
  }

  @Test("Wildcards that are too many wait, and /* is no last resort for them")
  func lastResortIsForPlainPaths() throws {
    let asked = (10..<23).map { "/\($0)x*" }
    let batch = try coalesce(asked + ["/page"])
    #expect(batch.texts == asked.prefix(12) + ["/page"])
    #expect(batch.unsent.map(\.description) == ["/22x*"])
    let allowed = try coalesce(asked, CoalescingOptions(rootWildcard: .allowed))
    #expect(allowed.texts == ["/*"])
    // Plain paths that fit into no batch by themselves are what the last resort is for.
    let options = CoalescingOptions(maxWildcards: 2, maxPaths: 2)
    #expect(try coalesce(["/a/0", "/b/0", "/c/0", "/1x*"], options).texts == ["/*"])
  }

  @Test("A slash in a query string ends no directory")
  func queryStrings() throws {
    let options = CoalescingOptions(threshold: 2)
    #expect(try coalesce(["/d/a?x=/1", "/d/a?x=/2"], options).texts == ["/d/*"])
    let deep = CoalescingOptions(threshold: 2, minDepth: 2)
    #expect(try coalesce(["/d/a?x=/1", "/d/a?x=/2"], deep).texts == ["/d/a?x=/1", "/d/a?x=/2"])
  }

  @Test("Nothing to do is an empty batch")
  func takesNothing() throws {
    let batch = try coalesce([])
    #expect(batch.paths.isEmpty && batch.unsent.isEmpty && batch.loosened == nil)
  }

  @Test("A directory whose wildcard would be too long is covered by the one above")
  func respectsTheLongestPath() throws {
    let long = "/a/" + String(repeating: "x", count: 3_996) + "/"
    #expect(long.utf8.count == InvalidationPath.maxLength)
    let batch = try coalesce([long], CoalescingOptions(threshold: 1, maxPaths: 0))
    #expect(batch.texts == ["/a/*"])
  }
}

@Suite struct CoalescerPropertyTests {
  @Test("It finds what looking at every set of directories finds", arguments: 0..<8)
  func agreesWithExhaustiveSearch(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let texts = RandomPaths.paths(using: &generator)
      let options = RandomPaths.options(using: &generator)
      let batch = try coalesce(texts, options)
      let found = ExhaustiveCoalescing.Answer(
        sent: batch.texts, unsent: batch.unsent.map(\.description), loosened: batch.loosened)
      let expected = ExhaustiveCoalescing(texts, options: options).answer()
      try #require(found == expected, "\(texts) \(options)")
    }
  }

  @Test("So it does where second spellings count nothing", arguments: 20..<28)
  func agreesWithExhaustiveSearchOfSpellings(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let texts = RandomPaths.paths(using: &generator)
      let options = RandomPaths.options(using: &generator)
      let weightless = Set(texts.filter { _ in Bool.random(using: &generator) })
      let batch = Coalescer(options).coalesce(try paths(texts)) {
        weightless.contains($0.description) ? 0 : 1
      }
      let found = ExhaustiveCoalescing.Answer(
        sent: batch.texts, unsent: batch.unsent.map(\.description), loosened: batch.loosened)
      let expected = ExhaustiveCoalescing(texts, options: options, weightless: weightless).answer()
      try #require(found == expected, "\(texts) \(options) \(weightless)")
    }
  }

  @Test("Everything asked for is covered once or handed back, at no higher bill", arguments: 8..<12)
  func coversEverything(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let asked = Set(try paths(RandomPaths.paths(using: &generator)))
      let options = RandomPaths.options(using: &generator)
      let batch = Coalescer(options).coalesce(asked)
      for path in asked {
        let covering = batch.paths.filter { $0.path.covers(path) }
        try #require(covering.count == (batch.unsent.contains(path) ? 0 : 1), "\(asked) \(options)")
        let isNamed = covering.allSatisfy { $0.path == path || $0.replaces.contains(path) }
        try #require(isNamed)
      }
      let sent = batch.paths.map(\.path)
      try #require(sent == sent.sorted() && Set(sent).count == sent.count)
      try #require(sent.count <= asked.count)
      try #require(sent.count(where: \.isWildcard) <= options.maxWildcards)
      try #require(sent.count(where: { !$0.isWildcard }) <= options.maxPaths)
      try #require(batch.uncoalescedCount + batch.unsent.count == asked.count)
    }
  }

  @Test("The order and repetition of what is asked don't matter")
  func ignoresOrder() throws {
    var generator = SeededGenerator(seed: 99)
    for _ in 0..<300 {
      let asked = try paths(RandomPaths.paths(using: &generator))
      let coalescer = Coalescer(RandomPaths.options(using: &generator))
      let once = coalescer.coalesce(asked)
      let again = coalescer.coalesce((asked + asked).shuffled(using: &generator))
      try #require(once.paths == again.paths && once.unsent == again.unsent)
    }
  }
}

extension InvalidationPath {
  /// Tells whether invalidating this path also invalidates another one.
  fileprivate func covers(_ other: InvalidationPath) -> Bool {
    self == other || isWildcard && other.bytes.starts(with: bytes.dropLast())
  }
}
