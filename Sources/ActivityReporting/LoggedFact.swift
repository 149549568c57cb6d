package import CloudFrontModel
import JSON

/// What one line of the log says, where it is worth a place in the report.
package enum LoggedFact: Sendable, Equatable {
  /// CloudFront accepted a batch, or a dry run would have sent it.
  case batch(Batch)
  /// An invocation that handled an event.
  case invocation(Invocation)
  /// Something that failed.
  case failure(Failure)

  /// A batch of paths for one distribution.
  package struct Batch: Sendable, Equatable {
    package var distribution: DistributionID
    /// The invalidation's id: nil in a dry run, empty where CloudFront had the batch before.
    package var invalidation: String?
    /// How many paths it has.
    package var count: Int
    /// How many of them are wildcards.
    package var wildcards: Int
    /// The paths that its changes ask for, those of each change for themselves.
    package var naive: Int?
    /// The same, each once.
    package var asked: Int?
    /// The first paths, where the line has them.
    package var paths: [String] = []
    /// From the oldest change to the acceptance, in milliseconds.
    package var lag: Int64?
    /// The bucket of the changes, or the first of several.
    package var bucket: String?

    /// Creates a batch of which nothing but this is known.
    package init(
      distribution: DistributionID, invalidation: String?, count: Int, wildcards: Int,
      paths: [String], lag: Int64?
    ) {
      self.distribution = distribution
      self.invalidation = invalidation
      self.count = count
      self.wildcards = wildcards
      self.paths = paths
      self.lag = lag
    }
  }

  /// What an invocation did.
  package struct Invocation: Sendable, Equatable {
    package var records: Int
    /// The changes and paths that need no invalidation, by reason.
    package var spared: [String: Int] = [:]
    package var retries: Int = 0
    /// How many calls CloudFront throttled.
    package var throttled: Int = 0
    package var isColdStart = false
    package var isDryRun = false
  }

  /// One failure.
  package struct Failure: Sendable, Equatable {
    /// The stable name, such as `Function.RateReached`.
    package var type: String
    /// What happened, in the function's words.
    package var message: String
    /// What helps, where the line says so.
    package var cure: String?
    /// The distribution, where it is about one.
    package var distribution: DistributionID?

    /// Creates a failure of a distribution.
    package init(type: String, message: String, distribution: DistributionID) {
      self.type = type
      self.message = message
      self.distribution = distribution
    }
  }
}

extension LoggedFact {
  /// Reads what a line says; nil for lines that the report has no place for.
  package init?(_ record: LogRecord) {
    switch record.text("message") {
    case "Invalidated", "Planned, not sent":
      guard let batch = Batch(record) else { return nil }
      self = .batch(batch)
    case "Handled an event": self = .invocation(Invocation(record))
    default:
      guard let failure = Failure(record) else { return nil }
      self = .failure(failure)
    }
  }
}

extension LoggedFact.Batch {
  fileprivate init?(_ record: LogRecord) {
    guard let id = record.text("distribution"), !id.isEmpty else { return nil }
    distribution = DistributionID(id)
    let isDry = record.text("message") == "Planned, not sent"
    invalidation = isDry ? nil : record.text("invalidationId")
    paths = record["firstPaths"]?.arrayValue?.compactMap(\.stringValue) ?? []
    count = Int(clamping: record.number("paths") ?? Int64(paths.count))
    wildcards =
      record.number("wildcards").map { Int(clamping: $0) }
      ?? paths.count { $0.utf8.last == UInt8(ascii: "*") }
    naive = record.number("pathsNaive").map { Int(clamping: $0) }
    asked = record.number("pathsAsked").map { Int(clamping: $0) }
    lag = record.number("lagMilliseconds")
    bucket = record["buckets"]?.arrayValue?.first?.stringValue
  }
}

extension LoggedFact.Invocation {
  fileprivate init(_ record: LogRecord) {
    records = Int(clamping: record.number("records") ?? 0)
    for name in ["ignored", "dropped"] {
      for (reason, count) in record[name]?.objectValue ?? [] {
        spared[reason, default: 0] += Int(clamping: count.wholeNumber ?? 0)
      }
    }
    throttled = Int(clamping: record.number("throttled") ?? 0)
    retries = Int(clamping: record.number("retries") ?? 0)
    isColdStart = record["cold_start"]?.boolValue ?? false
    isDryRun = record["dryRun"]?.boolValue ?? false
  }
}

extension LoggedFact.Failure {
  fileprivate init?(_ record: LogRecord) {
    guard let type = record.text("errorType"), let level = record.text("level"),
      level == "ERROR" || level == "FATAL"
    else { return nil }
    self.type = type
    message = record.text("errorMessage") ?? record.text("message") ?? ""
    cure = record.text("cure")
    distribution = record.text("distribution").flatMap { $0.isEmpty ? nil : DistributionID($0) }
  }
}
