import ArgumentParser
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import LambdaRuntime
import Ledger
import OperatorAPI
import PlanReporting

/// `cfbridge audit [TARGET…]`: what do invalidations cost, and who makes them?
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what invalidations cost, who made them, and what was wasted.",
    usage: """
      cfbridge audit [<target> ...] [--days <number>] [--history]
             [--ledger <table>] [--json]
      """,
    discussion: """
      Reads who invalidated what from CloudTrail, which keeps it for 90 days, or where that is not \
      allowed from the distributions' own history, which knows no names and costs a call for each \
      invalidation that the function's ledger does not have. Prices are list prices. Nothing need be installed for it.

      Example: cfbridge audit --days 30

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp("Distributions by any name, or buckets; without any, the whole account."))
  var target: [String] = []

  @Option(help: ArgumentHelp("How many days back, at most 90.", valueName: "number"))
  var days = 90

  @Flag(help: "Read the distributions' history, also where CloudTrail may be asked.")
  var history = false

  @Option(
    help: ArgumentHelp(
      "The table of the function's ledger, by name or ARN, instead of LEDGER_TABLE.",
      valueName: "table"))
  var ledger: String?

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    guard (1...90).contains(days) else { throw ValidationError("--days must be from 1 to 90.") }
  }

  func run() throws {
    let account = try output.account.open()
    let client = try account.cloudFront()
    let since = TimeSource.system.wallMilliseconds() - Int64(days) * 86_400_000
    let wanted = try distributions(client)
    var source = AuditSource(account: account, client: client, since: since)
    let entries = try ledgerEntries(account, client, wanted, since)
    for entry in entries ?? [] { source.ledger[entry.id ?? ""] = entry }
    var batches: [AuditedBatch] = []
    var name = "CloudTrail"
    do throws(CommandFailure) {
      guard !history else { throw CommandFailure(.usage, "") }
      batches = try source.trail()
      if let wanted { batches.removeAll { !wanted.contains($0.distribution) } }
      batches = source.completed(batches)
    } catch {
      if !history {
        Output.note(
          "note", "CloudTrail does not tell, so the distributions' history is read: \(error.text)")
      }
      name = "the distributions' history"
      batches = try source.history(of: try wanted ?? Target.list(client).map(\.id))
    }
    let reach = Reach(client)
    let plans = planned(account)
    var audit = Audit(batches, isOnPlan: { id in plans.contains { $0.hasSuffix("/\(id)") } }) {
      reach.isReachable($1, on: $0)
    }
    if let entries {
      audit.recorded = Audit.Recorded(
        batches: batches.count { source.ledger[$0.invalidation ?? ""] != nil },
        refused: entries.count { $0.id == nil })
    }
    plan(&audit, client, reach)
    report(audit, from: name)
  }

  private func distributions(_ client: CloudFrontClient) throws(CommandFailure) -> [DistributionID]?
  {
    guard !target.isEmpty else { return nil }
    var found: [DistributionID] = []
    for name in target { found += try Target.find(name, in: client).distributions.map(\.id) }
    return found
  }

  /// What the function's ledger has; nil where there is none.
  private func ledgerEntries(
    _ account: Account, _ client: CloudFrontClient, _ wanted: [DistributionID]?, _ since: Int64
  ) throws(CommandFailure) -> [HistoryEntry]? {
    guard let table = ledger ?? ProcessEnvironment.current["LEDGER_TABLE"], !table.isEmpty else {
      return nil
    }
    let history = try LedgerHistory(table, account, client)
    var found: [HistoryEntry] = []
    defer { Progress.clear() }
    let all = wanted == nil ? try Target.list(client).map(\.id) : []
    for id in wanted ?? all {
      Progress.show("Reading the ledger: \(found.count) …")
      found += try history.entries(of: id, since: since)
    }
    return found
  }

  /// The ARNs of what is on a flat-rate plan; none where nobody may see that.
  private func planned(_ account: Account) -> [String] {
    let plans = try? account.service(.pricingplanmanager, region: "us-east-1").pricingPlans()
    return (plans ?? []).filter { $0.status == "ACTIVE" || $0.status == "SYNC_IN_PROGRESS" }
      .flatMap(\.resources)
  }

  /// Lets the planner make its own batches of what was needed.
  private func plan(_ audit: inout Audit, _ client: CloudFrontClient, _ reach: Reach) {
    for (number, part) in audit.needed.enumerated() {
      Progress.show("Planning \(number + 1) of \(audit.needed.count) minutes …")
      let texts = part.paths.map { "\($0)" }
      guard let distribution = reach.distribution(part.distribution) else {
        audit.planned.paths += texts.count
        continue
      }
      let single = Target(name: "\(part.distribution)", kind: .id, distributions: [distribution])
      let plans = TargetPlanning(single, client, Settings()).coalesced(texts)
      audit.planned.batches += 1
      audit.planned.paths += plans.reduce(0) { sum, plan in
        sum + plan.plan.distributions.reduce(0) { $0 + $1.cost.billedPaths }
      }
    }
    Progress.clear()
  }

  private func report(_ audit: Audit, from name: String) {
    if output.json { return Output.write(audit.json(days: days, source: name).line) }
    let screen = output.screen
    func row(_ label: String, _ sum: Audit.Sum, _ words: String) -> [Screen.Cell] {
      [
        Screen.Cell(label, .bold), Screen.Cell(Counted.words(sum.paths, "path")),
        Screen.Cell("$\(sum.dollars)"), Screen.Cell(words),
      ]
    }
    var lines = [screen.paint("\(Counted.words(days, "day")) by \(name)", .bold)]
    let senders = audit.senders.sorted { ($1.value.paths, $0.key) < ($0.value.paths, $1.key) }
    lines += screen.table(
      senders.map { sender, sum in
        let parts = sender.split(separator: "\t")
        let who = parts.count > 1 ? " by \(parts[1])" : ""
        return row(
          String(parts[0]), sum, Counted.words(sum.batches, "batch", "batches") + who)
      } + [
        row(
          "total", audit.total,
          Counted.words(audit.total.batches, "batch", "batches"))
      ],
      indent: 2)
    if !audit.wasted.isEmpty {
      lines.append("wasted")
      lines += screen.table(
        Audit.Waste.allCases.compactMap { reason in
          audit.wasted[reason].map { row(reason.rawValue, $0, reason.words) }
        }, indent: 2)
    }
    if audit.everything > 0 {
      lines += screen.layout.line(
        "everything  ", "/* was sent \(Counted.words(audit.everything, "time"))")
    }
    if audit.unknown > 0 {
      lines += screen.layout.line(
        "unknown     ",
        "the paths of \(Counted.words(audit.unknown, "batch", "batches")) are not recorded")
    }
    if let recorded = audit.recorded {
      lines += screen.layout.line(
        "ledger      ",
        "the function made \(recorded.batches) of them; CloudFront refused"
          + " \(Counted.words(recorded.refused, "batch", "batches")) of the function's")
    }
    if audit.unbilled > 0 {
      lines += screen.layout.line(
        "on a plan   ", "\(Counted.words(audit.unbilled, "path")), which nobody bills")
    }
    lines += screen.layout.line(
      "billed      ",
      "$\(audit.billed), since \(Audit.free) paths of each month are free")
    lines += screen.layout.line("", audit.line(days: days))
    screen.print(lines)
  }
}

extension Audit {
  /// The figures as JSON.
  func json(days: Int, source: String) -> JSONValue {
    [
      "days": .integer(Int64(days)), "source": .string(source), "total": total.json,
      "billedDollars": .string("\(billed)"), "everything": .integer(Int64(everything)),
      "ledger": recorded.map {
        [
          "batches": .integer(Int64($0.batches)), "refused": .integer(Int64($0.refused)),
        ]
      } ?? .null,
      "unbilledPaths": .integer(Int64(unbilled)), "unknownBatches": .integer(Int64(unknown)),
      "planned": planned.json, "waste": waste.json,
      "wasted": .object(
        Waste.allCases.map { (key: $0.rawValue, value: (wasted[$0] ?? Sum()).json) }),
      "senders": .array(
        senders.sorted { $0.key < $1.key }.map { sender, sum in
          let parts = sender.split(separator: "\t")
          let named: JSONValue = [
            "tool": .string(String(parts[0])),
            "user": parts.count > 1 ? .string(String(parts[1])) : .null,
          ]
          return named.adding(sum.json)
        }),
      "line": .string(line(days: days)),
    ]
  }
}
