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
  let decoder: EventDecoder
  let options: PlanOptions
  let probe: Probe
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
    var decoder = EventDecoder()
    decoder.workQueue = settings.workQueue
    self.decoder = decoder
    self.probe = probe
    now = time.monotonic
    directory = DistributionDirectory(
      source: source, settings: settings, now: time.monotonic, logger: logger, log: log)
    var options = settings.planning
    options.keepsDropped = explains
    self.options = options
    takesRequests = settings.takesRequests
    self.logger = logger
  }

  /// Reads the first distributions that the settings name, so that the first event finds them read.
  ///
  /// - Parameter deadline: on the monotonic clock; no attempt starts past it.
  package func prepare(deadline: Duration) {
    directory.prepare(deadline: deadline)
  }

  /// Plans an event, and keeps all plans. It never throws, because each failure belongs to one
  /// message of the event.
  ///
  /// - Parameters:
  ///   - invocationID: the invocation's request id.
  ///   - deadline: on the monotonic clock; looking up and planning stop at it, and what is left
  ///     then fails its messages.
  package func plan(
    _ event: [UInt8], invocationID: String, deadline: Duration? = nil
  ) -> EventPlan {
    plan(decode(event, invocationID: invocationID, deadline: deadline), deadline: deadline)
  }

  /// Plans an event that is decoded, or was never encoded.
  package func plan(_ decoded: DecodedEvent, deadline: Duration? = nil) -> EventPlan {
    var planner = begin(decoded, deadline: deadline)
    var plans = planner.distributions.compactMap { planner.plan($0) }
    if !planner.gone.isEmpty {
      // The list is out of date, so it is read once more. What is still listed may exist after all.
      planner.gone.forEach(forget)
      planner = begin(decoded, deadline: deadline, setsGoneAside: false)
      plans = planner.distributions.compactMap { planner.plan($0) }
    }
    planner.finish()
    var round = planner.round
    round.plan.distributions = plans
    return EventPlan(event: decoded, round: round)
  }

  /// Decodes an event and looks up its distributions, of which the caller then plans one after the
  /// other. A distribution that CloudFront doesn't know is no failure, because the caller looks it
  /// up once more.
  ///
  /// - Parameters: as those of ``plan(_:invocationID:deadline:)``.
  ///   - means: how much can be sent, and how thrifty to be.
  ///   - remember: asks the memory that execution environments share about the round's items.
  package func begin(
    _ event: [UInt8], invocationID: String, deadline: Duration?,
    acceptance: AcceptanceCheck = .nothing, means: SendingMeans? = nil,
    remember: (PlanningRound) -> SharedMemory = { _ in SharedMemory() }
  ) -> (event: DecodedEvent, planner: RoundPlanner) {
    let decoded = decode(event, invocationID: invocationID, deadline: deadline)
    return (
      decoded,
      begin(
        decoded, deadline: deadline, acceptance: acceptance, means: means, remember: remember)
    )
  }

  private func begin(
    _ decoded: DecodedEvent, deadline: Duration?, acceptance: AcceptanceCheck = .nothing,
    means: SendingMeans? = nil, setsGoneAside: Bool = true,
    remember: (PlanningRound) -> SharedMemory = { _ in SharedMemory() }
  ) -> RoundPlanner {
    var scopes: [Int: WorkScope] = [:]
    for (index, message) in decoded.messages.enumerated() {
      if let work = message.work { scopes[index] = work }
    }
    var round = PlanningRound(scopes: scopes)
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
      for change in message.changes {
        lookUp(
          .change(change), sentAt: message.delivery?.sentAt, of: index, &lookups, besides: nil,
          deadline: deadline, for: &round)
      }
      for asked in message.requests {
        var request = asked
        if case .bucket(let name) = RequestTarget(asked.target) { request.bucket = name }
        lookUp(
          .request(request), sentAt: nil, of: index, &lookups, besides: nil, deadline: deadline,
          for: &round)
      }
    }
    tryPlanning(&round, of: decoded, deadline: deadline)
    let memory = remember(round)
    round.fail(
      items: memory.unrecorded, .known(.ledgerUnavailable),
      "A change could not be recorded in the table that LEDGER_TABLE names, so it is delivered again"
        + " until it is.")
    return self.planner(
      of: round, deadline: deadline, acceptance, means, memory, setsGoneAside: setsGoneAside)
  }

  private func planner(
    of round: PlanningRound, deadline: Duration?, _ acceptance: AcceptanceCheck,
    _ means: SendingMeans?, _ memory: SharedMemory, setsGoneAside: Bool
  ) -> RoundPlanner {
    var options = options
    if let means { options.coalescing = means.options(options.coalescing) }
    return RoundPlanner(
      round, options: options, acceptance: acceptance, memory: memory, directory: directory,
      deadline: deadline,
      setsGoneAside: setsGoneAside, now: now, logger: logger, log: log)
  }

  /// Looks up once more who serves the items of distributions that no longer exist, for the
  /// distributions that the earlier round left out.
  package func beginAgain(
    after earlier: RoundPlanner, withoutGone gone: Set<DistributionID>, deadline: Duration?,
    acceptance: AcceptanceCheck, means: SendingMeans? = nil
  ) -> RoundPlanner {
    let round = earlier.round
    let stale = round.items.indices.filter { index in
      !earlier.leftOut.contains(index)
        && round.items[index].everyone.contains { gone.contains($0.distribution.id) }
    }
    var next = PlanningRound(again: Set(stale), scopes: round.scopes)
    var lookups = Lookups()
    var memory = SharedMemory()
    for index in stale {
      let item = round.items[index]
      let place = next.items.count
      // CloudFront may still list a distribution that is gone, so this round may try it once more.
      lookUp(
        item.cause, sentAt: item.sentAt, of: round.messageOfItem[index], &lookups,
        besides: Set(item.serving.map(\.distribution.id)).subtracting(gone), deadline: deadline,
        for: &next)
      // Nothing is settled: what the memory knows is of the distributions there were.
      guard next.items.count > place else { continue }
      memory.late[place] = earlier.memory.late[index]
      if earlier.memory.rewritten.contains(index) { memory.rewritten.insert(place) }
    }
    return planner(of: next, deadline: deadline, acceptance, means, memory, setsGoneAside: false)
  }

  /// Looks up who serves a change or a request, and adds it to the items of a round.
  ///
  /// - Parameter known: the distributions that an earlier round planned it for.
  private func lookUp(
    _ cause: PlanItem.Cause, sentAt: Int64?, of message: Int, _ lookups: inout Lookups,
    besides known: Set<DistributionID>?, deadline: Duration?, for round: inout PlanningRound
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
    let (group, result) = lookups.result(
      for: cause, scope: round.scopes[message], in: directory, deadline: deadline)
    switch result {
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
      // Items of one lookup share its array, and are a group.
      let serving =
        known.map { known in found.serving.filter { !known.contains($0.distribution.id) } }
        ?? found.serving
      guard !serving.isEmpty || found.isEmpty else { return }
      round.add(
        PlanItem(
          cause, sentAt: sentAt, serving: serving, everyone: found.whole,
          group: known == nil ? group : nil),
        of: message)
    case .failure(let error):
      round.failures.add(
        message, error.errorType, error.description,
        retryAfter: directory.isListing ? .seconds(1) : nil)
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
  static let outOfTime: (type: FailureType, text: String) = (
    .known(.noTimeLeft),
    "The function did not send all of this, because no time was left to plan it. Raise the function's timeout,"
      + " or send smaller batches."
  )

  private func hasTime(until deadline: Duration?) -> Bool {
    deadline.map { now() < $0 } ?? true
  }

  /// Forgets a distribution that no longer exists.
  package func forget(_ id: DistributionID) { directory.forget(id) }
}
