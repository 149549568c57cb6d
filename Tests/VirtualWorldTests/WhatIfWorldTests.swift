import ChangeHistory
import CloudFrontModel
import Testing

@testable import VirtualWorld

@Suite("A what-if")
struct WhatIfWorldTests {
  private static let start: Int64 = 1_793_491_200_000

  private func run(
    _ changes: [HistoricChange], window: Int = 5, threshold: Int = 10, concurrency: Int = 2,
    ledger: WhatIfLedger = .off, others: [String: String] = [:]
  ) throws -> WhatIfOutcome {
    let settings = WhatIfSettings(
      window: window, threshold: threshold, concurrency: concurrency, ledger: ledger,
      others: others)
    let history = WhatIfHistory(changes, account: .serving(["b"]))
    return WhatIfRun.run(history, settings: settings, plans: nil)
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
    let history = WhatIfHistory(changes, account: .serving([SyntheticSite.blog.bucket]))
    let both = WhatIfRun.run(history, settings: settings, jobs: 2)
    let alone = WhatIfRun.run(history, settings: settings[1], plans: nil)
    #expect(both.count == 2)
    #expect(both[1].lags == alone.lags)
    #expect(both[1].paths == alone.paths)
    #expect(both.allSatisfy { $0.failure == nil })
  }

  @Test("says why the function does not start")
  func wrongSetting() throws {
    let outcome = try run([change("a", at: 0)], window: 1, others: ["MAX_PATHS": "many"])
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

  // MARK: - Sharing

  /// A month in which some folders are written at once and most objects alone, with bursts that
  /// CloudFront throttles and silences in which everything ends.
  private func month(_ seed: UInt64) -> [HistoricChange] {
    var random = SeededRandom(seed: seed)
    var seconds: Int64 = 0
    var changes: [HistoricChange] = []
    for _ in 0..<random.between(5...25) {
      seconds += Int64(random.pick([1, 30, 400, 900, 3_600, 86_400]))
      let folder = random.between(1...3)
      let count = random.pick([1, 1, 2, 5, 12, 40])
      for number in 0..<count {
        let spread = random.chance(0.3) ? "\(number)/" : ""
        changes.append(change("f\(folder)/\(spread)\(number % 15).html", at: seconds))
      }
    }
    return changes
  }

  @Test(
    "has the same outcome when settings share their plans", arguments: 1...4 as ClosedRange<UInt64>)
  func sharing(_ seed: UInt64) {
    let history = WhatIfHistory(month(seed), account: .serving(["b"]))
    let settings = [0, 60].flatMap { window in
      [10, 0, 3, 1, 20, 10].map { WhatIfSettings(window: window, threshold: $0, concurrency: 2) }
    }
    let shared = WhatIfRun.run(history, settings: settings, jobs: 2)
    let alone = WhatIfRun.run(history, settings: settings, jobs: 2, sharesPlans: false)
    #expect(alone.allSatisfy { $0.sharedChanges == 0 && $0.failure == nil })
    #expect(shared.map(\.withoutSharing) == alone.map(\.withoutSharing))
    #expect(shared.contains { $0.sharedChanges > 0 })
  }

  @Test("plans changes of objects here and there once for all thresholds")
  func shared() throws {
    let changes = (0..<6).map { change("page-\($0).html", at: Int64($0) * 3_600) }
    let history = WhatIfHistory(changes, account: .serving(["b"]))
    let settings = [0, 10, 20].map { WhatIfSettings(window: 5, threshold: $0, concurrency: 2) }
    let outcomes = WhatIfRun.run(history, settings: settings, jobs: 1)
    #expect(outcomes.map(\.sharedChanges) == [6, 0, 6])
    #expect(outcomes.map(\.paths) == [6, 6, 6])
  }

  @Test("does not share what a wildcard, another window or a ledger may make different")
  func unshared() throws {
    let burst = (0..<12).map { change("img/\($0).png", at: 0) }
    let alone = [change("a.html", at: 7_200)]
    let history = WhatIfHistory(burst + alone, account: .serving(["b"]))
    func shares(_ settings: [WhatIfSettings]) -> [Int] {
      WhatIfRun.run(history, settings: settings, jobs: 1).map(\.sharedChanges)
    }
    func settings(_ window: Int, _ threshold: Int, _ ledger: WhatIfLedger = .off) -> WhatIfSettings
    {
      WhatIfSettings(window: window, threshold: threshold, concurrency: 2, ledger: ledger)
    }
    // The burst's wildcard is planned anew, the change after it is not.
    #expect(shares([settings(5, 10), settings(5, 0)]) == [0, 1])
    // Thresholds above the burst choose no wildcard, so 0 does what they do.
    #expect(shares([settings(5, 20), settings(5, 0)]) == [0, 13])
    #expect(shares([settings(5, 10), settings(60, 0)]) == [0, 0])
    #expect(shares([settings(5, 10, .on), settings(5, 0, .on)]) == [0, 0])
  }

  @Test("lets a higher threshold choose the wildcard above those of a lower one")
  func above() {
    // Ten objects in each of two folders: two wildcards, or one above both.
    let burst = ["a", "b"].flatMap { folder in
      (0..<10).map { change("blog/\(folder)/\($0).png", at: 0) }
    }
    let history = WhatIfHistory(burst, account: .serving(["b"]))
    let settings = [10, 20, 21].map { WhatIfSettings(window: 5, threshold: $0, concurrency: 2) }
    let outcomes = WhatIfRun.run(history, settings: settings, jobs: 1)
    #expect(outcomes.map(\.wildcards) == [2, 1, 0])
    #expect(outcomes.map(\.sharedChanges) == [0, 0, 0])
  }

  // MARK: - The ledger

  @Test("leaves out uploads of the bytes that were there, where a ledger skips them")
  func skips() throws {
    func deploy(at seconds: Int64, changed: Int) -> [HistoricChange] {
      (0..<8).map { number in
        var change = change("page-\(number).html", at: seconds + Int64(number))
        change.eTag = number == changed ? "new\(seconds)" : "old\(number)"
        change.size = 5
        return change
      }
    }
    // A ledger trusts nothing of its first hour.
    let changes =
      [change("first.html", at: 0)] + deploy(at: 20_000, changed: 0)
      + deploy(at: 40_000, changed: 1)
    let without = try run(changes, threshold: 0)
    #expect(without.paths == 17)
    #expect(without.tableUse == TableUse())
    let on = try run(changes, threshold: 0, ledger: .on)
    #expect(on.paths == 17)
    #expect(on.tableUse.writes > 0)
    // The page that changed, and the one that got its old bytes back.
    let skip = try run(changes, threshold: 0, ledger: .skip)
    #expect(skip.failure == nil)
    #expect(skip.paths == 11)
    #expect(skip.tableUse.writes > on.tableUse.writes)
    #expect(skip.lags.count == 17)
  }

  @Test("says what the table costs")
  func price() {
    var use = TableUse()
    use.reads = 1_000_000
    use.writes = 2_000_000
    #expect(use.microdollars == 1_312_500)
  }
}

extension WhatIfOutcome {
  /// Everything but how much of it was taken over.
  fileprivate var withoutSharing: String {
    var copy = self
    copy.sharedChanges = 0
    let months = copy.pathsOfMonth.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    copy.pathsOfMonth = [:]
    return "\(copy) \(months)"
  }
}
