import ActivityReporting
import ArgumentParser
import CLibrary
import Clock
import JSON

/// `cfbridge report`: shows what the function did and what that cost.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show what was invalidated, what it cost and what it saved.",
    usage: """
      cfbridge report [<file> ...] [--since <time>] [--until <time>]
             [--html <file>] [--json]
      cfbridge report --function <name> | --log-group <name>
             | --ledger <table> [--since <time>] ...
      """,
    discussion: """
      It adds up the function's log lines by day and by distribution: paths, dollars, what was \
      saved and why, the time from a change to its acceptance, directories and failures. The lines \
      come from CloudWatch Logs, from files, or from standard input, as the function writes them, \
      as `aws logs tail` and `filter-log-events` print them, or as an export to S3 has them. \
      Instead, --ledger takes the history of the function's ledger, which does not know what was \
      saved.

      Dollars are at list price, after the free paths of each month. What else uses them up in \
      the account is not in the log; --free-paths says how many are left.

      Example: cfbridge report --function s3-cloudfront-bridge --since 30d --html report.html

      \(CommandFailure.help)
      """)

  @Argument(help: ArgumentHelp("Files with log lines; - is standard input."))
  var file: [String] = []

  @Option(help: ArgumentHelp("Read the log of this Lambda function.", valueName: "name"))
  var function: String?

  @Option(
    help: ArgumentHelp("Read this log group of CloudWatch Logs.", valueName: "name"))
  var logGroup: String?

  @Option(
    help: ArgumentHelp(
      "Read the history in this table of the function's ledger, by name or ARN.",
      valueName: "table"))
  var ledger: String?

  @Option(
    help: ArgumentHelp(
      "The first moment: ISO 8601, or a time ago, such as 30d. Of an account 30d, otherwise "
        + "everything.", valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp("The last moment, likewise; otherwise now.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("The free paths of a month.", valueName: "number"))
  var freePaths = 1_000

  @Option(
    help: ArgumentHelp(
      "Write one self-contained page with charts into this file instead; - is standard output.",
      valueName: "file"))
  var html: String?

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    let sources = [!file.isEmpty, function != nil, logGroup != nil, ledger != nil]
    if sources.count(where: { $0 }) > 1 {
      throw ValidationError("Files, --function, --log-group and --ledger exclude each other.")
    }
    if freePaths < 0 { throw ValidationError("--free-paths can't be below 0.") }
    if output.json, html != nil { throw ValidationError("--json and --html exclude each other.") }
    if !sources.contains(true), isatty(STDIN_FILENO) == 1 {
      throw ValidationError("Name files, or --function, or give the lines on standard input.")
    }
  }

  func run() throws {
    let source = try read()
    let report = ActivityReport(source.activity, freePaths: freePaths)
    Progress.clear()
    if source.reader.skipped > 0 {
      Output.note(
        "note",
        "\(Figures.count(source.reader.skipped)) of \(Figures.of(source.reader.lines, "line")) can't"
          + " be read as the function's JSON and \(source.reader.skipped == 1 ? "was" : "were")"
          + " skipped.")
    }
    if report.days.isEmpty, !output.json {
      Output.note(
        "note", "\(source.name) says nothing about invalidations between these moments.")
      if html == nil { return }
    }
    let json = report.json.adding(source.json)
    if output.json { return Output.write(json.line) }
    guard let html else {
      return ReportText(report: report, source: source.name, screen: output.screen).print()
    }
    let page = ReportPage(report: report, source: source.name, json: json).html
    if html == "-" { return Output.write(page) }
    try OutputFile(name: html).write(Array(page.utf8))
    Output.note("note", "\(html) is written: open it in a browser.")
  }

  private func read() throws(CommandFailure) -> ReportSource {
    let isAccount = function != nil || logGroup != nil || ledger != nil
    let period = try Period(
      since: since, until: until, now: TimeSource.system.wallMilliseconds(),
      usual: isAccount ? 30 * 86_400_000 : nil)
    var source = ReportSource(period: period.range)
    if let ledger {
      try source.read(ledger: ledger, output.account.open())
    } else if isAccount {
      try source.read(LogGroup.find(logGroup, function: function, output.account.open()))
    } else {
      for name in file.isEmpty ? ["-"] : file { try source.read(file: name) }
    }
    return source
  }
}
