import ChangeHistory
import CloudFrontModel
import Testing

@testable import VirtualWorld

@Suite("A what-if")
struct WhatIfWorldTests {
  private static let start: Int64 = 1_793_491_200_000

  private func run(
    _ changes: [HistoricChange], window: Int = 5, threshold: Int = 10, concurrency: Int = 2
  ) throws -> WhatIfOutcome {
    let settings = WhatIfSettings(window: window, threshold: threshold, concurrency: concurrency)
    return try WhatIfWorld(changes, account: .serving(["b"]), settings: settings).run()
  }

  private func change(_ key: String, at seconds: Int64) -> HistoricChange {
    HistoricChange(
      milliseconds: WhatIfWorldTests.start + seconds * 1000, bucket: "b", key: Array(key.utf8))
  }

  @Test("bills each key once in a window, and again in the next")
  func windows() throws {
    let changes = [change("a.html", at: 0), change("a.html", at: 1), change("a.html", at: 60)]
    let long = try run(changes, window: 5)
    #expect(long.failure == nil)
    #expect(long.paths == 2)
    #expect(long.invocations == 2)
    #expect(long.lags.count == 3)
    #expect(long.lags.allSatisfy { (300...9_000).contains($0) })
    #expect(try run(changes, window: 300).paths == 1)
    #expect(long.pathsOfMonth.keys.sorted() == ["2026-11"])
  }

  @Test("counts what a wildcard hits by the way")
  func collateral() throws {
    // Eleven of twenty files of a folder change at once, after all were written long before.
    let before = (0..<20).map { change("img/\($0).png", at: Int64($0) * 600) }
    let burst = (0..<11).map { change("img/\($0).png", at: 20_000) }
    let outcome = try run(before + burst)
    #expect(outcome.wildcards == 1)
    #expect(outcome.collateral == 9)
    #expect(outcome.paths == 21)
    let exact = try run(before + burst, threshold: 0)
    #expect(exact.wildcards == 0)
    #expect(exact.collateral == 0)
    #expect(exact.paths == 31)
  }

  @Test("meets CloudFront's rate, and everything is done in the end")
  func throttled() throws {
    let changes = (0..<400).map { change("page-\($0)/x.html", at: Int64($0)) }
    let outcome = try run(changes, window: 0, threshold: 0)
    #expect(outcome.failure == nil)
    #expect(outcome.lags.count == 400)
    #expect(outcome.paths == 400)
    #expect(outcome.deadLetters == 0)
  }

  @Test("has the same outcome each time, alone and beside others")
  func deterministic() throws {
    let changes = SyntheticSite.blog.changes(from: WhatIfWorldTests.start, days: 3)
    let settings = [1, 60].map { WhatIfSettings(window: $0, threshold: 10, concurrency: 2) }
    let account = WhatIfAccount.serving([SyntheticSite.blog.bucket])
    let both = WhatIfRun.run(changes, account: account, settings: settings, jobs: 2) { _ in }
    let alone = try WhatIfWorld(changes, account: account, settings: settings[1]).run()
    #expect(both.count == 2)
    #expect(both[1].lags == alone.lags)
    #expect(both[1].paths == alone.paths)
    #expect(both.allSatisfy { $0.failure == nil })
  }

  @Test("says why the function does not start")
  func wrongSetting() throws {
    let settings = WhatIfSettings(
      window: 1, threshold: 10, concurrency: 2, others: ["MAX_PATHS": "many"])
    let outcome = try WhatIfWorld(
      [change("a", at: 0)], account: .serving(["b"]), settings: settings
    ).run()
    #expect(outcome.failure?.contains("MAX_PATHS") == true)
  }

  @Test("knows sites of a month's size, the same each time", arguments: SyntheticSite.allCases)
  func sites(_ site: SyntheticSite) {
    let changes = site.changes(from: WhatIfWorldTests.start, days: 30)
    #expect(changes == site.changes(from: WhatIfWorldTests.start, days: 30))
    #expect(changes.count > 3_000)
    #expect(changes.count < 130_000)
    #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.milliseconds <= $1.milliseconds })
  }
}
