import ActivityReporting
import JSON
import OperatorAPI

/// Where a report's lines come from, and what they add up to.
struct ReportSource {
  private(set) var activity = Activity()
  private(set) var reader = LogReader()
  private var names: [String] = []
  private let period: ClosedRange<Int64>

  /// Creates one that reads lines of a period, in milliseconds since 1970.
  init(period: ClosedRange<Int64>) {
    self.period = period
  }

  /// What was read, for people.
  var name: String {
    names.count > 2 ? "\(names.count) files" : names.joined(separator: " and ")
  }

  /// What was read, as JSON.
  var json: JSONValue {
    [
      "sources": .array(names.map { .string($0) }),
      "lines": .integer(Int64(reader.lines)), "skippedLines": .integer(Int64(reader.skipped)),
    ]
  }

  private mutating func add(_ records: [LogRecord]) {
    for record in records {
      guard let time = record.milliseconds, period.contains(time) else { continue }
      activity.add(record)
    }
  }

  // MARK: - Files

  /// Reads a file, or standard input.
  mutating func read(file name: String) throws(CommandFailure) {
    names.append(name == "-" ? "standard input" : name)
    do throws(InputFile.Unreadable) {
      try InputFile(name: name).eachLine { add(reader.read($0)) }
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    add(reader.finish())
  }

  // MARK: - CloudWatch Logs

  /// Reads a log group, or that of a function.
  mutating func read(
    logGroup: String?, function: String?, _ account: Account
  ) throws(CommandFailure) {
    var region: String?
    var group = logGroup ?? ""
    if let function {
      let parts = function.split(separator: ":")
      region = parts.count > 3 && parts[0] == "arn" ? String(parts[3]) : nil
      let lambda = try account.service(.lambda, region: region)
      group = try asking { () throws(ServiceError) in
        try lambda.configuration(of: function)
      }.logGroup
    }
    names.append(group)
    let logs = try account.service(.logs, region: region)
    var token: String?
    var pages = 0
    repeat {
      let page = try asking { () throws(ServiceError) in
        try logs.logEvents(ofGroup: group, in: period, nextToken: token)
      }
      for event in page.events { add(reader.read(message: event.message, at: event.milliseconds)) }
      pages += 1
      let until = page.events.last.map { ", up to \(Age.moment($0.milliseconds))" } ?? ""
      Progress.show("Reading \(group): \(Figures.count(reader.lines)) lines\(until)")
      // AWS never gives a token twice; whoever does would be asked for ever.
      guard page.nextToken != token || token == nil else {
        throw CommandFailure(.failed, "CloudWatch Logs repeats page \(pages) of \(group).")
      }
      token = page.nextToken
    } while token != nil
  }
}
