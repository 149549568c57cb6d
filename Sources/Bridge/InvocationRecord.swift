import EventPlanning
import Failures
import InvalidationSending
import JSON
import Logging
import S3Events

/// What one invocation did, in figures: the fields of its log line.
///
/// docs/operating.md describes the line, which others read; a test compares the two.
struct InvocationRecord {
  /// The most requests that the line names, since it has to fit into one event of CloudWatch Logs.
  static let mostRequests = 100

  let outcome: Outcome
  /// The messages that are delivered again; of an event without messages, the event.
  let messagesHandedBack: Int
  let isDryRun: Bool
  /// How long planning took, lookups included.
  let planTime: Duration
  let duration: Duration
  /// The time left at the end; nil without a deadline.
  let timeLeft: Duration?
  /// The paths that CloudFront accepted: each is billed.
  let billedPaths: Int
  /// What would have been billed if every change had been sent alone, each time it was delivered.
  let naivePaths: Int
  let wildcards: Int
  /// How many requests CloudFront accepted.
  let invalidations: Int
  let retries: Int
  let throttled: Int
  /// The lag of each accepted request, in milliseconds.
  let lags: [Int64]

  init(
    _ outcome: Outcome, messagesHandedBack: Int, isDryRun: Bool, planTime: Duration,
    duration: Duration, timeLeft: Duration?
  ) {
    self.outcome = outcome
    self.messagesHandedBack = messagesHandedBack
    self.isDryRun = isDryRun
    self.planTime = planTime
    self.duration = duration
    self.timeLeft = timeLeft
    let accepted = outcome.sent.filter { $0.acceptance != nil }
    let figures = accepted.compactMap(\.figures)
    billedPaths = accepted.reduce(0) { $0 + $1.paths }
    naivePaths = figures.reduce(0) { $0 + $1.naivePaths } + outcome.duplicates
    wildcards = figures.reduce(0) { $0 + $1.wildcards }
    invalidations = accepted.count
    lags = figures.compactMap(\.lag)
    retries = outcome.rounds.reduce(0) { $0 + $1.calls.retries }
    throttled = outcome.rounds.reduce(0) { $0 + $1.calls.throttled }
  }

  /// What was not billed, because changes share paths, wildcards cover several or a delivery came
  /// twice.
  var savedPaths: Int { max(0, naivePaths - billedPaths) }

  /// The fields of the line.
  var metadata: Logger.Metadata {
    var metadata = Logger.Metadata(minimumCapacity: 32)
    metadata.merge(
      Logger.Metadata(
        members: outcome.summary(mostDistributions: InvocationRecord.mostRequests))
    ) { $1 }
    func add(_ name: String, _ count: Int) { metadata[name] = .stringConvertible(count) }
    metadata["source"] = .string(outcome.event.source.rawValue)
    metadata["dryRun"] = .stringConvertible(isDryRun)
    add("messages", outcome.event.messages.count)
    add("messagesHandedBack", messagesHandedBack)
    add("requests", outcome.sent.count)
    add("invalidations", invalidations)
    add("pathsBilled", billedPaths)
    add("pathsNaive", naivePaths)
    add("pathsSaved", savedPaths)
    add("wildcards", wildcards)
    add("retries", retries)
    add("throttled", throttled)
    add("planMilliseconds", planTime.wholeMilliseconds)
    add("durationMilliseconds", duration.wholeMilliseconds)
    if let timeLeft { add("remainingMilliseconds", max(0, timeLeft.wholeMilliseconds)) }
    if !outcome.failures.isEmpty {
      let counts = Dictionary(grouping: outcome.failures, by: \.errorType.name)
      metadata["failures"] = .dictionary(counts.mapValues { .stringConvertible($0.count) })
    }
    return metadata
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int { Int(self / .milliseconds(1)) }
}
