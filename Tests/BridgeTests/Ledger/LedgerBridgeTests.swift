import FunctionSettings
import JSON
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("The handler with a ledger")
struct LedgerBridgeTests {
  @Test("pays once for a duplicate that comes to another environment beside another change")
  func duplicate() throws {
    let ledger = try LedgerBridgeWorld(skips: false)
    let change = ledger.record("a.txt", 1, "A")
    #expect(ledger.world.handle(SampleEvent.s3(change)).error == nil)
    try ledger.world.startCold()
    let other = ledger.record("b.txt", 1, "B")
    let answer = ledger.world.handle(SampleEvent.s3(change, other))
    #expect(answer.json?["ignored"]?["covered"] == 1)
    #expect(ledger.paid == ["/a.txt", "/b.txt"])
  }

  @Test("sends the changed objects alone of a site that is uploaded as a whole")
  func rebuiltSite() throws {
    let ledger = try LedgerBridgeWorld(skips: true)
    let first = (0..<9).map { ledger.record("p\($0).txt", 1, "A\($0)") }
    #expect(ledger.world.handle(SampleEvent.s3(first)).error == nil)
    #expect(ledger.paid.count == 9)
    try ledger.world.startCold()
    let second = (0..<9).map { ledger.record("p\($0).txt", 2, $0 == 4 ? "new" : "A\($0)") }
    let answer = ledger.world.handle(SampleEvent.s3(second))
    #expect(answer.json?["ignored"]?["unchanged"] == 8)
    #expect(ledger.paid.suffix(from: 9) == ["/p4.txt"])
  }

  @Test("gives a late change an invalidation of its own, though this environment sent one for it")
  func late() throws {
    let ledger = try LedgerBridgeWorld(skips: true)
    let (one, two, three) = (
      ledger.record("a.txt", 1, "A"), ledger.record("a.txt", 2, "B"),
      ledger.record("a.txt", 3, "A")
    )
    #expect(ledger.world.handle(SampleEvent.s3(one)).error == nil)
    // The table is away: 2 is sent, and comes again.
    ledger.table.script(.denied, on: .putItem)
    #expect(ledger.world.handle(SampleEvent.s3(two)).error != nil)
    #expect(ledger.paid.count == 2)
    // A viewer keeps B here.
    #expect(ledger.world.handle(SampleEvent.s3(three)).json?["ignored"]?["unchanged"] == 1)
    #expect(ledger.world.handle(SampleEvent.s3(two)).error == nil)
    #expect(ledger.paid.count == 3)
  }

  @Test("reads and writes nothing of the table in a dry run", arguments: [false, true])
  func dryRun(skips: Bool) throws {
    let ledger = try LedgerBridgeWorld(skips: skips, ["DRY_RUN": "true"])
    #expect(ledger.world.handle(SampleEvent.s3(ledger.record("a.txt", 1, "A"))).error == nil)
    #expect(ledger.table.calls.isEmpty)
  }

  @Test("notes nothing as accepted that CloudFront refused")
  func refused() throws {
    let ledger = try LedgerBridgeWorld(skips: false)
    let change = ledger.record("a.txt", 1, "A")
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    #expect(ledger.world.handle(SampleEvent.s3(change)).error != nil)
    try ledger.world.startCold()
    #expect(ledger.world.handle(SampleEvent.s3(change)).error == nil)
    #expect(ledger.paid == ["/a.txt"])
  }

  @Test("trusts nothing of what other settings had accepted")
  func settings() throws {
    let ledger = try LedgerBridgeWorld(skips: false)
    let change = ledger.record("a.txt", 1, "A")
    #expect(ledger.world.handle(SampleEvent.s3(change)).error == nil)
    let other = try LedgerBridgeWorld(
      skips: false,
      [
        "AWS_ENDPOINT_URL_DYNAMODB": ledger.table.endpoint, "CLEAN_URL_SUFFIXES": ".txt",
      ], isSettled: false)
    let now = other.world.now
    ledger.table.configure { $0.wallMilliseconds = now }
    #expect(other.world.handle(SampleEvent.s3(change)).error == nil)
    #expect(other.paid == ["/a", "/a.txt"])
  }

  @Test("refuses to skip without a table, or where not every kind of change is notified")
  func skipNeeds() {
    func problem(_ environment: [String: String]) -> String? {
      do {
        let own = ["UNCHANGED_OBJECTS": "skip"]
        try Settings(environment: environment.merging(own) { $1 }).checkLedger()
        return nil
      } catch { return "\(error)" }
    }
    let all = LedgerBridgeWorld.allEvents
    #expect(problem(["NOTIFIED_EVENTS": all])?.contains("LEDGER_TABLE") == true)
    #expect(problem(["LEDGER_TABLE": "ledger"])?.contains("s3:LifecycleExpiration:*") == true)
    #expect(
      problem([
        "LEDGER_TABLE": "ledger", "NOTIFIED_EVENTS": "s3:ObjectCreated:*,s3:ObjectRemoved:*",
      ])?.contains("s3:LifecycleExpiration:*") == true)
    #expect(problem(["LEDGER_TABLE": "ledger", "NOTIFIED_EVENTS": all]) == nil)
  }

  @Test("sends an object whose immutable name got other bytes, says so, and sends it from then on")
  func rewrittenName() throws {
    let ledger = try LedgerBridgeWorld(skips: true, ["IMMUTABLE_KEYS": "static/*"])
    func warnings() -> [String] {
      ledger.world.log.messages(.warning).filter { $0.hasPrefix("IMMUTABLE_KEYS says") }
    }
    let (one, two) = (
      ledger.record("static/app.js", 1, "A"), ledger.record("static/app.js", 2, "B")
    )
    let first = ledger.world.handle(SampleEvent.s3(one, ledger.record("static/b.js", 1, "C")))
    #expect(first.json?["ignored"]?["immutableName"] == 2)
    #expect(ledger.paid.isEmpty && warnings().isEmpty)
    // The environment ends when CloudFront refuses.
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    #expect(ledger.world.handle(SampleEvent.s3(two)).error != nil)
    #expect(warnings().count == 1 && warnings()[0].contains("static/app.js"))
    try ledger.world.startCold()
    // The same bytes are no first write either, as long as 2 is not told.
    let three = ledger.record("static/app.js", 3, "B")
    #expect(ledger.world.handle(SampleEvent.s3(three)).json?["ignored"]?["unchanged"] == 1)
    #expect(ledger.world.handle(SampleEvent.s3(two)).error == nil)
    #expect(ledger.paid == ["/static/app.js"])
    #expect(ledger.world.handle(SampleEvent.s3(two)).json?["ignored"]?["covered"] == 1)
    #expect(ledger.paid.count == 1)
  }

  @Test("a first write of an immutable name goes back until it is recorded")
  func unrecordedName() throws {
    let ledger = try LedgerBridgeWorld(skips: true, ["IMMUTABLE_KEYS": "static/*"])
    ledger.table.script(.denied, on: .putItem)
    let change = ledger.record("static/app.js", 1, "A")
    #expect(
      ledger.world.handle(SampleEvent.s3(change)).error?.type.rawValue
        == "Function.LedgerUnavailable")
    #expect(ledger.world.handle(SampleEvent.s3(change)).error == nil)
    #expect(ledger.paid.isEmpty)
  }

  // MARK: - Every fault on every call in every mode

  struct Cell: CustomTestStringConvertible {
    var fault: DynamoDBFault
    var call: DynamoDBOperation
    var mode: DeliveryMode
    var skips: Bool

    var testDescription: String {
      "\(fault), \(call.rawValue), \(mode.rawValue), \(skips ? "skip" : "send")"
    }

    /// Whether the change can't be recorded.
    var isUnrecorded: Bool { skips && call != .batchWriteItem }

    static let all: [Cell] = [false, true].flatMap { skips in
      DeliveryMode.allCases.flatMap { mode in
        [DynamoDBOperation.batchGetItem, .putItem, .batchWriteItem].flatMap { call in
          let silent: [DynamoDBFault] = mode == .queueReports ? [.hang, .slow(.seconds(9))] : []
          let faults: [DynamoDBFault] =
            [
              .throttle, .internalError, .denied, .missingTable, .resetBeforeAccepting,
              .resetAfterAccepting, .halfAnswer,
            ] + silent
          return faults.compactMap { fault in
            // Only a change that is to be skipped is recorded.
            call == .putItem && !skips
              ? nil : Cell(fault: fault, call: call, mode: mode, skips: skips)
          }
        }
      }
    }
  }

  @Test("loses nothing and pays nothing twice", arguments: Cell.all)
  func fault(cell: Cell) throws {
    let ledger = try LedgerBridgeWorld(
      skips: cell.skips, ["SQS_FAILURES": cell.mode == .queueReports ? "report" : "throw"])
    let change = SampleEvent.s3(ledger.record("a.txt", 1, "A"))
    let event = cell.mode == .direct ? change : SampleEvent.sqs(SampleEvent.message("m1", change))
    ledger.table.script(cell.fault, on: cell.call, times: 99)
    let answer = ledger.world.handle(event)
    // Whatever the table does, CloudFront is told at once.
    #expect(ledger.paid == ["/a.txt"])
    #expect(ledger.warnings == 1)
    switch cell.mode {
    case _ where !cell.isUnrecorded: #expect(answer.error == nil)
    case .queueReports:
      #expect(answer.text == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    case .queueThrows, .direct:
      #expect(answer.error?.type.rawValue == "Function.LedgerUnavailable")
    }
    // It says so once.
    _ = ledger.world.handle(event)
    #expect(ledger.warnings == 1)
    // When the table is back, the redelivery completes the work and pays nothing.
    ledger.table.dropFaults()
    try ledger.world.startCold()
    ledger.world.pass(.seconds(60))
    let again = ledger.world.handle(event)
    #expect(again.error == nil)
    if cell.mode == .queueReports { #expect(again.text == #"{"batchItemFailures":[]}"#) }
    #expect(ledger.paid == ["/a.txt"])
  }
}
