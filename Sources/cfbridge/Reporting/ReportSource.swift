import ActivityReporting
import CloudFrontAPI
import CloudFrontModel
import JSON
import Ledger

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

  /// Reads a log group.
  mutating func read(_ group: LogGroup) throws(CommandFailure) {
    names.append(group.name)
    var activity = activity
    try group.eachRecord(in: period, by: &reader) { activity.add($0) }
    self.activity = activity
  }

  // MARK: - The ledger

  /// Reads the history of a ledger: that of every distribution of the account.
  mutating func read(ledger table: String, _ account: Account) throws(CommandFailure) {
    names.append("the ledger \(table)")
    let client = try account.cloudFront()
    let history = try LedgerHistory(table, account, client)
    let found = try calling { () throws(CloudFrontError) in
      try client.distributions(deadline: nil)
    }
    for (number, distribution) in found.enumerated() {
      Progress.show("\(names.joined()): \(number) of \(found.count) distributions")
      for entry in try history.entries(of: distribution.id, since: period.lowerBound)
      where period.contains(entry.at) {
        activity.add(LoggedFact(entry), at: entry.at)
      }
    }
  }
}

extension LoggedFact {
  /// What an entry of the history says.
  fileprivate init(_ entry: HistoryEntry) {
    if let failure = entry.failure {
      self = .failure(
        Failure(type: failure.type, message: failure.text, distribution: entry.distribution))
    } else {
      self = .batch(
        Batch(
          distribution: entry.distribution, invalidation: entry.id ?? "",
          count: entry.paths + entry.wildcards, wildcards: entry.wildcards, paths: entry.sample,
          lag: entry.eventAt.map { entry.at - $0 }))
    }
  }
}
