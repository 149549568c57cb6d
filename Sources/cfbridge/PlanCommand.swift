import ArgumentParser
import Bridge
import EventPlanning
import InvalidationPlanning
import JSON
import PlanReporting
import S3Events

/// `cfbridge plan`: shows what an event, or a change of some keys, would invalidate and why; sends
/// nothing.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what an event or some keys would invalidate, and why. Sends nothing.",
    usage: """
      cfbridge plan <file> ... [--account | --distributions <file>]
             [--json] [--explain]
             cfbridge plan --bucket <bucket> --key <key> ... [--distributions <file>]
      """,
    discussion: """
      A file contains one event as Lambda would receive it: from S3, SQS, SNS or EventBridge, or an \
      invalidation request. With --bucket, the keys themselves are planned, as if each had just \
      been written. Settings come from environment variables, as in Lambda.

      The distributions are the built-in samples for files, and your account's with --bucket or \
      --account; --distributions names a saved list. The output says which, and ends with the cost.

      Example: cfbridge plan --bucket www.example.com --key blog/index.html

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp("Files with one event each, as Lambda receives it; - is standard input."))
  var files: [String] = []

  @Option(help: "Plan a change of keys in this bucket.")
  var bucket: String?

  @Option(name: .customLong("key"), help: ArgumentHelp("A key; may be repeated.", valueName: "key"))
  var keys: [String] = []

  @Option(
    help: ArgumentHelp("A file with one key a line; - is standard input.", valueName: "file"))
  var keysFrom: String?

  @OptionGroup var options: PlanningOptions

  @Flag(name: .customLong("account"), help: "Use your account's distributions.")
  var asksAccount = false

  @OptionGroup var account: AccountOptions

  @Flag(
    help: "Show why each path is sent, through which origin and behavior, or why it is not.")
  var explain = false

  func validate() throws {
    let hasKeys = !keys.isEmpty || keysFrom != nil
    if bucket == nil, hasKeys { throw ValidationError("Name the keys' bucket with --bucket.") }
    if bucket != nil, !hasKeys {
      throw ValidationError("Name keys with --key or --keys-from.")
    }
    if bucket != nil, !files.isEmpty {
      throw ValidationError("Name event files or --bucket, not both.")
    }
    if bucket == nil, files.isEmpty {
      throw ValidationError("Name at least one event file, or a bucket with --bucket.")
    }
    if options.account.distributions != nil, asksAccount || account.isGiven {
      throw ValidationError("Name --distributions or an account, not both.")
    }
  }

  func run() throws {
    let source = try source()
    let planner = try options.planner(source, explains: explain)
    var run = Run(command: self, source: source)
    if let bucket {
      let list = KeyList(bucket: bucket, keys: keys, file: try keyFile())
      for key in list.doubtful.prefix(3) {
        Output.note(
          "warning", "the key \(key.visible) begins with a slash; keys of S3 seldom do.")
      }
      guard !list.keys.isEmpty else { throw CommandError("\(keysFrom ?? "") has no keys.") }
      let planned = planner.plan(list.event)
      let count = list.keys.count
      run.show(
        PlanReport(file: "s3://\(bucket)", planned: planned, explains: explain),
        heading: "\(count) key\(count == 1 ? "" : "s")")
      if planned.isServedByNobody { run.status = run.status ?? .notFound }
    } else {
      for file in files {
        do {
          let event = try InputFile(name: file).read()
          run.show(
            PlanReport(
              file: file, planned: planner.plan(event, invocationID: ""), explains: explain))
        } catch {
          run.show(PlanReport(file: file, unreadable: error.description))
        }
      }
    }
    run.close()
    if let status = source.failure ?? run.status { throw ExitCode(status.rawValue) }
  }

  private func source() throws -> PlanSource {
    let file = options.account.distributions
    if file == nil, asksAccount || bucket != nil || account.isGiven {
      return try PlanSource(try account.open())
    }
    return PlanSource(try options.knownDistributions(), file: file)
  }

  private func keyFile() throws -> [UInt8] {
    guard let keysFrom else { return [] }
    do {
      return try InputFile(name: keysFrom).read()
    } catch {
      throw CommandError("\(error)")
    }
  }
}

extension PlanCommand {
  /// The plans shown so far.
  private struct Run {
    let command: PlanCommand
    let source: PlanSource
    var status: CommandFailure.Status?
    private var cost = PlanCost()

    init(command: PlanCommand, source: PlanSource) {
      self.command = command
      self.source = source
    }

    mutating func show(_ report: PlanReport, heading: String? = nil) {
      if report.hasFailed { status = .failed }
      var own = PlanCost()
      if let plan = report.planned?.plan {
        own.add(plan)
        cost.add(plan)
      }
      guard !command.options.json else {
        let members: JSONValue = ["cost": own.json, "source": .string(source.kind.rawValue)]
        Output.write(report.json.adding(members).encoded(sortedKeys: true) + [0x0A])
        return
      }
      Output.write(text(report, heading: heading))
    }

    /// Ends the output for people.
    func close() {
      guard !command.options.json else { return }
      let layout = TextLayout(width: Output.width(of: .standard))
      Output.write(
        layout.text(
          layout.line("distributions: ", source.words, indent: 2),
          layout.line("cost: ", cost.words, indent: 2)))
    }

    private func text(_ report: PlanReport, heading: String?) -> String {
      let layout = TextLayout(width: Output.width(of: .standard))
      guard let planned = report.planned else {
        return layout.text([report.file], layout.line("  failed   ", report.unreadable ?? ""))
      }
      let text = PlanText(planned: planned)
      var lines = ["\(report.file): \(heading ?? text.heading)"]
      lines += layout.rows("  change   ", text.items, limit: 22)
      if command.explain {
        lines += PlanExplanation(planned).lines.flatMap { layout.explained($0) }
      }
      for distribution in planned.plan.distributions where !command.explain {
        lines.append("  distribution \(distribution.id)")
        lines += layout.rows("    path   ", text.paths(of: distribution), limit: 44)
      }
      lines += text.ignored.flatMap { layout.line("  ignored  ", $0) }
      lines += text.failures.flatMap { layout.line("  failed   ", $0) }
      return layout.text(lines)
    }
  }
}

extension EventPlan {
  /// Whether no distribution serves any of it.
  fileprivate var isServedByNobody: Bool {
    !plan.ignored.isEmpty && plan.ignored.count == items.count
      && plan.ignored.allSatisfy { $0.reason == .noDistribution }
  }
}
