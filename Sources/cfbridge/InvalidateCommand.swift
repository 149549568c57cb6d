import ArgumentParser
import CLibrary
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON

/// `cfbridge invalidate TARGET [PATH…]`: plans paths or keys, asks, and sends.
struct InvalidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invalidate",
    abstract: "Invalidate paths or object keys now.",
    usage: """
      cfbridge invalidate <target> <path> ... [--keys] [--dry-run] [--wait]
             [--yes]
      """,
    discussion: """
      Shows what would be sent and its cost, asks at a terminal, and sends. Paths are sent as they \
      are; with --keys they are object keys, from which the planner makes the paths that the \
      function would send, with the settings of this environment. Without paths it reads them from \
      --from or from standard input, one a line.

      Example: cfbridge invalidate www.example.com '/blog/*' /index.html --wait

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp(
      "A distribution's id, domain name or alias, an origin's domain name, or a bucket."))
  var target: String

  @Argument(help: ArgumentHelp("Paths such as /a.html or '/blog/*', or keys with --keys."))
  var path: [String] = []

  @Option(help: ArgumentHelp("Read paths or keys from this file; - is standard input."))
  var from: String?

  @Flag(help: "The paths are object keys.")
  var keys = false

  @Flag(help: "Show the plan and its cost, and send nothing.")
  var dryRun = false

  @Flag(name: [.short, .long], help: "Don't ask, whatever the plan is.")
  var yes = false

  @Flag(help: "Wait until the invalidations are completed.")
  var wait = false

  @Option(help: ArgumentHelp("How long to wait, such as 90, 15m or 1h.", valueName: "time"))
  var timeout = TimeSpan.quarterOfAnHour

  @Option(
    help: ArgumentHelp(
      "Without a terminal, a plan that costs more dollars needs --yes.", valueName: "dollars"))
  var maxCost = Dollars(micros: 1_000_000)

  @Option(
    help: ArgumentHelp(
      "Make the run repeatable: what was sent with this text before is not sent again. Otherwise "
        + "each run sends anew.", valueName: "text"))
  var callerReference: String?

  @OptionGroup var output: OperatorOptions

  func run() throws {
    try refuseShellAccident()
    let account = try output.account.open()
    let settings = try EnvironmentSettings.read()
    let client = try account.cloudFront()
    let lines = try PathLines.all(path, from: from)
    let found = try Target.find(target, in: client, named: settings.bucketDistributions)
    let planning = TargetPlanning(found, client, settings)
    let plans = planning.plans(keys ? .keys(lines) : .paths(lines))
    let order = InvalidationOrder(
      plans, for: found, reference: callerReference)
    try refuseFailures(plans)

    Output.note("note", try account.identity())
    if !output.json || dryRun { order.show(output, dryRun: dryRun) }
    guard !order.batches.isEmpty else {
      return Output.note("note", "nothing is to be invalidated.")
    }
    guard !dryRun, !settings.isDryRun else {
      return Output.note("note", "nothing was sent (\(dryRun ? "--dry-run" : "DRY_RUN is set")).")
    }
    try confirm(order, found)
    let sent = try InvalidationRun(client: client, output: output, limit: timeout).send(order)
    if wait {
      try CompletionWait(client: client, output: output).run(sent, limit: timeout)
    }
  }

  // MARK: - What to invalidate

  /// Recognises an unquoted `/*`, for which the shell put the names in the root directory.
  private func refuseShellAccident() throws(CommandFailure) {
    guard !keys, path.count > 2 else { return }
    let names = RootDirectory.visibleNames().map { "/\($0)" }
    guard !names.isEmpty, Set(names).isSubset(of: Set(path)) else { return }
    throw CommandFailure(
      .usage,
      "The paths are the names in this machine's root directory: the shell put them in place of an"
        + " unquoted /*. Quote it: '/*'. Nothing was sent.")
  }

  private func refuseFailures(_ plans: [EventPlan]) throws(CommandFailure) {
    var told: [String] = []
    for failure in plans.flatMap(\.failures) where !told.contains(failure.description) {
      told.append(failure.description)
    }
    guard !told.isEmpty else { return }
    if !keys { told.append("To name object keys instead of paths, add --keys. Nothing was sent.") }
    throw CommandFailure(.usage, told.joined(separator: "\n"))
  }

  // MARK: - Asking

  private func confirm(_ order: InvalidationOrder, _ target: Target) throws(CommandFailure) {
    guard !yes else { return }
    try Confirmation(
      summary: order.summary, hasRootWildcard: order.hasRootWildcard,
      manyDistributions: target.kind == .bucket && order.distributionCount > 3
        ? "\(order.distributionCount) distributions serve the bucket" : nil,
      dollars: order.dollars, maxCost: maxCost
    ).ask()
  }
}

extension TimeSpan: ExpressibleByArgument {
  static let halfAMinute = TimeSpan(seconds: 30)
  static let quarterOfAnHour = TimeSpan(seconds: 900)

  init?(argument: String) { self.init(argument) }
}

extension Dollars: ExpressibleByArgument {
  /// Reads an amount on the command line.
  public init?(argument: String) { self.init(argument) }
}

/// The names in this machine's root directory.
enum RootDirectory {
  /// Lists those that a shell puts in place of `/*`: `opendir`, `readdir`.
  static func visibleNames() -> [String] {
    guard let directory = opendir("/") else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
