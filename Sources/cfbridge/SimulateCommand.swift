import ActivityReporting
import ArgumentParser
import CLibrary
import ChangeHistory
import Clock
import FunctionSettings
import InvalidationPlanning
import LambdaRuntime
import PlanReporting
import VirtualWorld

/// `cfbridge simulate`: replays changes of the past under several settings, and says what each
/// would have cost.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Try settings on a month of changes: dollars, lag, collateral, throttles.",
    usage: """
      cfbridge simulate <file> ... | --site <name>
             | --function <name> | --log-group <name>
             [--window <seconds>] [--threshold <number>]
             [--concurrency <number>] [--ledger <off,on,skip>]
             [--distributions <file> | --account] [--max-lag <time>]
             [--html <file>] [--json]
      """,
    discussion: """
      It runs the function's own code, its queue and CloudFront on a virtual clock, once for each \
      combination of windows, thresholds, concurrencies and ledgers, and recommends one. Nothing \
      is sent.

      The changes come from files or standard input: events in any envelope, one a line; S3's \
      server access logs; what `aws s3api list-object-versions` prints; the function's log, which \
      only lets one guess. Or they are those of a site that nobody has: blog, catalogue or publisher.

      Example: aws s3api list-object-versions --bucket www.example.com > versions.json
               cfbridge simulate versions.json --bucket www.example.com

      \(CommandFailure.help)
      """)

  @Argument(help: ArgumentHelp("Files with changes; - is standard input."))
  var file: [String] = []

  @Option(
    help: ArgumentHelp("A site that nobody has: blog, catalogue or publisher.", valueName: "name"))
  var site: SyntheticSite?

  @Option(help: ArgumentHelp("Guess the changes from this function's log.", valueName: "name"))
  var function: String?

  @Option(
    help: ArgumentHelp("Guess them from this log group of CloudWatch Logs.", valueName: "name"))
  var logGroup: String?

  @Option(
    help: ArgumentHelp("The first moment: ISO 8601, or a time ago, such as 30d.", valueName: "time")
  )
  var since: String?

  @Option(help: ArgumentHelp("The last moment, likewise.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("The days of --site.", valueName: "number"))
  var days = 30

  @Option(help: ArgumentHelp("The bucket, where the changes do not name one.", valueName: "name"))
  var bucket = "bucket"

  @Option(
    help: ArgumentHelp(
      "How long the queue gathers changes, in seconds; several with commas. 0 is Latency=low.",
      valueName: "seconds"))
  var window = NumberList([0, 5, 60, 300])

  @Option(help: ArgumentHelp("WILDCARD_THRESHOLD, likewise; 0 is without.", valueName: "number"))
  var threshold = NumberList([10, 0])

  @Option(help: ArgumentHelp("The most invocations at once, likewise.", valueName: "number"))
  var concurrency = NumberList([2])

  @Option(
    help: ArgumentHelp(
      "off, on, or skip, which is on with UNCHANGED_OBJECTS=skip; likewise.",
      valueName: "off,on,skip"))
  var ledger = LedgerList([.off])

  @Option(
    help: ArgumentHelp(
      "The lag within which 99 % of the changes must be done.", valueName: "time"))
  var maxLag = TimeSpan.quarterOfAnHour

  @Option(help: ArgumentHelp("The free paths of a month.", valueName: "number"))
  var freePaths = 1_000

  @Option(
    help: ArgumentHelp(
      "Saved distributions, as `plan` takes them; otherwise one serves each bucket.",
      valueName: "file"))
  var distributions: String?

  @Flag(name: .customLong("account"), help: "Ask your account for its distributions.")
  var asksAccount = false

  @Option(
    help: ArgumentHelp(
      "Write one self-contained page with a chart into this file; - is standard output.",
      valueName: "file"))
  var html: String?

  @OptionGroup var output: OperatorOptions

  /// The most combinations that are run.
  static let mostSettings = 64

  func validate() throws {
    let sources = [!file.isEmpty, site != nil, function != nil, logGroup != nil]
    if sources.count(where: { $0 }) > 1 {
      throw ValidationError("Files, --site, --function and --log-group exclude each other.")
    }
    if !sources.contains(true), isatty(STDIN_FILENO) == 1 {
      throw ValidationError("Name files or a --site, or give the changes on standard input.")
    }
    if distributions != nil, asksAccount {
      throw ValidationError("--distributions and --account exclude each other.")
    }
    if output.json, html != nil { throw ValidationError("--json and --html exclude each other.") }
    if !(1...366).contains(days) { throw ValidationError("--days is 1 to 366.") }
    if freePaths < 0 { throw ValidationError("--free-paths can't be below 0.") }
    if window.numbers.contains(where: { $0 > 300 }) {
      throw ValidationError("--window is 0 to 300; SQS takes no longer one.")
    }
    if concurrency.numbers.contains(where: { !(1...1_000).contains($0) }) {
      throw ValidationError("--concurrency is 1 to 1,000.")
    }
    let count =
      window.numbers.count * threshold.numbers.count * concurrency.numbers.count
      * ledger.ledgers.count
    if count > SimulateCommand.mostSettings {
      throw ValidationError("These are \(count) combinations; at most 64 are run.")
    }
  }

  func run() throws {
    var source = ChangeSource(bucket: bucket)
    let period = try Period(
      since: since, until: until, now: TimeSource.system.wallMilliseconds(),
      usual: function != nil || logGroup != nil ? 30 * 86_400_000 : nil)
    if let site {
      source.add(site, days: days, period: period)
    } else if function != nil || logGroup != nil {
      try source.read(logGroup: logGroup, function: function, period: period, output.account.open())
    } else {
      for name in file.isEmpty ? ["-"] : file { try source.read(file: name) }
    }
    let changes = source.changes(in: period)
    source.note()
    guard !changes.isEmpty else {
      throw CommandFailure(.notFound, "\(source.name) has no change between these moments.")
    }
    let account = try SimulatedAccount(
      buckets: Set(changes.map(\.bucket)), file: distributions,
      account: asksAccount ? output.account.open() : nil)
    account.note()
    if ledger.ledgers.contains(.skip), !changes.contains(where: { $0.eTag != nil }) {
      Output.note(
        "note", "\(source.name) does not tell the objects' tags, so nothing counts as unchanged.")
    }
    let others = ProcessEnvironment.current.filter { variable in
      Settings.table.contains { $0.name == variable.key }
    }
    _ = try EnvironmentSettings.read(ProcessEnvironment.current)
    let settings = window.numbers.flatMap { window in
      threshold.numbers.flatMap { threshold in
        concurrency.numbers.flatMap { concurrency in
          ledger.ledgers.map { ledger in
            WhatIfSettings(
              window: window, threshold: threshold, concurrency: concurrency, ledger: ledger,
              others: others)
          }
        }
      }
    }
    let count = Figures.of(changes.count, "change")
    let outcomes = WhatIfRun.run(
      WhatIfHistory(changes, account: account.account), settings: settings,
      jobs: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    ) { share in
      Progress.show(
        "\(Counted.words(settings.count, "setting")) with \(count): \(Int(share * 100)) %")
    }
    Progress.clear()
    let result = SimulationResult(
      source: source.name, changes: changes, outcomes: outcomes, freePaths: freePaths,
      maxLag: maxLag.seconds * 1_000)
    if output.json { return Output.write(result.json.line) }
    guard let html else { return SimulationText(result: result, screen: output.screen).print() }
    let page = SimulationPage(result: result).html
    if html == "-" { return Output.write(page) }
    try OutputFile(name: html).write(Array(page.utf8))
    Output.note("note", "\(html) is written: open it in a browser.")
  }
}

extension SyntheticSite: ExpressibleByArgument {}

/// Numbers with commas between them, such as `0,5,60`.
struct NumberList: ExpressibleByArgument, CustomStringConvertible {
  let numbers: [Int]

  init(_ numbers: [Int]) {
    self.numbers = numbers
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ (0...100_000).contains($0) }) else {
      return nil
    }
    self.numbers = numbers
  }

  var description: String { numbers.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}

/// Ledgers with commas between them, such as `off,skip`.
struct LedgerList: ExpressibleByArgument, CustomStringConvertible {
  let ledgers: [WhatIfLedger]

  init(_ ledgers: [WhatIfLedger]) {
    self.ledgers = ledgers
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let ledgers = parts.compactMap { WhatIfLedger(rawValue: String($0)) }
    guard ledgers.count == parts.count else { return nil }
    self.ledgers = ledgers
  }

  var description: String { ledgers.map(\.rawValue).joined(separator: ",") }
  var defaultValueDescription: String { description }
}
