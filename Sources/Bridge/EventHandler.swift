package import Clock
package import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import Failures
package import FunctionSettings
import HTTPTransport
import InvalidationPlanning
import InvalidationSending
import JSON
package import LambdaRuntime
package import Logging
import PlanReporting
package import Probing
import S3Events
package import SQSAPI

/// Handles invocations: plans the event, sends one batch per distribution and answers.
///
/// An invocation succeeds only when CloudFront has accepted an invalidation for every change that
/// needs one. Otherwise the change is delivered once more: the queue redelivers an SQS message that
/// the handler hands back, and the sender retries any other event because the invocation fails.
package final class EventHandler {
  private let settings: Settings
  private let planner: EventPlanner
  private let channel: any InvalidationChannel
  private let time: TimeSource
  private let random: () -> Double
  private let logger: Logger
  private let returner: MessageReturner?
  private var accepted = AcceptedPaths()

  /// Creates a handler that sends through a client, or sends nothing when `DRY_RUN` is set.
  ///
  /// - Parameters:
  ///   - queues: the way to the queues whose messages are handed back.
  ///   - probe: tries messages that a queue has delivered before.
  ///   - random: returns a number from 0 up to 1, which jitters the waits.
  package init(
    settings: Settings, cloudFront: CloudFrontClient, queues: SQSClient, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) }, probe: Probe = .none,
    logger: Logger
  ) {
    self.settings = settings
    channel = settings.isDryRun ? DryRun() : cloudFront
    self.time = time
    self.random = random
    self.logger = logger
    // A dry run leaves the queues alone too.
    returner =
      settings.isDryRun || settings.queueFailures != .report
      ? nil : MessageReturner(client: queues, time: time, random: random, logger: logger)
    planner = EventPlanner(
      settings: settings, source: cloudFront, time: time, logger: logger, probe: probe)
  }

  /// Handles one invocation; returns the response, or the error to report.
  package func handle(_ invocation: Invocation) -> Result<[UInt8], FunctionError> {
    let start = time.monotonic()
    let timeLeft = invocation.deadline.remaining(at: time.wallMilliseconds())
    let deadline = timeLeft.map { start + $0 - settings.deadlineMargin }
    if let timeLeft, timeLeft <= settings.deadlineMargin {
      logger.warning(
        """
        DEADLINE_MARGIN_MS leaves this invocation no time; lower it or raise the function's timeout
        """,
        metadata: [
          "timeLeftSeconds": .stringConvertible(timeLeft / .seconds(1)),
          "marginSeconds": .stringConvertible(settings.deadlineMargin / .seconds(1)),
        ])
    }
    let planned = planner.plan(
      invocation.body, invocationID: invocation.requestID, deadline: deadline,
      isAccepted: isAccepted)
    let first = send(planned.round, deadline: deadline, isLast: false)
    var rounds = [first]
    if !first.gone.isEmpty {
      // The list of distributions was out of date: look up once more who serves the changes that
      // were meant for a distribution that no longer exists.
      for id in first.gone {
        planner.forget(id)
        accepted.forget(id)
      }
      let again = planner.planAgain(
        after: first.planning, withoutGone: first.gone, deadline: deadline, isAccepted: isAccepted)
      rounds.append(send(again, deadline: deadline, isLast: true))
    }
    let outcome = Outcome(event: planned.event, rounds: rounds)
    let done = handBack(
      outcome, event: invocation.body,
      times: MessageReturner.Times(
        start: start, deadline: timeLeft.map { start + $0 - settings.answerMargin }))
    let answer = answer(outcome, without: done)
    log(outcome, answer, without: done)
    return answer
  }

  private var isAccepted: AcceptanceCheck {
    { [accepted] change, path, id in accepted.contains(.path(path), for: change, on: id) }
  }

  /// Sends the batches of a round, and remembers the paths that CloudFront accepted.
  private func send(_ planning: PlanningRound, deadline: Duration?, isLast: Bool) -> Round {
    for batch in planning.plan.distributions {
      for path in batch.paths {
        logger.debug("Path", metadata: ["distribution": "\(batch.id)", "path": "\(path.path)"])
        logCut(path, on: batch.id)
      }
    }
    let sender = BatchSender(
      channel: channel, time: time, random: random, deadline: deadline, logger: logger)
    let parts = sender.send(planning.plan.distributions) { planning.items[$0].identity }
    let round = Round(planning, parts: parts, isLast: isLast)
    for (path, change, distribution) in round.accepted {
      accepted.insert(.path(path), for: change, on: distribution)
    }
    return round
  }

  /// Tells the queues when to deliver again what is not done.
  ///
  /// - Returns: the messages that their dead-letter queue has.
  private func handBack(
    _ outcome: Outcome, event: [UInt8], times: MessageReturner.Times
  ) -> Set<Int> {
    guard outcome.event.source == .sqs, !outcome.hasNamelessFailure, let returner else { return [] }
    return returner.settle(
      outcome.event, event: event, failures: outcome.failures, times: times)
  }

  /// Logs why the plan has a wildcard although nobody asked for one.
  private func logCut(_ path: PlannedPath, on distribution: DistributionID) {
    guard let reason = path.reasons.first(where: \.rule.isCut) else { return }
    let key = reason.key.map { $0.visible } ?? ""
    logger.info(
      "Planned a wildcard instead of the key's own path",
      metadata: [
        "distribution": "\(distribution)", "path": "\(path.path)",
        "reason": "\(PlanExplanation.words(reason.rule, key: key))",
      ])
  }

  private func log(
    _ outcome: Outcome, _ answer: Result<[UInt8], FunctionError>, without done: Set<Int>
  ) {
    var failures = outcome.failures
    // The run loop logs the error of the invocation, which says everything when it is the only one.
    if case .failure = answer, failures.count == 1 { failures = [] }
    for failure in failures {
      var metadata: Logger.Metadata = ["errorType": "\(failure.errorType)"]
      if let id = outcome.event.messages[failure.message].id { metadata["messageId"] = "\(id)" }
      logger.error("\(failure.description)", metadata: metadata)
    }
    for message in outcome.messagesToReturn(without: done) where !message.hasFailed {
      logger.warning(
        "Handed back because an earlier message of its FIFO queue failed",
        metadata: ["messageId": "\(message.id)"])
    }
    for sent in outcome.sent {
      guard let acceptance = sent.acceptance else { continue }
      var metadata: Logger.Metadata = [
        "distribution": "\(sent.distribution)", "paths": .stringConvertible(sent.paths.count),
        "invalidationId": "\(acceptance.id)", "status": "\(acceptance.status)",
        "callerReference": "\(sent.part.callerReference)",
      ]
      // Somebody who tries the function out wants to see what it would do.
      if acceptance == .withheld {
        metadata["firstPaths"] = .array(sent.firstPaths.map { "\($0)" })
      }
      logger.info(
        acceptance == .withheld ? "Planned, not sent" : "Invalidated", metadata: metadata)
    }
    logger.info("Handled an event", metadata: Logger.Metadata(members: outcome.summary))
  }

  private func answer(
    _ outcome: Outcome, without done: Set<Int>
  ) -> Result<[UInt8], FunctionError> {
    let failures = outcome.failures
    guard outcome.event.source == .sqs else {
      return failures.isEmpty ? .success(outcome.summary.encoded()) : .failure(error(failures))
    }
    let canReport = settings.queueFailures == .report && !outcome.hasNamelessFailure
    guard failures.isEmpty || canReport else { return .failure(error(failures)) }
    let identifiers = outcome.messagesToReturn(without: done).map { message -> JSONValue in
      ["itemIdentifier": .string(message.id)]
    }
    let response: JSONValue = ["batchItemFailures": .array(identifiers)]
    return .success(response.encoded())
  }

  /// Combines all failures into one function error, with the type of the first and the texts of at
  /// most three.
  private func error(_ failures: [MessageFailure]) -> FunctionError {
    let shown = failures.prefix(3).map(\.description)
    let more = failures.count > shown.count ? ["And \(failures.count - shown.count) more."] : []
    return FunctionError(
      ErrorType(failures.first?.errorType.name ?? ""),
      (shown + more).joined(separator: " "))
  }
}
