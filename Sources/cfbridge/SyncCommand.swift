import ArgumentParser
import Bridge
import CLibrary
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import InvalidationSending
import JSON
import LambdaRuntime
import Logging
import PlanReporting
import S3Events
import SyncOutput

/// `cfbridge sync`: invalidates what a tool has just uploaded and deleted.
struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Invalidate what aws s3, s5cmd or rclone has just uploaded or deleted.",
    usage: """
      cfbridge sync [--yes] [--wait] -- aws s3 sync site s3://www.example.com
      aws s3 sync site s3://www.example.com | cfbridge sync
      """,
    discussion: """
      Runs the command after --, shows its output, and plans and sends what that says was done; \
      without a command it reads such output from standard input. It understands aws s3 sync, cp, \
      mv and rm, s5cmd (with --json too) and rclone -v (with --use-json-log too). What failed is \
      not planned. It ends with the command's own status, where that is not 0.

      Example: cfbridge sync --bucket www.example.com -- rclone -v sync site s3:www.example.com

      \(CommandFailure.help)
      """)

  @Option(help: "The bucket, where the output does not name it: rclone, access points.")
  var bucket: String?

  @Option(
    help: ArgumentHelp("What stands before the names that rclone prints.", valueName: "folder"))
  var prefix: String?

  @Flag(help: "Show the plan and its cost, and send nothing.")
  var dryRun = false

  @Flag(name: [.short, .long], help: "Don't ask, whatever the plan is.")
  var yes = false

  @Flag(help: "Wait until the invalidations are completed.")
  var wait = false

  @Option(
    help: ArgumentHelp("How long to send and to wait, such as 90, 15m or 1h.", valueName: "time"))
  var timeout = TimeSpan.quarterOfAnHour

  @Option(
    help: ArgumentHelp(
      "Without a terminal, a plan that costs more dollars needs --yes.", valueName: "dollars"))
  var maxCost = Dollars(micros: 1_000_000)

  @OptionGroup var output: OperatorOptions

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The command to run, after --."))
  var command: [String] = []

  func run() throws {
    let destination = SyncDestination(bucket: bucket, prefix: prefix ?? "")
    guard !command.isEmpty else {
      return try invalidate(try SyncInput.standard(destination))
    }
    try SyncedTool(arguments: command).refuseSilence()
    // The command may run for an hour; nobody wants to hear of wrong credentials after it.
    _ = try output.account.open()
    var readers = [SyncReader(destination), SyncReader(destination)]
    let status = try ShownCommand(arguments: command).run(
      showingOn: output.json ? .error : .standard
    ) { piece, isError in readers[isError ? 1 : 0].read(piece) }
    var changes = readers[0].finish()
    changes.add(readers[1].finish())
    guard status != 0 else { return try invalidate(try SyncInput.checked(changes)) }
    Output.note("warning", "\(command[0]) ended with status \(status).")
    do {
      try invalidate(try SyncInput.checked(changes))
    } catch let failure as CommandFailure {
      failure.report()
    }
    throw ExitCode(status)
  }

  /// Plans the changes, asks, and sends.
  private func invalidate(_ changes: SyncChanges) throws {
    guard changes.planned.isEmpty else {
      throw CommandFailure(
        .usage,
        "This is the output of a dry run, after which nothing has changed. Nothing was sent. To see"
          + " what would be, pipe it into `cfbridge plan --sync`.")
    }
    guard !changes.done.isEmpty else { return tellNothing(changes) }
    let account = try output.account.open()
    let settings = try EnvironmentSettings.read()
    let client = try account.cloudFront()
    let source = try PlanSource(account, client)
    let planner = EventPlanner(
      settings: settings, source: source.distributions, time: .system,
      logger: Logger(label: "cfbridge") { _ in WarningLog() })
    let run = "\(TimeSource.system.wallMilliseconds()) \(UInt64.random(in: .min ... .max))"
    let planned = planner.plan(SyncInput.event(changes.done, run: run))
    Output.note("note", try account.identity())
    var printer = PlanPrinter(source, settings, json: output.json)
    printer.show(
      PlanReport(file: command.first ?? "standard input", planned: planned),
      heading: SyncInput.heading(changes.done))
    printer.close()
    if let failure = source.failure { throw failure }
    if let status = printer.status {
      throw CommandFailure(status, "Not everything could be planned, so nothing was sent.")
    }
    if planned.isServedByNobody {
      throw CommandFailure(
        .notFound, "No distribution of this account serves what was changed, so nothing was sent.")
    }
    let batches = planned.plan.distributions
    guard !batches.isEmpty else { return Output.note("note", "nothing is to be invalidated.") }
    guard !dryRun else { return Output.note("note", "nothing was sent (--dry-run).") }
    try confirm(batches)
    let sent = try send(planned, through: client, settings)
    if wait {
      try CompletionWait(client: client, output: output).run(sent, limit: timeout)
    }
  }

  /// Says why there is nothing to plan.
  private func tellNothing(_ changes: SyncChanges) {
    Output.note(
      "note",
      "the output says of nothing that it was uploaded or deleted, so nothing was sent."
        + (changes.lastOther.map { " Its last line that was not understood is `\($0)`." } ?? "")
        + " If something was, let the tool say so: aws without --quiet and --only-show-errors,"
        + " rclone with -v.")
  }
}

extension SyncCommand {
  private func confirm(_ batches: [DistributionPlan]) throws(CommandFailure) {
    guard !yes else { return }
    let paths = batches.reduce(0) { $0 + $1.cost.billedPaths }
    let dollars = Dollars(micros: batches.reduce(0) { $0 + $1.cost.dollars.micros })
    try Confirmation(
      summary: "\(Counted.words(paths, "path")) to"
        + " \(Counted.words(batches.count, "distribution")), $\(dollars)",
      hasRootWildcard: batches.contains { $0.paths.contains { $0.path.description == "/*" } },
      manyDistributions: batches.count > 3 ? "\(batches.count) distributions serve it" : nil,
      dollars: dollars, maxCost: maxCost
    ).ask()
  }

  /// Sends all batches as the function does, and prints what CloudFront made of each.
  private func send(
    _ planned: EventPlan, through client: CloudFrontClient, _ settings: Settings
  ) throws(CommandFailure) -> [CompletionWait.Item] {
    let batches = planned.plan.distributions
    let now = TimeSource.system.monotonic()
    var sender = BatchSender(
      channel: client, pace: settings.pace(now: now), limits: settings.planning.coalescing,
      time: .system, random: { Double.random(in: 0..<1) },
      deadline: now + .seconds(timeout.seconds),
      logger: Logger(label: "cfbridge") { _ in WarningLog() })
    var sent: [CompletionWait.Item] = []
    var failures: [CommandFailure] = []
    let items = planned.items
    var left = batches[...]
    sender.send(identity: { items[$0].identity }, next: { left.popFirst() }) { batch, parts in
      for part in parts {
        switch part.result {
        case .success(let acceptance):
          sent.append(.init(distribution: batch.id, id: acceptance.id))
          tell(batch.id, part.paths.count, acceptance)
        case .failure(let error): failures.append(CommandFailure(error))
        }
      }
    }
    failures += left.map { batch in
      CommandFailure(
        CloudFrontError(
          operation: "CreateInvalidation", distribution: batch.id, reason: .rateReached))
    }
    guard let last = failures.popLast() else { return sent }
    for failure in failures { failure.report() }
    throw last
  }

  private func tell(_ id: DistributionID, _ paths: Int, _ acceptance: Acceptance) {
    guard output.json else {
      let words = "\(Counted.words(paths, "path")) on \(id)"
      return Output.write("invalidation \(acceptance.id), \(acceptance.status), \(words)\n")
    }
    let made: JSONValue = [
      "distribution": .string("\(id)"), "invalidation": .string(acceptance.id),
      "paths": .integer(Int64(paths)), "status": .string(acceptance.status),
    ]
    Output.write(made.line)
  }
}

/// The tool that `cfbridge sync` runs.
struct SyncedTool {
  let arguments: [String]

  /// Refuses to run a tool that would not say what it did, before it uploads anything.
  func refuseSilence() throws(CommandFailure) {
    let options = arguments.dropFirst()
    let name = arguments.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
    if let dry = options.first(where: { ["--dryrun", "--dry-run"].contains($0) }) {
      throw CommandFailure(
        .usage,
        "With \(dry), \(name) changes nothing. To see what would be invalidated, pipe its output"
          + " into `cfbridge plan --sync`.")
    }
    if let quiet = options.first(where: { ["--quiet", "--only-show-errors"].contains($0) }) {
      throw CommandFailure(
        .usage,
        "With \(quiet), \(name) does not say what it did, so nothing could be invalidated. Leave"
          + " it out. Nothing was run.")
    }
    let speaks = ["-v", "--verbose", "--log-level", "--combined"]
    let environment = ProcessEnvironment.current
    if name == "rclone",
      !options.contains(where: { option in speaks.contains(where: option.hasPrefix) }),
      environment["RCLONE_VERBOSE"] == nil, environment["RCLONE_LOG_LEVEL"] == nil
    {
      throw CommandFailure(
        .usage,
        "Without -v, rclone does not say what it did, so nothing could be invalidated. Add -v."
          + " Nothing was run.")
    }
  }
}
