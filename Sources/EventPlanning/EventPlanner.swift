package import CloudFrontModel
package import Clock
package import FunctionSettings
import CloudFrontAPI
package import InvalidationPlanning
package import Logging
package import S3Events

/// Decodes an event, looks up its distributions and plans: the part that `bootstrap` and
/// `cfbridge plan` share.
package final class EventPlanner {
  private let directory: DistributionDirectory
  private let decoder = EventDecoder()
  private let planner: InvalidationPlanner
  private let coalescing: CoalescingOptions
  private let takesRequests: Bool
  private let logger: Logger
  private let log: OnceLog

  /// Creates a planner.
  ///
  /// - Parameters:
  ///   - time: only its monotonic clock is used, for the age of what was looked up.
  ///   - explains: whether plans keep every dropped path, for a person who asks.
  package init(
    settings: Settings, source: any DistributionSource, time: TimeSource, logger: Logger,
    explains: Bool = false
  ) {
    log = OnceLog(logger)
    directory = DistributionDirectory(
      source: source, settings: settings, now: time.monotonic, logger: logger, log: log)
    var options = settings.planning
    options.keepsDropped = explains
    planner = InvalidationPlanner(options: options)
    coalescing = options.coalescing
    takesRequests = settings.takesRequests
    self.logger = logger
  }

  /// Plans an event; never throws, since what fails is one message's failure.
  ///
  /// - Parameters:
  ///   - invocationID: the invocation's request id.
  ///   - deadline: on the monotonic clock; no lookup starts past it.
  ///   - isAccepted: whether a path was accepted for this very change before, see ``InvalidationPlanner``.
  package func plan(
    _ event: [UInt8], invocationID: String, deadline: Duration? = nil,
    isAccepted: @escaping (ChangeIdentity, InvalidationPath, _ distribution: String) -> Bool = {
      _, _, _ in false
    }
  ) -> EventPlan {
    let decoded = decoder.decode(event, invocationID: invocationID)
    var planned = EventPlan(event: decoded)
    var lookups = Lookups()
    for (index, message) in decoded.messages.enumerated() {
      let causes =
        message.changes.map { PlanItem.Cause.change($0) }
        + message.requests.map { PlanItem.Cause.request($0) }
      for cause in causes {
        add(cause, of: index, &lookups, without: [], deadline: deadline, to: &planned)
      }
    }
    planned.plan = planner.plan(planned.items, isAccepted: isAccepted)
    note(planned.plan, in: &planned)
    return planned
  }

  /// Looks up again what a distribution serves that turned out to be gone, and plans it for those
  /// that it is not planned for yet.
  ///
  /// The items get new numbers behind the others; the old ones stay good.
  package func planAgain(
    _ planned: inout EventPlan, withoutGone gone: Set<String>, deadline: Duration?,
    isAccepted: @escaping (ChangeIdentity, InvalidationPath, _ distribution: String) -> Bool
  ) -> [DistributionPlan] {
    let start = planned.items.count
    let stale = planned.items.indices.filter { index in
      planned.items[index].serving.contains { gone.contains($0.distribution.id) }
    }
    planned.forgetIgnored(Set(stale))
    var lookups = Lookups()
    for index in stale {
      let item = planned.items[index]
      // Those that are gone may still be listed: one more try tells.
      add(
        item.cause, of: planned.messageOfItem[index], &lookups,
        without: Set(item.serving.map(\.distribution.id)).subtracting(gone), deadline: deadline,
        to: &planned)
    }
    let plan = planner.plan(planned.items, from: start, isAccepted: isAccepted)
    planned.plan.droppedCounts.merge(plan.droppedCounts) { $0 + $1 }
    note(plan, in: &planned)
    return plan.distributions
  }

  /// Looks up who serves a cause, and adds it to what is to be planned.
  private func add(
    _ cause: PlanItem.Cause, of message: Int, _ lookups: inout Lookups,
    without known: Set<String>, deadline: Duration?, to planned: inout EventPlan
  ) {
    if case .request(let request) = cause, !takesRequests {
      return planned.fail(
        message, "Function.RequestsOff",
        "The invalidation request for \(request.target) is refused, since REQUESTS is off. Set it to"
          + " on, or stop what sends it.")
    }
    switch lookups.result(for: cause, in: directory, deadline: deadline) {
    case .success(let found):
      for id in found.ruledOut {
        planned.fail(
          message, "Function.DistributionNotAllowed",
          "Distribution \(id) is asked for, and neither CLOUDFRONT_DISTRIBUTION_ID nor"
            + " BUCKET_DISTRIBUTIONS names it, so it is not invalidated. Add its id, or correct the"
            + " request's target.")
      }
      for error in found.failures { planned.fail(message, error.errorType, error.description) }
      let serving = found.serving.filter { !known.contains($0.distribution.id) }
      guard !serving.isEmpty || found.isEmpty else { return }
      planned.items.append(PlanItem(cause, serving: serving))
      planned.messageOfItem.append(message)
    case .failure(let error):
      planned.fail(message, error.errorType, error.description)
    }
  }

  /// Forgets a distribution that turned out not to exist.
  package func forget(_ id: String) { directory.forget(id) }

  /// Notes what a plan says besides its batches.
  private func note(_ plan: Plan, in planned: inout EventPlan) {
    for (item, reason) in plan.ignored {
      planned.ignored[reason, default: 0] += 1
      if reason == .noDistribution { warnOnce(planned.items[item], in: &planned) }
    }
    for (item, error) in plan.failures {
      planned.fail(items: [item], error.errorType, error.description)
    }
    for warning in plan.warnings.sorted() { log.warn(warning.description) }
    for batch in plan.distributions {
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

  package mutating func result(
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
