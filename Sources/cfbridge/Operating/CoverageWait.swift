import Clock
import CloudFrontAPI
import CloudFrontModel
import JSON
import OperatorAPI
import PlanReporting

/// Waits until accepted invalidations cover what is expected.
struct CoverageWait {
  let client: CloudFrontClient
  let report: CoverageReport
  /// When the change was made, in milliseconds since 1970 by AWS's clock.
  let start: Int64
  let queues: [WatchedQueue]
  let settle: TimeSpan

  /// Waits, and prints what covers what.
  ///
  /// - Returns: the invalidations that cover something.
  /// - Throws: ``CommandFailure/Status/timedOut`` when something stays uncovered.
  func run(
    _ expectation: Expectation, limit: TimeSpan
  ) throws(CommandFailure) -> [CompletionWait.Item] {
    for (subject, reason) in expectation.done { report.done(subject, reason) }
    var waiting = Waiting(limit: limit)
    var known: [String: InvalidationRecord] = [:]
    var covering: [CompletionWait.Item] = []
    var open = expectation.open
    var emptySince: Duration?
    while !open.isEmpty {
      for distribution in Set(open.map(\.distribution)).sorted() {
        for record in try poll(distribution, &known) {
          let covered = open.filter { open in
            open.distribution == distribution && record.covers(open.path)
          }
          guard !covered.isEmpty else { continue }
          covering.append(.init(distribution: distribution, id: record.id))
          for expected in covered { report.covered(expected, by: record) }
          open.removeAll { covered.contains($0) }
        }
      }
      guard !open.isEmpty else { break }
      if let emptySince, TimeSource.system.monotonic() - emptySince >= .seconds(settle.seconds) {
        throw uncovered(
          open, "and the queues have been empty for \(settle.seconds) s. Read the function's log")
      }
      emptySince = try areQueuesEmpty() ? emptySince ?? TimeSource.system.monotonic() : nil
      let count = open.count
      guard waiting.pause("Waiting for invalidations of \(Counted.words(count, "path"))")
      else { throw uncovered(open, "after \(limit.seconds) s. Wait longer with --timeout") }
    }
    return covering
  }

  /// Reads what was accepted since the start, newest first; nothing while AWS can't answer.
  private func poll(
    _ distribution: DistributionID, _ known: inout [String: InvalidationRecord]
  ) throws(CommandFailure) -> [InvalidationRecord] {
    var found: [InvalidationRecord] = []
    var marker: String?
    do throws(CloudFrontError) {
      repeat {
        let page = try client.invalidations(of: distribution, marker: marker)
        marker = page.nextMarker
        for record in page.invalidations {
          guard let createdAt = record.createdAt, createdAt >= start else { return found }
          if known[record.id] == nil {
            known[record.id] = try client.invalidation(record.id, of: distribution)
          }
          found.append(known[record.id] ?? record)
        }
      } while marker != nil
    } catch {
      guard error.mayPass else { throw CommandFailure(error) }
    }
    return found
  }

  /// Whether there are queues and none has a message: visible, in flight or delayed.
  private func areQueuesEmpty() throws(CommandFailure) -> Bool {
    for queue in queues where try queue.count() > 0 { return false }
    return !queues.isEmpty
  }

  private func uncovered(_ open: [Expectation.Open], _ why: String) -> CommandFailure {
    let names = open.prefix(10).map { "\($0.path) on \($0.distribution)" }.joined(separator: ", ")
    let more = open.count > 10 ? " and \(open.count - 10) more" : ""
    return CommandFailure(
      .timedOut,
      "No invalidation accepted since \(Age.moment(start)) covers \(names)\(more), \(why).")
  }
}

/// A queue that feeds the function.
struct WatchedQueue {
  let url: String
  private let client: ServiceClient

  /// Takes a queue's URL, whose host names its region.
  init(url: String, _ account: Account) throws(CommandFailure) {
    self.url = url
    let host = url.split(separator: "/").dropFirst().first ?? ""
    let labels = host.split(separator: ".")
    let region = labels.first == "sqs" && labels.count > 2 ? String(labels[1]) : nil
    client = try account.service(.sqs, region: region)
  }

  /// How many messages it has, in any state.
  func count() throws(CommandFailure) -> Int {
    try asking { () throws(ServiceError) in try client.depth(ofQueue: url) }.total
  }
}

/// Says what covers what.
struct CoverageReport {
  let output: OperatorOptions

  /// Says that a subject needs nothing, and why.
  func done(_ subject: String, _ reason: String) {
    tell(subject, "needs no invalidation: \(reason)", .dim, ["reason": .string(reason)])
  }

  /// Says what covers a path.
  func covered(_ expected: Expectation.Open, by record: InvalidationRecord) {
    let hit = record.paths?.first { $0.covers(expected.path) }
    let path = hit.map { $0.bytes == expected.path.bytes ? "" : " with \($0.visible)" } ?? ""
    let isPath = expected.subject.utf8.elementsEqual(expected.path.bytes)
    tell(
      expected.subject,
      "\(isPath ? "" : "\(expected.path) ")is covered by \(record.id)\(path) on \(expected.distribution)",
      .green,
      [
        "path": .string("\(expected.path)"),
        "coveredBy": record.json(of: expected.distribution, covering: expected.path),
      ])
  }

  private func tell(_ subject: String, _ text: String, _ style: Screen.Style, _ json: JSONValue) {
    if output.json {
      let named: JSONValue = ["subject": .string(subject)]
      return Output.write(named.adding(json).line)
    }
    let screen = output.screen
    screen.print(screen.table([[Screen.Cell(subject, .bold), Screen.Cell(text, style)]]))
  }
}
