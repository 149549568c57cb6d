import ActivityReporting
import OperatorAPI

/// A log group of CloudWatch Logs.
struct LogGroup {
  /// The group's name.
  let name: String
  private let logs: ServiceClient

  /// Finds a group by its name, or by that of the function that logs to it.
  static func find(
    _ name: String?, function: String?, _ account: Account
  ) throws(CommandFailure) -> LogGroup {
    guard let function else {
      return LogGroup(name: name ?? "", logs: try account.service(.logs))
    }
    let parts = function.split(separator: ":")
    let region = parts.count > 3 && parts[0] == "arn" ? String(parts[3]) : nil
    let lambda = try account.service(.lambda, region: region)
    let group = try asking { () throws(ServiceError) in
      try lambda.configuration(of: function)
    }.logGroup
    return LogGroup(name: group, logs: try account.service(.logs, region: region))
  }

  /// Reads a period's events, page by page, and shows how far it is.
  func eachRecord(
    in period: ClosedRange<Int64>, by reader: inout LogReader, _ take: (LogRecord) -> Void
  ) throws(CommandFailure) {
    var token: String?
    repeat {
      let page = try asking { () throws(ServiceError) in
        try logs.logEvents(ofGroup: name, in: period, nextToken: token)
      }
      for event in page.events {
        for record in reader.read(message: event.message, at: event.milliseconds) { take(record) }
      }
      let until = page.events.last.map { ", up to \(Age.moment($0.milliseconds))" } ?? ""
      Progress.show("Reading \(name): \(Figures.of(reader.lines, "line"))\(until)")
      // AWS gives each token once; with one that repeats, this would go on for ever.
      guard page.nextToken != token || token == nil else {
        throw CommandFailure(.failed, "CloudWatch Logs gives the same page of \(name) again.")
      }
      token = page.nextToken
    } while token != nil
  }
}
