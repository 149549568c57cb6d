import ActivityReporting
import ChangeHistory
import Encoding
import InvalidationPlanning
import JSON
import VirtualWorld

/// What came of each of several settings, and which of them is recommended.
struct SimulationResult {
  /// One outcome, with what its paths cost.
  struct Row {
    var outcome: WhatIfOutcome
    var lag: Percentiles?
    /// What CloudFront bills.
    var billed: Dollars
    /// What CloudFront and the ledger's table bill together.
    var total: Dollars { Dollars(micros: billed.micros + outcome.tableUse.microdollars) }

    var settings: WhatIfSettings { outcome.settings }
    /// Whether everything was done.
    var isSound: Bool { outcome.failure == nil && outcome.deadLetters == 0 }
  }

  let source: String
  let changes: Int
  let keys: Int
  let from: Int64
  let until: Int64
  let freePaths: Int
  /// The lag that 99 % of the changes may have, in milliseconds.
  let maxLag: Int64
  let rows: [Row]
  /// The place of the recommended row; nil where none got everything done.
  let best: Int?

  init(
    source: String, changes: [HistoricChange], outcomes: [WhatIfOutcome], freePaths: Int,
    maxLag: Int64
  ) {
    self.source = source
    self.changes = changes.count
    keys = Set(changes.map { [Array($0.bucket.utf8), $0.key] }).count
    from = changes.first?.milliseconds ?? 0
    until = changes.last?.milliseconds ?? 0
    self.freePaths = freePaths
    self.maxLag = maxLag
    rows = outcomes.map { outcome in
      let billed = outcome.pathsOfMonth.values.reduce(0) { $0 + max(0, $1 - freePaths) }
      return Row(
        outcome: outcome, lag: Percentiles(outcome.lags),
        billed: ActivityReport.price(of: billed))
    }
    best = SimulationResult.choice(of: rows, maxLag: maxLag)
  }

  /// Chooses the cheapest row that is fast enough. Of those that cost at most a twentieth or half a
  /// dollar more, it takes the fastest that forgets at most half as many other objects more than
  /// the one that forgets the fewest.
  private static func choice(of rows: [Row], maxLag: Int64) -> Int? {
    let sound = rows.indices.filter { rows[$0].isSound && rows[$0].lag != nil }
    func lag(_ place: Int) -> Int64 { rows[place].lag?.p99 ?? .max }
    var chosen = sound.filter { lag($0) <= maxLag }
    if chosen.isEmpty, let fastest = sound.map(lag).min() {
      chosen = sound.filter { lag($0) == fastest }
    }
    guard let least = chosen.map({ rows[$0].total.micros }).min() else { return nil }
    chosen.removeAll { rows[$0].total.micros > least + max(least / 20, 500_000) }
    let fewest = chosen.map { rows[$0].outcome.collateral }.min() ?? 0
    chosen.removeAll { rows[$0].outcome.collateral > fewest + fewest / 2 }
    return chosen.min { (rows[$0].lag?.p50 ?? 0) < (rows[$1].lag?.p50 ?? 0) }
  }

  /// Why the row is recommended, in a sentence; nil where none is.
  var reason: String? {
    guard let best, let lag = rows[best].lag else { return nil }
    let row = rows[best]
    let most = Figures.span(milliseconds: maxLag)
    let head =
      lag.p99 <= maxLag
      ? "of what is done within \(most) for 99 % of the changes, it is the cheapest, or as good as"
      : "nothing is done within \(most) for 99 % of the changes; this is the fastest"
    let hit =
      row.outcome.collateral == 0
      ? "no other object is forgotten"
      : "\(Figures.of(row.outcome.collateral, "time")) another object is forgotten too"
    return head + ": \(Figures.dollars(row.total)), 99 % within"
      + " \(Figures.span(milliseconds: lag.p99)), and \(hit)."
  }

  /// The stack's parameters for a row, for `deploy.sh --parameter` or SAM.
  static func parameters(_ settings: WhatIfSettings) -> [(name: String, value: String)] {
    let batching =
      settings.window == 0
      ? [("Latency", "low")] : [("BatchingWindowSeconds", String(offered(settings.window)))]
    return
      (batching + [
        ("WildcardThreshold", String(settings.threshold)),
        ("MaximumConcurrency", String(max(2, settings.concurrency))),
      ] + ledger(settings.ledger)).map { (name: $0.0, value: $0.1) }
  }

  /// The same as options of `deploy.sh`, quoted where a shell would take them for a pattern.
  static func options(_ settings: WhatIfSettings) -> [String] {
    parameters(settings).map { parameter in
      let setting = "\(parameter.name)=\(parameter.value)"
      return "--parameter " + (setting.contains("*") ? "'\(setting)'" : setting)
    }
  }

  private static func ledger(_ ledger: WhatIfLedger) -> [(String, String)] {
    switch ledger {
    case .off: []
    case .on: [("Ledger", "on")]
    case .skip:
      [
        ("Ledger", "on"), ("UnchangedObjects", "skip"),
        ("NotifiedEvents", WhatIfSettings.notifiedEvents),
      ]
    }
  }

  /// The nearest window that the template offers.
  private static func offered(_ window: Int) -> Int {
    [1, 2, 5, 10, 20, 30, 60, 120, 300].min { abs($0 - window) < abs($1 - window) } ?? window
  }

  /// The result for machines.
  var json: JSONValue {
    [
      "source": .string(source), "changes": .integer(Int64(changes)), "keys": .integer(Int64(keys)),
      "from": .string(CivilTime(millisecondsSinceEpoch: from).iso8601),
      "to": .string(CivilTime(millisecondsSinceEpoch: until).iso8601),
      "price": [
        "perPath": .string("\(InvalidationCost.listPrice)"),
        "freePaths": .integer(Int64(freePaths)),
      ],
      "maxLagMilliseconds": .integer(maxLag),
      "recommended": best.map { .integer(Int64($0)) } ?? .null,
      "parameters": .object(
        best.map { place in
          SimulationResult.parameters(rows[place].settings).map {
            (key: $0.name, value: JSONValue.string($0.value))
          }
        } ?? []),
      "configurations": .array(rows.map(\.json)),
    ]
  }
}

extension SimulationResult.Row {
  fileprivate var json: JSONValue {
    let counts: [(String, Int)] = [
      ("window", settings.window), ("threshold", settings.threshold),
      ("concurrency", settings.concurrency), ("invocations", outcome.invocations),
      ("coldStarts", outcome.coldStarts), ("calls", outcome.calls),
      ("throttled", outcome.throttled), ("invalidations", outcome.invalidations),
      ("paths", outcome.paths), ("wildcards", outcome.wildcards),
      ("collateral", outcome.collateral), ("deadLetters", outcome.deadLetters),
    ]
    return JSONValue.object(counts.map { (key: $0.0, value: .integer(Int64($0.1))) }).adding([
      "dollars": .string("\(ActivityReport.price(of: outcome.paths))"),
      "billedDollars": .string("\(billed)"), "totalDollars": .string("\(total)"),
      "ledger": [
        "mode": .string(settings.ledger.rawValue),
        "reads": .integer(Int64(outcome.tableUse.reads)),
        "writes": .integer(Int64(outcome.tableUse.writes)),
        "dollars": .string("\(Dollars(micros: outcome.tableUse.microdollars))"),
      ], "sharedChanges": .integer(Int64(outcome.sharedChanges)), "lag": lag?.json ?? .null,
      "failure": outcome.failure.map { .string($0) } ?? .null,
    ])
  }
}
