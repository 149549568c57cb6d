import JSON

/// What came of a what-if.
package struct WhatIfOutcome: Sendable {
  /// The settings it ran with.
  package var settings: WhatIfSettings
  /// The changes that happened.
  package var changes = 0
  package var invocations = 0
  package var coldStarts = 0
  /// The calls of CreateInvalidation, and how many of them CloudFront throttled or refused because
  /// of a full quota.
  package var calls = 0
  package var throttled = 0
  package var invalidations = 0
  /// The paths of each calendar month, by its name such as `2026-11`.
  package var pathsOfMonth: [String: Int] = [:]
  package var wildcards = 0
  /// The objects that wildcards made CloudFront forget although they had not changed, each as often
  /// as that happened.
  package var collateral = 0
  /// From a change to the end of the invocation that was done with it, in milliseconds.
  package var lags: [Int64] = []
  package var deadLetters = 0
  /// The use of the ledger's table.
  package var tableUse = TableUse()
  /// The changes whose plans were those of other settings, and were not made again.
  package var sharedChanges = 0
  /// Why it ended early; nil when all went well.
  package var failure: String?

  /// The paths of all months.
  package var paths: Int { pathsOfMonth.values.reduce(0, +) }

  init(_ settings: WhatIfSettings) {
    self.settings = settings
  }

  /// Adds what came of later changes.
  mutating func add(_ later: WhatIfOutcome) {
    changes += later.changes
    invocations += later.invocations
    coldStarts += later.coldStarts
    calls += later.calls
    throttled += later.throttled
    invalidations += later.invalidations
    pathsOfMonth.merge(later.pathsOfMonth) { $0 + $1 }
    wildcards += later.wildcards
    collateral += later.collateral
    lags += later.lags
    deadLetters += later.deadLetters
    tableUse.add(later.tableUse)
    sharedChanges += later.sharedChanges
    failure = failure ?? later.failure
  }
}

/// What DynamoDB bills for the ledger.
package struct TableUse: Sendable, Equatable {
  /// The items read, each of which costs half a unit, since no read is strongly consistent.
  package var reads = 0
  /// The items written, failed conditions too.
  package var writes = 0

  /// The price on demand in us-east-1, in millionths of a dollar: $0.125 for a million units of
  /// reading, $0.625 for a million of writing.
  package var microdollars: Int { (reads * 125 / 2 + writes * 625) / 1000 }

  mutating func add(_ other: TableUse) {
    reads += other.reads
    writes += other.writes
  }

  /// Counts a call.
  mutating func add(_ target: String, _ body: [UInt8]) {
    let operation =
      target.utf8.split(separator: UInt8(ascii: ".")).last.map {
        String(decoding: Array($0), as: UTF8.self)
      } ?? ""
    let items =
      (try? JSONValue.parse(body))?["RequestItems"]?.objectValue?.reduce(0) { sum, table in
        sum + (table.value["Keys"]?.arrayValue ?? table.value.arrayValue ?? []).count
      } ?? 1
    switch operation {
    case "BatchGetItem", "GetItem", "Query": reads += items
    default: writes += items
    }
  }
}
