package import Clock
package import CloudFrontModel
package import DynamoDBAPI

/// What CloudFront accepted and refused, newest first per distribution.
package final class HistoryTable {
  /// How long an entry is kept.
  static let retention: Int64 = 90 * 86_400
  /// The longest time that the entries of one invocation wait for the table.
  package static let patience = Duration.milliseconds(500)
  /// How long the table is left alone after it did not answer.
  static let pause = Duration.seconds(30)

  /// The most entries of a page: DynamoDB ends it at 1 MB in any case.
  private static let page = 1_000

  private let client: DynamoDBClient
  private let patience: Duration
  private let time: TimeSource
  private let warn: (String) -> Void
  private var leftAloneUntil: Duration?
  private var hasWarned = false

  /// Prepares the history.
  ///
  /// - Parameters:
  ///   - patience: the longest time that the entries of one invocation wait for the table.
  ///   - warn: is told once that the table does not answer.
  package init(
    _ client: DynamoDBClient, time: TimeSource, patience: Duration = HistoryTable.patience,
    warn: @escaping (String) -> Void
  ) {
    self.client = client
    self.patience = patience
    self.time = time
    self.warn = warn
  }

  /// Writes entries. What the table does not take is lost, since nothing depends on it.
  package func add(_ entries: [HistoryEntry], deadline: Duration?) {
    guard !entries.isEmpty, leftAloneUntil.map({ time.monotonic() >= $0 }) ?? true else { return }
    let expiry = time.wallMilliseconds() / 1_000 + HistoryTable.retention
    let end = time.monotonic() + patience
    do throws(DynamoDBError) {
      _ = try client.put(
        entries.map { (key: $0.key, attributes: $0.attributes(expiry: expiry)) },
        deadline: deadline.map { min($0, end) } ?? end)
    } catch {
      leftAloneUntil = time.monotonic() + HistoryTable.pause
      guard !hasWarned else { return }
      hasWarned = true
      warn("The history of invalidations has gaps, because the table does not answer: \(error)")
    }
  }

  /// Reads the entries of a distribution, newest first.
  ///
  /// - Parameter since: the time of the oldest that is wanted, in milliseconds since 1970.
  package func entries(
    of distribution: DistributionID, limit: Int, since: Int64 = .min, deadline: Duration? = nil
  ) throws(DynamoDBError) -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    var after: ItemKey?
    repeat {
      let page = try client.query(
        partition: HistoryEntry.partition(distribution), newestFirst: true,
        limit: min(HistoryTable.page, limit - entries.count), after: after, deadline: deadline)
      let found = page.items.compactMap { HistoryEntry($0, of: distribution) }
      entries += found.filter { $0.at >= since }
      after = found.last.map { $0.at >= since } ?? true ? page.next : nil
    } while after != nil && entries.count < limit
    return entries
  }

  /// Notes that an invalidation was seen to be completed, unless somebody noted it before.
  package func note(
    completed entry: HistoryEntry, at completion: Int64, deadline: Duration? = nil
  ) throws(DynamoDBError) {
    _ = try client.update(
      ItemUpdate(
        entry.key, "SET #d = :d", if: "attribute_exists(#p) AND attribute_not_exists(#d)",
        names: ["#d": "done", "#p": ItemKey.names.partition], values: [":d": .number(completion)]),
      deadline: deadline)
  }
}
