import CloudFrontModel
import Encoding

/// Adds up what log lines say, in whatever order they come.
package struct Activity: Sendable {
  /// A day in UTC, counted from 1970-01-01.
  typealias Day = Int64

  /// The most directories whose paths are counted.
  static let maxDirectories = 100_000

  var days: [Day: [DistributionID: Tally]] = [:]
  /// What is no distribution's.
  var others: [Day: Tally] = [:]
  var spared: [String: Int] = [:]
  var directories: [String: Int] = [:]
  var namedPaths = 0
  var failures: [String: FailureKind] = [:]
  var invocations = 0
  var coldStarts = 0
  var records = 0
  var retries = 0
  var repeats = 0
  /// Whether anything says what was saved; a ledger's history does not.
  var knowsSavings = false
  private var seen: Set<String> = []

  /// Creates one without anything in it.
  package init() {}

  /// Adds a line. It needs a time; without one it belongs to no day.
  ///
  /// - Returns: whether the line has a place in the report.
  @discardableResult
  package mutating func add(_ record: LogRecord) -> Bool {
    guard let milliseconds = record.milliseconds, let fact = LoggedFact(record) else {
      return false
    }
    add(fact, at: milliseconds)
    return true
  }

  /// Adds what happened at a moment, in milliseconds since 1970.
  ///
  /// A ledger's history may be added here as well: nothing below this line knows of logs.
  package mutating func add(_ fact: LoggedFact, at milliseconds: Int64) {
    let day = milliseconds.dividedRoundingDown(by: 86_400_000)
    switch fact {
    case .batch(let batch): add(batch, on: day)
    case .invocation(let invocation): add(invocation, on: day)
    case .failure(let failure):
      failures[failure.type, default: FailureKind(type: failure.type)].add(
        failure, at: milliseconds)
      if let id = failure.distribution {
        days[day, default: [:]][id, default: Tally()].failures += 1
      } else {
        others[day, default: Tally()].failures += 1
      }
    }
  }

  private mutating func add(_ batch: LoggedFact.Batch, on day: Day) {
    // CloudWatch Logs may deliver a line twice, and two environments may be told of one
    // invalidation; CloudFront bills it once.
    if let id = batch.invalidation,
      id.isEmpty || !seen.insert("\(batch.distribution) \(id)").inserted
    {
      repeats += 1
      return
    }
    days[day, default: [:]][batch.distribution, default: Tally()].add(batch)
    if batch.naive != nil || batch.asked != nil { knowsSavings = true }
    guard batch.invalidation != nil else { return }
    for path in batch.paths {
      let name = Activity.directory(of: path)
      namedPaths += 1
      guard directories[name] != nil || directories.count < Activity.maxDirectories else {
        continue
      }
      directories[name, default: 0] += 1
    }
  }

  private mutating func add(_ invocation: LoggedFact.Invocation, on day: Day) {
    // A dry run finds duplicates of what it did not send, which would not have been billed.
    if !invocation.isDryRun {
      others[day, default: Tally()].duplicates += invocation.spared["duplicate"] ?? 0
    }
    others[day, default: Tally()].throttled += invocation.throttled
    knowsSavings = true
    invocations += 1
    records += invocation.records
    retries += invocation.retries
    if invocation.isColdStart { coldStarts += 1 }
    spared.merge(invocation.spared) { $0 + $1 }
  }

  /// The directory of a path, at most two levels deep; a wildcard belongs to what it covers.
  static func directory(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    // The first is empty, since a path begins with a slash, and the last is the file.
    return "/" + parts.dropFirst().dropLast().prefix(2).map { $0 + "/" }.joined()
  }
}

/// All failures of one type.
package struct FailureKind: Sendable, Equatable {
  /// The stable name, such as `Function.RateReached`.
  package var type: String
  /// How many there were.
  package var count = 0
  /// When the first and the last were, in milliseconds since 1970.
  package var first: Int64 = .max
  package var last: Int64 = .min
  /// What the last one said.
  package var message = ""
  /// What helps, where a line says so.
  package var cure: String?

  init(type: String) {
    self.type = type
  }

  mutating func add(_ failure: LoggedFact.Failure, at milliseconds: Int64) {
    count += 1
    first = min(first, milliseconds)
    guard milliseconds >= last else { return }
    last = milliseconds
    message = failure.message
    cure = failure.cure ?? cure
  }
}

extension Int64 {
  /// The quotient, rounded down also below zero.
  func dividedRoundingDown(by divisor: Int64) -> Int64 {
    self / divisor - (self % divisor < 0 ? 1 : 0)
  }
}
