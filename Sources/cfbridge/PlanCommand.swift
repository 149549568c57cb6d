import ArgumentParser
import EventPlanning
import InvalidationPlanning
import PlanReporting
import S3Events
import SyncOutput

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
      aws s3 sync --dryrun ... | cfbridge plan --sync
      """,
    discussion: """
      A file contains one event as Lambda would receive it: from S3, SQS, SNS or EventBridge, or an \
      invalidation request. With --bucket, the keys themselves are planned, as if each had just \
      been written; with --sync, what aws s3, s5cmd or rclone printed. Settings come from environment variables, as in Lambda.

      The distributions are the built-in samples for files, and your account's with --bucket, \
      --sync or --account; --distributions names a saved list. The output says which, and ends with the cost.

      Example: cfbridge plan --bucket www.example.com --key blog/index.html

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp("Files with one event each, as Lambda receives it; - is standard input."))
  var files: [String] = []

  @Option(
    help: "Plan a change of keys in this bucket. With --sync: the bucket of what names none.")
  var bucket: String?

  @Option(name: .customLong("key"), help: ArgumentHelp("A key; may be repeated.", valueName: "key"))
  var keys: [String] = []

  @Option(
    help: ArgumentHelp("A file with one key a line; - is standard input.", valueName: "file"))
  var keysFrom: String?

  @Flag(
    help: "Plan what aws s3, s5cmd or rclone printed, read from standard input; dry runs too.")
  var sync = false

  @Option(
    help: ArgumentHelp(
      "With --sync: what stands before the names that rclone prints.", valueName: "folder"))
  var prefix: String?

  @OptionGroup var options: PlanningOptions

  @Flag(name: .customLong("account"), help: "Use your account's distributions.")
  var asksAccount = false

  @OptionGroup var account: AccountOptions

  @Flag(
    help: "Show why each path is sent, through which origin and behavior, or why it is not.")
  var explain = false

  func validate() throws {
    if options.account.distributions != nil, asksAccount || account.isGiven {
      throw ValidationError("Name --distributions or an account, not both.")
    }
    if sync {
      guard keys.isEmpty, keysFrom == nil, files.isEmpty else {
        throw ValidationError("With --sync, the keys come from standard input.")
      }
      return
    }
    if prefix != nil { throw ValidationError("--prefix needs --sync.") }
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
  }

  func run() throws {
    let source = try source()
    let planner = try options.planner(source, explains: explain)
    var printer = PlanPrinter(
      source, try options.settings(), json: options.json, explains: explain, tellsPace: true)
    var status: CommandFailure.Status?
    if sync {
      let changes = try SyncInput.standard(SyncDestination(bucket: bucket, prefix: prefix ?? ""))
      let all = changes.done + changes.planned
      let planned = planner.plan(SyncInput.event(all, run: nil))
      printer.show(
        PlanReport(file: "standard input", planned: planned, explains: explain),
        heading: SyncInput.heading(all))
      if planned.isServedByNobody { status = .notFound }
    } else if let bucket {
      let list = KeyList(bucket: bucket, keys: keys, file: try keyFile())
      for key in list.doubtful.prefix(3) {
        Output.note(
          "warning", "the key \(key.visible) begins with a slash; keys of S3 seldom do.")
      }
      guard !list.keys.isEmpty else { throw CommandError("\(keysFrom ?? "") has no keys.") }
      let planned = planner.plan(list.event)
      let count = list.keys.count
      printer.show(
        PlanReport(file: "s3://\(bucket)", planned: planned, explains: explain),
        heading: Counted.words(count, "key"))
      if planned.isServedByNobody { status = .notFound }
    } else {
      for file in files {
        do {
          let event = try InputFile(name: file).read()
          printer.show(
            PlanReport(
              file: file, planned: planner.plan(event, invocationID: ""), explains: explain))
        } catch {
          printer.show(PlanReport(file: file, unreadable: error.description))
        }
      }
    }
    printer.close()
    if let failure = source.failure { throw failure }
    if let status = printer.status ?? status { throw ExitCode(status.rawValue) }
  }

  private func source() throws -> PlanSource {
    let file = options.account.distributions
    if file == nil, sync || asksAccount || bucket != nil || account.isGiven {
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

extension EventPlan {
  /// Whether no distribution serves any of it.
  var isServedByNobody: Bool {
    !plan.ignored.isEmpty && plan.ignored.count == items.count
      && plan.ignored.allSatisfy { $0.reason == .noDistribution }
  }
}
