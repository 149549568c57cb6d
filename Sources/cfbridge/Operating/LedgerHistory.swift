import Clock
import CloudFrontAPI
import CloudFrontModel
import DynamoDBAPI
import JSON
import Ledger
import OperatorAPI
import PlanReporting

/// What CloudFront answered the function, as the function's ledger keeps it.
struct LedgerHistory {
  private let history: HistoryTable
  private let client: CloudFrontClient

  init(_ table: String, _ account: Account, _ client: CloudFrontClient) throws(CommandFailure) {
    guard let name = TableName(table) else {
      throw CommandFailure(.usage, "\(table) is neither the name nor the ARN of a table.")
    }
    history = HistoryTable(try account.table(name), time: .system) { Output.note("warning", $0) }
    self.client = client
  }

  /// Prints the history of a target, newest first.
  func show(_ target: Target, limit: Int, _ output: OperatorOptions) throws(CommandFailure) {
    var isEmpty = true
    for distribution in target.distributions where !Output.isClosed {
      let entries = try read(distribution.id, limit: limit)
      isEmpty = isEmpty && entries.isEmpty
      guard !output.json else {
        for entry in entries { Output.write(entry.json.line) }
        continue
      }
      guard !entries.isEmpty else { continue }
      let now = TimeSource.system.wallMilliseconds()
      let screen = output.screen
      screen.print(
        [screen.paint(distribution.title, .bold)]
          + screen.table(entries.map { $0.cells(at: now) }, indent: 2))
    }
    if isEmpty, !output.json { Output.note("note", "the ledger has no invalidation of it.") }
  }

  /// Reads the entries since a moment, in milliseconds since 1970.
  func entries(
    of distribution: DistributionID, since: Int64
  ) throws(CommandFailure) -> [HistoryEntry] {
    do throws(DynamoDBError) {
      return try history.entries(of: distribution, limit: .max, since: since)
    } catch {
      throw CommandFailure(error.isDenied ? .denied : .failed, "\(error)")
    }
  }

  /// Reads the entries, and notes which are completed by now.
  private func read(
    _ distribution: DistributionID, limit: Int
  ) throws(CommandFailure) -> [HistoryEntry] {
    do throws(DynamoDBError) {
      return try history.entries(of: distribution, limit: limit).map { noted($0) }
    } catch {
      throw CommandFailure(error.isDenied ? .denied : .failed, "\(error)")
    }
  }

  private func noted(_ entry: HistoryEntry) -> HistoryEntry {
    guard let id = entry.id, entry.completedAt == nil,
      let record = try? client.invalidation(id, of: entry.distribution), record.isCompleted
    else { return entry }
    var entry = entry
    entry.completedAt = TimeSource.system.wallMilliseconds()
    // The next one who asks notes it otherwise.
    try? history.note(completed: entry, at: entry.completedAt ?? 0)
    return entry
  }
}

extension HistoryEntry {
  /// The paths, where the entry has kept all of them.
  var allPaths: [InvalidatedPath]? {
    guard sample.count == paths + wildcards else { return nil }
    return sample.map { InvalidatedPath(bytes: Array($0.utf8)) }
  }

  fileprivate func cells(at now: Int64) -> [Screen.Cell] {
    let state =
      failure == nil
      ? Screen.Cell(
        completedAt == nil ? "InProgress" : "Completed", completedAt == nil ? .yellow : .green)
      : Screen.Cell("Refused", .red)
    let count = paths + wildcards
    return [
      Screen.Cell(id ?? failure?.type ?? "", .bold), state,
      Screen.Cell(Age.words(seconds: max(0, now - at) / 1_000), .dim),
      Screen.Cell(Counted.words(count, "path")), Screen.Cell(lag),
    ]
  }

  /// How long after the change it was answered and completed, in words. When it was completed is
  /// known only to within the time until somebody asked.
  private var lag: String {
    guard let eventAt else { return "" }
    let answer = failure == nil ? "accepted" : "refused"
    let words = "\(answer) \(Age.words(seconds: max(0, at - eventAt) / 1_000)) after the change"
    guard let completedAt else { return words }
    return words + ", completed within \(Age.words(seconds: max(0, completedAt - eventAt) / 1_000))"
  }

  /// The entry as JSON.
  fileprivate var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("distribution", .string("\(distribution)")), ("at", .string(Age.moment(at))),
      ("callerReference", .string(callerReference)), ("attempts", .integer(Int64(attempts))),
      ("paths", .integer(Int64(paths))), ("wildcards", .integer(Int64(wildcards))),
      ("sample", .array(sample.map { .string($0) })),
    ]
    if let id { members.append(("id", .string(id))) }
    if let failure {
      members += [("errorType", .string(failure.type)), ("message", .string(failure.text))]
    }
    if let eventAt {
      members.append(("answeredAfterMilliseconds", .integer(at - eventAt)))
      if let completedAt {
        members.append(("completedWithinMilliseconds", .integer(completedAt - eventAt)))
      }
    }
    return .object(members)
  }
}
