package import Clock
import CloudFrontAPI
package import CloudFrontModel
import Failures
package import FunctionSettings
package import InvalidationPlanning
package import Logging
package import Probing
package import S3Events

/// Decodes an event, looks up its distributions and plans its batches, both for `bootstrap` and for
/// `cfbridge plan`.
package final class EventPlanner {
  private let directory: DistributionDirectory
  let decoder = EventDecoder()
  let planner: InvalidationPlanner
  let probe: Probe
  private let coalescing: CoalescingOptions
  private let takesRequests: Bool
  let now: () -> Duration
  private let logger: Logger
  private let log: OnceLog

  /// Creates a planner.
  ///
  /// - Parameters:
  ///   - time: its monotonic clock tells deadlines and the age of lookups.
  ///   - probe: tries messages that were delivered before.
  ///   - explains: whether a plan keeps the paths it dropped, for somebody who asks why.
  package init(
    settings: Settings, source: any DistributionSource, time: TimeSource, logger: Logger,
    probe: Probe = .none, explains: Bool = false
  ) {
    log = OnceLog(logger)
    self.probe = probe
    now = time.monotonic
    directory = DistributionDirectory(
      source: source, settings: settings, now: time.monotonic, logger: logger, log: log)
    var options = settings.planning
    options.keepsDropped = explains
    planner = InvalidationPlanner(options: options)
    coalescing = options.coalescing
    takesRequests = settings.takesRequests
    self.logger = logger
  }

  /// Plans an event. It never throws, because each failure belongs to one message of the event.
  ///
  /// - Parameters:
  ///   - invocationID: the invocation's request id.
  ///   - deadline: on the monotonic clock; looking up and planning stop at it, and what is left
  ///     then fails its messages.
  package func plan(
    _ event: [UInt8], invocationID: String, deadline: Duration? = nil,
    isAccepted: @escaping AcceptanceCheck = { _, _, _ in false }
  ) -> EventPlan {
    plan(
      decode(event, invocationID: invocationID, deadline: deadline), deadline: deadline,
      isAccepted: isAccepted)
  }

  /// Plans an event that is decoded, or was never encoded.
  package func plan(
    _ decoded: DecodedEvent, deadline: Duration? = nil,
    isAccepted: @escaping AcceptanceCheck = { _, _, _ in false }
  ) -> EventPlan {
    var round = PlanningRound()
    for (index, message) in decoded.messages.enumerated() {
      for error in message.failures {
        round.failures.add(index, error.errorType, error.description)
      }
    }
    for warning in EventWarning.allCases
    where decoded.messages.contains(where: { $0.warnings.contains(warning) }) {
      log.warn(warning.description)
    }
    var lookups = Lookups()
    for (index, message) in decoded.messages.enumerated() {
      let causes =
        message.changes.map { PlanItem.Cause.change($0) }
        + message.requests.map { asked in
          var request = asked
          if case .bucket(let name) = RequestTarget(asked.target) { request.bucket = name }
          return PlanItem.Cause.request(request)
        }
      for cause in causes {
        lookUp(cause, of: index, &lookups, besides: [], deadline: deadline, for: &round)
      }
    }
    tryPlanning(&round, of: decoded, deadline: deadline, isAccepted)
    plan(&round, deadline: deadline, isAccepted)
    return EventPlan(event: decoded, round: round)
  }

  /// Looks up once more who serves the items of distributions that no longer exist, and plans them
  /// for the distributions that the earlier round left out.
  package func planAgain(
    after round: PlanningRound, withoutGone gone: Set<DistributionID>, deadline: Duration?,
    isAccepted: @escaping AcceptanceCheck
  ) -> PlanningRound {
    let stale = round.items.indices.filter { index in
      round.items[index].serving.contains { gone.contains($0.distribution.id) }
    }
    var next = PlanningRound(again: Set(stale))
    var lookups = Lookups()
    for index in stale {
      let item = round.items[index]
      // CloudFront may still list a distribution that is gone, so this round may try it once more.
      lookUp(
        item.cause, of: round.messageOfItem[index], &lookups,
        besides: Set(item.serving.map(\.distribution.id)).subtracting(gone), deadline: deadline,
        for: &next)
    }
    plan(&next, deadline: deadline, isAccepted)
    return next
  }

  /// Looks up who serves a change or a request, and adds it to the items of a round.
  ///
  /// - Parameter known: the distributions that an earlier round planned it for.
  private func lookUp(
    _ cause: PlanItem.Cause, of message: Int, _ lookups: inout Lookups,
    besides known: Set<DistributionID>, deadline: Duration?, for round: inout PlanningRound
  ) {
    if case .request(let request) = cause, !takesRequests {
      return round.failures.add(
        message, .known(.requestsOff),
        "The bridge refused the invalidation request for \(request.target) because REQUESTS is off."
          + " Set REQUESTS to on, or stop the program that sends requests.")
    }
    guard lookups.hasAnswer(for: cause) || hasTime(until: deadline) else {
      return round.failures.add(message, EventPlanner.outOfTime.type, EventPlanner.outOfTime.text)
    }
    switch lookups.result(for: cause, in: directory, deadline: deadline) {
    case .success(let found):
      if found.isEmpty, case .request(let request) = cause {
        return round.failures.add(
          message, .known(.targetNotFound),
          "The invalidation request's target \(request.target) is no distribution of this account,"
            + " and none has it as an alias or an origin, so nothing is invalidated for it. "
            + EventPlanner.cure(for: RequestTarget(request.target)))
      }
      for id in found.ruledOut {
        round.failures.add(
          message, .known(.distributionNotAllowed),
          "The bridge refused to invalidate distribution \(id), which neither"
            + " CLOUDFRONT_DISTRIBUTION_ID nor BUCKET_DISTRIBUTIONS names. Add its id to one of"
            + " these, or correct the request's target.")
      }
      for error in found.failures {
        round.failures.add(message, error.errorType, error.description)
      }
      let serving = found.serving.filter { !known.contains($0.distribution.id) }
      guard !serving.isEmpty || found.isEmpty else { return }
      round.add(PlanItem(cause, serving: serving), of: message)
    case .failure(let error):
      round.failures.add(message, error.errorType, error.description)
    }
  }

  /// What to do about a target that is not found.
  private static func cure(for target: RequestTarget) -> String {
    if let id = target.misspeltID {
      return "If it is a distribution's id, write it in upper case: \(id)."
    }
    return "Correct the target: a distribution's id or domain name, or a bucket."
  }

  /// What fails the messages that the deadline leaves no time to plan.
  private static let outOfTime: (type: FailureType, text: String) = (
    .known(.noTimeLeft),
    "The function did not send all of this, because no time was left to plan it. Raise the function's timeout,"
      + " or send smaller batches."
  )

  private func hasTime(until deadline: Duration?) -> Bool {
    deadline.map { now() < $0 } ?? true
  }

  /// Forgets a distribution that no longer exists.
  package func forget(_ id: DistributionID) { directory.forget(id) }

  /// Plans the items of a round, logs the plan's warnings and records its failures.
  private func plan(
    _ round: inout PlanningRound, deadline: Duration?, _ isAccepted: @escaping AcceptanceCheck
  ) {
    let plan = planner.plan(
      round.items, isAccepted: isAccepted, isTimeUp: { !self.hasTime(until: deadline) })
    round.plan = plan
    warnOfUnserved(round)
    round.fail(items: plan.unplanned, EventPlanner.outOfTime.type, EventPlanner.outOfTime.text)
    for (item, error) in plan.failures {
      round.fail(items: [item], error.errorType, error.description)
    }
    for warning in plan.warnings.sorted() { log.warn(warning.description) }
    for batch in plan.distributions {
      for warning in batch.warnings { log.warn(warning.description) }
      if let loosened = batch.loosened {
        logger.warning(
          "The paths did not fit into one batch under the current settings, so \(loosened)",
          metadata: [
            "distribution": "\(batch.id)", "paths": .stringConvertible(batch.paths.count),
            "uncoalescedPaths": .stringConvertible(batch.cost.uncoalescedPaths),
          ])
      }
      guard !batch.deferred.isEmpty else { continue }
      round.fail(
        items: batch.deferredItems, .known(.tooManyPaths),
        "The batch of distribution \(batch.id) has room for \(coalescing.maxPaths) paths"
          + " (MAX_PATHS) and \(coalescing.maxWildcards) wildcards (MAX_WILDCARDS), and"
          + " \(whyNoRootWildcard); \(batch.deferred.count) paths must wait for the next delivery."
          + (coalescing.maxWildcards == 0 && batch.deferred.contains { $0.path.isWildcard }
            ? " Those that are wildcards can never be sent so: raise MAX_WILDCARDS." : "")
      )
    }
  }

  /// Which setting keeps `/*` from standing for what a batch has no room for.
  private var whyNoRootWildcard: String {
    if coalescing.rootWildcard == .never { return "ROOT_WILDCARD=never rules out /*" }
    if coalescing.maxWildcards == 0 { return "MAX_WILDCARDS=0 rules out every wildcard, /* too" }
    return "ROOT_WILDCARD=\(coalescing.rootWildcard.rawValue) takes no /* for wildcards alone"
  }

  /// Warns once per round about each bucket that no distribution serves.
  private func warnOfUnserved(_ round: PlanningRound) {
    var warned: Set<String> = []
    for (item, reason) in round.plan.ignored where reason == .noDistribution {
      guard case .change(let change) = round.items[item].cause,
        warned.insert(change.bucket).inserted
      else { continue }
      logger.warning(
        """
        No distribution of this account has bucket \(change.bucket) as an origin, so nothing is \
        invalidated for it. Name one in BUCKET_DISTRIBUTIONS, or remove the notification from \
        the bucket.
        """, metadata: ["bucket": "\(change.bucket)"])
    }
  }
}

/// The lookups of one event: each bucket and each target is asked for once, even if that fails.
private struct Lookups {
  private enum Question: Hashable {
    case bucket(String, region: String)
    case target(RequestTarget, hasKeys: Bool)
  }

  private var answers: [Question: Result<FoundDistributions, CloudFrontError>] = [:]

  private static func question(_ cause: PlanItem.Cause) -> Question {
    switch cause {
    case .change(let change): .bucket(change.bucket, region: change.region)
    case .request(let request):
      .target(RequestTarget(request.target), hasKeys: !request.keys.isEmpty)
    }
  }

  func hasAnswer(for cause: PlanItem.Cause) -> Bool { answers[Lookups.question(cause)] != nil }

  mutating func result(
    for cause: PlanItem.Cause, in directory: DistributionDirectory, deadline: Duration?
  ) -> Result<FoundDistributions, CloudFrontError> {
    let question = Lookups.question(cause)
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
