import CloudFrontModel
import InvalidationPlanning
import Testing

@testable import planbench

@Suite struct ScenarioTests {
  @Test("Ours never pays more than one path each, in any scenario", arguments: Scenario.all)
  func neverPaysMore(scenario: Scenario) {
    let paths = scenario.viewerPaths
    let naive = Strategy.naive.plan(paths).batch
    for strategy in Strategy.all where strategy.name.hasPrefix("ours") {
      let batch = strategy.plan(paths).batch
      #expect(batch.count <= naive.count, "\(strategy.name)")
      let isCovered = naive.allSatisfy { path in batch.contains { $0.covers(path) } }
      #expect(isCovered, "\(strategy.name)")
    }
  }

  @Test("The scenarios are as large as their names say")
  func hasSizes() {
    #expect(
      Scenario.all.map(\.changed.count) == [5, 2_003, 124, 300, 38, 3_600])
    for scenario in Scenario.all {
      #expect(Set(scenario.changed).count == scenario.changed.count)
      #expect(Set(scenario.changed).isDisjoint(with: scenario.unchanged))
    }
  }
}

@Suite struct LevelCollapseTests {
  private func batch(_ texts: [String]) throws -> [String] {
    LevelCollapse.batch(
      try texts.map { try InvalidationPath(requested: Array($0.utf8)) }
    ).map(\.description)
  }

  @Test("It collapses as s3deploy was seen to")
  func collapses() throws {
    #expect(try batch((0..<9).map { "/a/b1/x\($0).css" }) == ["/a/*"])
    #expect(try batch((0..<9).map { "/\($0)" }) == ["/*"])
    #expect(try batch((0..<8).map { "/a/b/\($0)" }).count == 8)
    #expect(
      try batch((0..<9).map { "/a/b/c\($0)/d.css" } + ["/a/b/mid.css", "/a/top.css"])
        == ["/a/b/*", "/a/b/mid.css", "/a/top.css"])
  }
}

@Suite struct PlanTimingTests {
  @Test(
    "Behaviors that all go to the bucket change the time and not the plan", arguments: [0, 1, 25])
  func plansForEveryDistribution(behaviors: Int) {
    let line = PlanTiming(changes: 40, distributions: 3, behaviors: behaviors).figures().line
    #expect(line.hasPrefix("{\"changes\": 40, \"distributions\": 3, \"behaviors\": \(behaviors), "))
    // Ten sections of four pages each: too few of each for a wildcard.
    #expect(line.hasSuffix("\"naivePaths\": 120, \"oursPaths\": 120}"), "\(line)")
  }

  @Test("CPU time passes while something is computed, and memory is known")
  func measuresItself() {
    let (milliseconds, sum) = ProcessUse.fastest(runs: 2) {
      (0..<1_000_000).reduce(0) { $0 &+ $1 &* $1 }
    }
    #expect(milliseconds > 0 && sum != 0)
    #expect(ProcessUse.peakMemory() > 1_024)
  }
}

extension InvalidationPath {
  /// Tells whether invalidating this path also invalidates another one.
  fileprivate func covers(_ other: InvalidationPath) -> Bool {
    self == other || isWildcard && other.bytes.starts(with: bytes.dropLast())
  }
}
