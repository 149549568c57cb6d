import CloudFrontAPI
import HTTPTransport
import InvalidationPlanning
import Logging
import S3Events

/// Gets one distribution's paths accepted, as far as CloudFront lets it: each kind of refusal has
/// its own handling, and what can't be accepted is given back with its error.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html#API_CreateInvalidation_Errors
struct BatchSender {
  /// What became of one request's paths.
  struct Part {
    var paths: [PlannedPath]
    var callerReference: CallerReference
    var result: Result<Invalidation, CloudFrontError>

    /// The items that the paths come from.
    var items: Set<Int> { Set(paths.flatMap { $0.reasons.map(\.item) }) }
  }

  /// The most requests one batch may be split into. Each costs a token of CloudFront's request
  /// rate, so a batch in which everything is refused must not be halved to the end.
  static let maxRequests = 64
  /// How often a full in-progress quota is waited for, all parts of a batch together.
  static let maxQuotaWaits = 2
  /// How long one such wait is, in seconds; jittered, so that sandboxes don't return together.
  static let quotaWait = 5.0...20.0

  let cloudFront: CloudFrontClient
  let time: TimeSource
  let random: () -> Double
  let deadline: Duration?
  let isEndRequested: () -> Bool
  let logger: Logger

  /// Sends a plan's paths.
  func send(_ plan: DistributionPlan, identity: (Int) -> ChangeIdentity) -> [Part] {
    var waiting = [plan.paths]
    var parts: [Part] = []
    var requests = 0
    var quotaWaits = 0
    while let paths = waiting.popLast() {
      var part = Part(
        paths: paths, callerReference: plan.callerReference,
        result: .failure(.endRequested(plan.id)))
      if paths.count < plan.paths.count {
        part.callerReference = CallerReference(
          distribution: plan.id, paths: paths.map(\.path), identities: part.items.map(identity))
      }
      requests += 1
      part.result = create(
        InvalidationBatch(
          distribution: plan.id, paths: paths.map(\.path), callerReference: part.callerReference),
        waits: &quotaWaits)
      if case .failure(let error) = part.result, error.isCuredByHalving, paths.count > 1,
        requests + waiting.count + 2 <= BatchSender.maxRequests
      {
        logger.warning(
          "Halving a batch",
          metadata: ["errorType": "\(error.errorType)", "distribution": "\(plan.id)"])
        let middle = paths.count / 2
        waiting += [Array(paths[middle...]), Array(paths[..<middle])]
        continue
      }
      parts.append(part)
    }
    return parts
  }

  /// Sends one request, waiting for the in-progress quota where there is time.
  private func create(
    _ batch: InvalidationBatch, waits: inout Int
  ) -> Result<Invalidation, CloudFrontError> {
    while true {
      guard !isEndRequested() else { return .failure(.endRequested(batch.distribution)) }
      do {
        return .success(try cloudFront.create(batch, deadline: deadline))
      } catch {
        guard error.code == "TooManyInvalidationsInProgress", waits < BatchSender.maxQuotaWaits
        else { return .failure(error) }
        let range = BatchSender.quotaWait
        let wait = Duration.seconds(
          range.lowerBound + random() * (range.upperBound - range.lowerBound))
        if let deadline, time.monotonic() + wait >= deadline { return .failure(error) }
        waits += 1
        logger.warning(
          "CloudFront has too many invalidations in progress; waiting",
          metadata: ["distribution": "\(batch.distribution)", "seconds": "\(wait)"])
        time.sleep(wait)
      }
    }
  }
}

extension CloudFrontError {
  /// Whether fewer paths in one request may be accepted: the batch is too large, or one of its
  /// paths spoils it.
  fileprivate var isCuredByHalving: Bool {
    guard case .refused(let refusal) = reason else { return false }
    return refusal.code == "BatchTooLarge" || refusal.saysInvalidPath
  }
}
