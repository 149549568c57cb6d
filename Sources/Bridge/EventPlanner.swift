import CloudFrontAPI
public import HTTPTransport
import InvalidationPlanning
public import Logging
public import S3Events

/// Decodes an event, looks up its distributions and plans: the part that `bootstrap` and
/// `cfbridge plan` share.
public final class EventPlanner {
  private let directory: DistributionDirectory
  private let decoder = EventDecoder()
  private let planner: Planner
  private let coalescing: CoalescingOptions
  private let logger: Logger
  private let log: OnceLog

  /// Creates a planner.
  ///
  /// - Parameters:
  ///   - time: only its monotonic clock is used, for the age of what was looked up.
  ///   - explains: whether plans keep every dropped path, for a person who asks.
  public init(
    settings: Settings, source: any DistributionSource, time: TimeSource, logger: Logger,
    explains: Bool = false
  ) {
    log = OnceLog(logger)
    directory = DistributionDirectory(
      source: source, settings: settings, now: time.monotonic, logger: logger, log: log)
    var options = settings.planning
    options.keepsDropped = explains
    planner = Planner(options: options)
    coalescing = options.coalescing
    self.logger = logger
  }

  /// Plans an event; never throws, since what fails is one message's failure.
  ///
  /// - Parameters:
  ///   - invocationID: the invocation's request id.
  ///   - deadline: on the monotonic clock; no lookup starts past it.
  ///   - isAccepted: whether a change's paths were accepted for a distribution before.
  public func plan(
    _ event: [UInt8], invocationID: String, deadline: Duration? = nil,
    isAccepted: (ChangeIdentity, _ distribution: String) -> Bool = { _, _ in false }
  ) -> EventPlan {
    let decoded = decoder.decode(event, invocationID: invocationID)
    var planned = EventPlan(event: decoded)
    var lookups = Lookups()
    for (index, message) in decoded.messages.enumerated() {
      let causes =
        message.changes.map { PlanItem.Cause.change($0) }
        + message.requests.map { PlanItem.Cause.request($0) }
      for cause in causes {
        switch lookups.result(for: cause, in: directory, deadline: deadline) {
        case .success(let found):
          for error in found.failures { planned.fail(index, error.errorType, error.description) }
          let due = found.serving.filter { !isAccepted(cause.identity, $0.distribution.id) }
          if due.isEmpty, !found.serving.isEmpty {
            planned.ignored[.duplicate, default: 0] += 1
          } else if !due.isEmpty || found.failures.isEmpty {
            planned.items.append(PlanItem(cause, serving: due))
            planned.messageOfItem.append(index)
          }
        case .failure(let error):
          planned.fail(index, error.errorType, error.description)
        }
      }
    }
    planned.plan = planner.plan(planned.items)
    note(&planned)
    return planned
  }

  /// Forgets a distribution that turned out not to exist.
  func forget(_ id: String) { directory.forget(id) }

  private func note(_ planned: inout EventPlan) {
    for (item, reason) in planned.plan.ignored {
      planned.ignored[reason, default: 0] += 1
      if reason == .noDistribution { warnOnce(planned.items[item], in: &planned) }
    }
    for (item, error) in planned.plan.failures {
      planned.fail(items: [item], "Function.InvalidRequest", error.description)
    }
    for warning in planned.plan.warnings.sorted() { log.warn(warning.description) }
    for batch in planned.plan.distributions {
      for warning in batch.warnings { log.warn(warning.description) }
      if let loosened = batch.loosened {
        logger.warning(
          "The paths did not fit into one batch with the settings as they are, so \(loosened)",
          metadata: [
            "distribution": "\(batch.id)", "paths": "\(batch.paths.count)",
            "uncoalesced": "\(batch.cost.uncoalescedPaths)",
          ])
      }
      guard !batch.deferred.isEmpty else { continue }
      planned.fail(
        items: batch.deferredItems, "Function.TooManyPaths",
        "The batch of distribution \(batch.id) has room for \(coalescing.maxPaths) paths"
          + " (MAX_PATHS) and \(coalescing.maxWildcards) wildcards (MAX_WILDCARDS), and ROOT_WILDCARD"
          + " rules out /*; \(batch.deferred.count) paths have to wait for the next delivery."
      )
    }
  }

  private func warnOnce(_ item: PlanItem, in planned: inout EventPlan) {
    let name =
      switch item.cause {
      case .change(let change): "bucket \(change.bucket)"
      case .request(let request): "target \(request.target)"
      }
    guard planned.unserved.insert(name).inserted else { return }
    logger.warning(
      """
      No distribution of this account has \(name) as an origin, so nothing is invalidated for it. \
      Name one in BUCKET_DISTRIBUTIONS, or take the notification off the bucket.
      """)
  }
}

/// The lookups of one event: each bucket and each target once, failed ones too.
private struct Lookups {
  private enum Question: Hashable {
    case bucket(String, region: String)
    case target(String, hasKeys: Bool)
  }

  private var answers: [Question: Result<FoundDistributions, CloudFrontError>] = [:]

  mutating func result(
    for cause: PlanItem.Cause, in directory: DistributionDirectory, deadline: Duration?
  ) -> Result<FoundDistributions, CloudFrontError> {
    let question: Question =
      switch cause {
      case .change(let change): .bucket(change.bucket, region: change.region)
      case .request(let request): .target(request.target, hasKeys: !request.keys.isEmpty)
      }
    if let answer = answers[question] { return answer }
    let answer = Result { () throws(CloudFrontError) in
      switch question {
      case .bucket(let name, let region):
        try directory.serving(bucket: name, region: region, deadline: deadline)
      case .target(let name, let hasKeys):
        try directory.serving(target: name, hasKeys: hasKeys, deadline: deadline)
      }
    }
    answers[question] = answer
    return answer
  }
}
