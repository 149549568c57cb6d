import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import InvalidationSending
import Logging
import S3Events

/// What is told of a batch that CloudFront accepted, or that a dry run kept back: the facts of its
/// log line.
///
/// docs/operating.md describes the line, which others read; a test compares the two.
struct AcceptedBatch {
  /// The most paths that a line shows, and their most bytes: a line has to fit into one event of
  /// CloudWatch Logs.
  static let mostPaths = 50
  static let mostPathBytes = 16 << 10
  /// The most buckets that a line names.
  static let mostBuckets = 10

  /// The figures that are summed up over an invocation.
  struct Figures {
    /// The paths that its changes ask for, those of each change for themselves: what is billed
    /// where every change is sent alone.
    var naivePaths = 0
    /// The same, each once: what would be billed without wildcards.
    var askedPaths = 0
    var wildcards = 0
    /// From the oldest of its changes to the acceptance, in milliseconds; nil where no change says
    /// when it happened.
    var lag: Int64?
  }

  private(set) var figures = Figures()
  private let distribution: DistributionID
  private let part: BatchSender.Part
  private let acceptance: Acceptance
  /// How many changes and requests it serves.
  private let items: Int
  private let reasons: [PathRule: Int]
  private let buckets: Set<String>

  /// Takes the facts of a request; nil when it was not accepted.
  init?(_ part: BatchSender.Part, of distribution: DistributionID, items: [PlanItem]) {
    guard case .success(let acceptance) = part.result else { return nil }
    self.distribution = distribution
    self.part = part
    self.acceptance = acceptance
    var reasons: [PathRule: Int] = [:]
    for path in part.paths {
      figures.naivePaths += path.reasons.count
      figures.askedPaths +=
        path.reasons.count == 1 ? 1 : Set(path.reasons.map(\.path)).count
      if path.path.isWildcard { figures.wildcards += 1 }
      for reason in path.reasons { reasons[reason.rule, default: 0] += 1 }
    }
    let served = part.items
    var buckets: Set<String> = []
    var oldest: Int64?
    for index in served {
      let cause = items[index].cause
      if let time = cause.time { oldest = min(oldest ?? time, time) }
      if buckets.count < AcceptedBatch.mostBuckets, let bucket = cause.bucket {
        buckets.insert(bucket)
      }
    }
    self.reasons = reasons
    self.items = served.count
    self.buckets = buckets
    // Clocks differ: what seems to lie in the future happened just now.
    figures.lag = oldest.flatMap { oldest in part.acceptedAt.map { max(0, $0 - oldest) } }
  }

  /// What the line says.
  var message: Logger.Message {
    acceptance == .withheld ? "Planned, not sent" : "Invalidated"
  }

  /// The line's fields.
  var metadata: Logger.Metadata {
    var metadata: Logger.Metadata = [
      "distribution": "\(distribution)", "invalidationId": .string(acceptance.id),
      "status": .string(acceptance.status), "callerReference": "\(part.callerReference)",
      "paths": .stringConvertible(part.paths.count),
      "wildcards": .stringConvertible(figures.wildcards),
      "pathsAsked": .stringConvertible(figures.askedPaths),
      "pathsNaive": .stringConvertible(figures.naivePaths),
      "firstPaths": .array(firstPaths.map { .string("\($0)") }),
      "changes": .stringConvertible(items),
      "reasons": .dictionary(
        Dictionary(
          uniqueKeysWithValues: reasons.map { ($0.key.rawValue, .stringConvertible($0.value)) })),
      "buckets": .array(buckets.sorted().map { .string($0) }),
    ]
    if let lag = figures.lag { metadata["lagMilliseconds"] = .stringConvertible(lag) }
    return metadata
  }

  private var firstPaths: some Collection<InvalidationPath> {
    var bytes = 0
    return part.paths.prefix(AcceptedBatch.mostPaths).map(\.path).prefix { path in
      bytes += path.bytes.count
      return bytes <= AcceptedBatch.mostPathBytes
    }
  }
}

extension PlanItem.Cause {
  /// The bucket of the change, or the one that a request names.
  fileprivate var bucket: String? {
    switch self {
    case .change(let change): change.bucket
    case .request(let request): request.bucket
    }
  }
}
