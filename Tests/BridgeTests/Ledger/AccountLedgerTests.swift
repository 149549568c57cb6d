import Bridge
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("The handler with what an account's environments share")
struct AccountLedgerTests {
  private func upload(_ ledger: LedgerBridgeWorld, _ keys: [String]) -> Bool {
    let records = keys.map { ledger.record($0, 1, $0) }
    return ledger.world.handle(SampleEvent.s3(records), timeLeft: .seconds(300)).error == nil
  }

  /// The items of a partition.
  private func items(_ ledger: LedgerBridgeWorld, _ partition: String) -> [FakeItem] {
    ledger.table.items.filter { item in
      if case .text(let name)? = item["pk"] { name == partition } else { false }
    }
  }

  private func number(_ item: FakeItem?, _ name: String) -> Int64? {
    if case .number(let number)? = item?[name] { number } else { nil }
  }

  @Test("a new environment waits for what others have sent; without the table it does not")
  func pace() throws {
    for table in ["ledger", ""] {
      let ledger = try LedgerBridgeWorld(
        skips: false, ["CREATE_RATE": "auto", "LEDGER_TABLE": table], isSettled: false)
      for number in 0..<5 { #expect(upload(ledger, ["a\(number).txt"])) }
      try ledger.world.startCold()
      let before = ledger.world.now()
      #expect(upload(ledger, ["b.txt"]))
      let waited = ledger.world.now() - before
      #expect(table.isEmpty ? waited < 100 : (1_500...3_000).contains(waited), "\(waited) ms")
    }
  }

  @Test(
    "wildcards become cheaper to choose in two steps, each with one warning, and nothing is lost")
  func budget() throws {
    let ledger = try LedgerBridgeWorld(
      skips: false, ["MONTHLY_PATH_BUDGET": "10"], isSettled: false)
    func warnings() -> Int {
      ledger.world.log.messages(.warning).count { $0.contains("MONTHLY_PATH_BUDGET") }
    }
    #expect(upload(ledger, (0..<8).map { "a/\($0).txt" }))
    #expect(warnings() == 0)
    // 80 %: five replace a wildcard's worth, four do not.
    #expect(upload(ledger, (0..<5).map { "b/\($0).txt" }))
    #expect(ledger.paid.last == "/b/*")
    #expect(warnings() == 1)
    #expect(upload(ledger, ["c/0.txt"]))
    // 100 %, also for an environment that knows nothing yet.
    #expect(upload(ledger, (0..<2).map { "d/\($0).txt" }))
    #expect(ledger.paid.last == "/d/*" && warnings() == 2)
    try ledger.world.startCold()
    #expect(upload(ledger, (0..<2).map { "e/\($0).txt" }))
    #expect(ledger.paid.last == "/e/*")
    #expect(upload(ledger, ["f/0.txt"]))
    #expect(ledger.paid.last == "/f/0.txt")
    #expect(number(items(ledger, "pace").first, "paths-2026-11") == 13)
    let lines = ledger.world.metrics.withLock { $0 }
    let used = lines.compactMap { $0.metrics.first { $0.name == "MonthlyBudgetUsed" }?.values }
    #expect(used == [[80], [90], [100], [110], [120], [130]])
  }

  @Test("accepted and refused invalidations are kept, with counts and times")
  func history() throws {
    let ledger = try LedgerBridgeWorld(skips: false, isSettled: false)
    #expect(upload(ledger, ["a.txt", "b.txt"]))
    ledger.world.cloudFront.configure { $0.deniedActions = ["cloudfront:CreateInvalidation"] }
    ledger.world.pass(.seconds(5))
    #expect(!upload(ledger, ["c.txt"]))
    let entries = items(ledger, "history#E1SAMPLESITE01")
    #expect(entries.count == 2)
    #expect(number(entries.first, "paths") == 2 && number(entries.last, "paths") == 1)
    #expect(number(entries.first, "at").map { $0 >= ledger.world.now() - 60_000 } == true)
    #expect(number(entries.first, "event") != nil)
    #expect(entries.first?["id"] != nil && entries.first?["error"] == nil)
    if case .text(let type)? = entries.last?["error"] {
      #expect(type == "Function.CloudFrontAccessDenied")
    } else {
      Issue.record("the refused one has no reason")
    }
    // What was refused is not billed.
    #expect(number(items(ledger, "pace").first, "paths-2026-11") == 2)
  }

  @Test(
    "everything is sent when the table fails, at the environment's own pace, and the log says so once",
    arguments: [
      (DynamoDBOperation.updateItem, DynamoDBFault.denied), (.updateItem, .missingTable),
      (.updateItem, .throttle), (.updateItem, .resetAfterAccepting), (.updateItem, .internalError),
      (.batchWriteItem, .denied), (.batchWriteItem, .internalError),
      (.batchWriteItem, .unprocessed),
    ])
  func faults(operation: DynamoDBOperation, fault: DynamoDBFault) throws {
    let ledger = try LedgerBridgeWorld(skips: false, isSettled: false)
    ledger.table.script(fault, on: operation, times: 100)
    for number in 0..<3 { #expect(upload(ledger, ["a\(number).txt"])) }
    #expect(ledger.paid == ["/a0.txt", "/a1.txt", "/a2.txt"])
    let told = ledger.world.log.messages(.warning).filter {
      $0.hasPrefix("The account's pace") || $0.hasPrefix("The history")
    }
    #expect(told.count <= 1)
  }
}
