import FunctionSettings
import OperatorAPI

// What execution environments share: the work queue and the ledger.
extension AccountCheck {
  static let sharedChecks = [
    AccountCheck(name: "work-queue", subject: .function) { world throws(CommandFailure) in
      _ = try world.configuration()
      return try workQueue(world)
    },
    AccountCheck(name: "ledger", subject: .function) { world throws(CommandFailure) in
      _ = try world.configuration()
      return try ledger(world)
    },
  ]

  private static func workQueue(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let name = "work-queue"
    let settings = try world.settings()
    guard let arn = settings.workQueue else { return ok(name, "none") }
    let mapping = try world.mappings().first { $0.sourceARN == arn }
    let facts: QueueFacts
    do throws(CommandFailure) {
      guard let found = try world.workQueue() else { return [] }
      facts = found
    } catch {
      guard error.status == .notFound else { throw error }
      return failure(
        name, "There is no queue to hand work on to.", ["WORK_QUEUE is \(arn)", error.text],
        cure: "Correct WORK_QUEUE, or deploy the stack once more with WorkQueue=on.")
    }
    let evidence = [
      "\(facts.visible) waiting, \(facts.inFlight) in flight, \(facts.delayed) delayed in \(arn)"
    ]
    guard let mapping else {
      return failure(
        name, "Nobody takes the work that is handed on.",
        evidence + ["the function has no event source mapping for it"],
        cure: "Map the queue to the function with ReportBatchItemFailures and a maximum"
          + " concurrency of \(Settings.workShares); WorkQueue=on does.")
    }
    let function = AccountWorld.name(of: mapping.functionARN)
    guard mapping.isOn else {
      return failure(
        name, "The mapping that takes the work is switched off.",
        evidence + ["state \(mapping.state)"], cure: "cfbridge resume \(function).")
    }
    guard mapping.reportsItemFailures else {
      return failure(
        name, "Lambda deletes work that the function hands back.",
        evidence + ["the mapping has no ReportBatchItemFailures"],
        cure: "Give the mapping the function response type ReportBatchItemFailures.")
    }
    guard let most = mapping.maximumConcurrency, most <= Settings.workShares else {
      return warning(
        name, "The work queue starts more invocations than share CloudFront's rate.",
        evidence + [
          "maximum concurrency of its mapping:"
            + " \(mapping.maximumConcurrency.map { "\($0)" } ?? "none")"
        ], cure: "Set the mapping's maximum concurrency to \(Settings.workShares).")
    }
    return ok(name, "on", evidence)
  }

  private static func ledger(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let name = "ledger"
    let settings = try world.settings()
    guard !settings.ledgerTable.isEmpty else { return ok(name, "none") }
    let table: TableFacts
    do throws(CommandFailure) {
      guard let found = try world.ledger() else { return [] }
      table = found
    } catch {
      guard error.status == .notFound else { throw error }
      return failure(
        name, "There is no table for the ledger.",
        ["LEDGER_TABLE is \(settings.ledgerTable)", error.text],
        cure: "Correct LEDGER_TABLE, or deploy the stack once more with Ledger=on.")
    }
    let stamp =
      settings.ledgerStamp.isEmpty ? "no LEDGER_STAMP" : "LEDGER_STAMP \(settings.ledgerStamp)"
    let evidence = [
      "\(table.arn): \(table.status), key \(table.keys.joined(separator: ", ")), time to live"
        + " \(table.timeToLive.map { "on \($0)" } ?? "off"), \(stamp)"
    ]
    guard table.status == "ACTIVE" || table.status == "UPDATING" else {
      return failure(
        name, "The ledger's table can't be used.", evidence,
        cure: "Wait until it is ACTIVE, or name another one in LEDGER_TABLE.")
    }
    guard table.keys == ["pk (S) HASH", "sk (S) RANGE"] else {
      return failure(
        name, "The table's key is not the ledger's.", evidence,
        cure: "Name a table with the partition key pk and the sort key sk, both texts. A key can't"
          + " be changed; Ledger=on makes such a table.")
    }
    guard table.timeToLive == "ttl" else {
      return warning(
        name, "Nothing deletes what the ledger no longer needs.", evidence,
        cure: "aws dynamodb update-time-to-live --table-name"
          + " \(settings.ledgerTable.split(separator: "/").last ?? "") --time-to-live-specification"
          + " Enabled=true,AttributeName=ttl.")
    }
    if settings.unchangedObjects == .skip, world.has(.bucket) {
      let told = Set(try world.notification().rules.flatMap(\.events))
      let missing = settings.notifiedEvents.filter { !told.contains($0) }
      let isAllTold = try world.notification().tellsEventBridge
      guard missing.isEmpty || isAllTold else {
        return failure(
          name, "Objects are taken for unchanged though the bucket does not tell every change.",
          evidence + ["NOTIFIED_EVENTS promises \(missing.joined(separator: ", "))"],
          cure: "Add \(missing.joined(separator: ", ")) to the bucket's notification, and change"
            + " LEDGER_STAMP, since what was recorded until then can't be trusted.")
      }
    }
    return ok(name, "on", evidence)
  }
}
