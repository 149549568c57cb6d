import InvalidationSending
import PlanReporting
import CloudFrontModel
package import Clock
import EventPlanning
package import FunctionSettings
package import CloudFrontAPI
import HTTPTransport
import InvalidationPlanning
import JSON
package import LambdaRuntime
package import Logging
import S3Events

/// Handles an invocation: plans its event, sends one batch per distribution, answers.
///
/// An invocation succeeds only when every change in it is covered by an accepted invalidation or
/// needs none. What is not covered comes again: an SQS message because it is handed back, any
/// other event because the invocation fails.
package final class EventHandler {
  private let settings: Settings
  private let planner: EventPlanner
  private let cloudFront: CloudFrontClient
  private let time: TimeSource
  private let random: () -> Double
  private let logger: Logger
  private var accepted = AcceptedPaths()

  /// Creates a handler.
  ///
  /// - Parameter random: from 0 up to 1; jitters waits.
  package init(
    settings: Settings, cloudFront: CloudFrontClient, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) },
    logger: Logger
  ) {
    self.settings = settings
    self.cloudFront = cloudFront
    self.time = time
    self.random = random
    self.logger = logger
    planner = EventPlanner(settings: settings, source: cloudFront, time: time, logger: logger)
  }

  /// Handles one invocation.
  package func handle(_ invocation: Invocation) -> Result<[UInt8], FunctionError> {
    let timeLeft = invocation.deadline.remaining(at: time.wallMilliseconds())
    let deadline = timeLeft.map { time.monotonic() + $0 - settings.deadlineMargin }
    if let timeLeft, timeLeft <= settings.deadlineMargin {
      logger.warning(
        """
        DEADLINE_MARGIN_MS leaves this invocation no time to do anything; lower it or raise the \
        function's timeout
        """,
        metadata: ["timeLeft": "\(timeLeft)", "margin": "\(settings.deadlineMargin)"])
    }
    var outcome = Outcome(
      planned: planner.plan(
        invocation.body, invocationID: invocation.requestID, deadline: deadline,
        isAccepted: isAccepted))
    let gone = send(
      outcome.planned.plan.distributions, deadline: deadline, setsGoneAside: true, &outcome)
    if !gone.isEmpty {
      // A distribution that is gone was remembered from before: look once more who serves what
      // was meant for it.
      for id in gone {
        planner.forget(id)
        accepted.forget(id)
      }
      let again = planner.planAgain(
        &outcome.planned, withoutGone: gone, deadline: deadline, isAccepted: isAccepted)
      _ = send(again, deadline: deadline, setsGoneAside: false, &outcome)
    }
    let answer = answer(outcome)
    log(outcome, answer)
    return answer
  }

  private var isAccepted: (ChangeIdentity, InvalidationPath, String) -> Bool {
    { [accepted] change, path, id in accepted.contains(path, for: change, on: id) }
  }

  /// Sends batches and takes stock of what is covered now and what is not.
  ///
  /// - Parameter setsGoneAside: whether distributions that don't exist any more are returned instead
  ///   of failing.
  private func send(
    _ batches: [DistributionPlan], deadline: Duration?, setsGoneAside: Bool,
    _ outcome: inout Outcome
  ) -> Set<String> {
    for batch in batches {
      for path in batch.paths {
        logger.debug("Path", metadata: ["distribution": "\(batch.id)", "path": "\(path.path)"])
        logCut(path, on: batch.id)
      }
    }
    let sender = BatchSender(
      cloudFront: cloudFront, time: time, random: random, deadline: deadline,
      logger: logger)
    let items = outcome.planned.items
    var gone: Set<String> = []
    for (batch, parts) in zip(batches, sender.send(batches) { items[$0].identity }) {
      for part in parts {
        if setsGoneAside, part.isGone {
          gone.insert(batch.id)
          continue
        }
        outcome.add(part, of: batch.id)
        guard case .success = part.result else { continue }
        for reason in part.paths.flatMap(\.reasons) {
          accepted.insert(reason.path, for: items[reason.item].identity, on: batch.id)
        }
      }
    }
    return gone
  }

  /// Says why a wildcard goes out that nobody asked for.
  private func logCut(_ path: PlannedPath, on distribution: String) {
    guard let reason = path.reasons.first(where: \.rule.isCut) else { return }
    let key = reason.key.map { $0.visible } ?? ""
    logger.info(
      "A wildcard stands for a key",
      metadata: [
        "distribution": "\(distribution)", "path": "\(path.path)",
        "reason": "\(PlanExplanation.words(reason.rule, key: key))",
      ])
  }

  private func log(_ outcome: Outcome, _ answer: Result<[UInt8], FunctionError>) {
    var failures = outcome.planned.failures
    // The run loop logs what an invocation fails with: alone, it says all there is.
    if case .failure = answer, failures.count == 1 { failures = [] }
    for failure in failures {
      var metadata: Logger.Metadata = ["errorType": "\(failure.errorType)"]
      if let id = outcome.planned.event.messages[failure.message].id {
        metadata["messageId"] = "\(id)"
      }
      logger.error("\(failure.description)", metadata: metadata)
    }
    for message in outcome.messagesToReturn where !message.hasFailed {
      logger.warning(
        "Handed back, since a message before it in the FIFO queue failed",
        metadata: ["messageId": "\(message.id)"])
    }
    for batch in outcome.batches {
      guard let invalidation = batch.invalidation else { continue }
      var metadata: Logger.Metadata = [
        "distribution": "\(batch.id)", "paths": "\(batch.paths.count)",
        "invalidationId": "\(invalidation.id)", "status": "\(invalidation.status)",
        "callerReference": "\(batch.callerReference)",
      ]
      let isWithheld = invalidation.status == Invalidation.withheldStatus
      // Who tries the function out wants to see what it would do.
      if isWithheld { metadata["firstPaths"] = .array(batch.firstPaths.map { "\($0)" }) }
      logger.info(isWithheld ? "Planned, not sent" : "Invalidated", metadata: metadata)
    }
    let summary = String(decoding: outcome.summary.encoded(), as: UTF8.self)
    logger.info("Handled an event", metadata: ["summary": "\(summary)"])
  }

  private func answer(_ outcome: Outcome) -> Result<[UInt8], FunctionError> {
    let failures = outcome.planned.failures
    guard outcome.planned.event.source == .sqs else {
      return failures.isEmpty ? .success(outcome.summary.encoded()) : .failure(error(failures))
    }
    let canReport = settings.queueFailures == .report && !outcome.hasNamelessFailure
    guard failures.isEmpty || canReport else { return .failure(error(failures)) }
    let identifiers = outcome.messagesToReturn.map { message in
      JSONValue.object([(key: "itemIdentifier", value: .string(message.id))])
    }
    return .success(
      JSONValue.object([(key: "batchItemFailures", value: .array(identifiers))]).encoded())
  }

  /// Makes one function error of all failures: the first one's type, the first few's words.
  private func error(_ failures: [EventPlan.Failure]) -> FunctionError {
    let shown = failures.prefix(3).map(\.description)
    let more = failures.count > shown.count ? ["And \(failures.count - shown.count) more."] : []
    return FunctionError(
      ErrorType(failures.first?.errorType ?? "Function.Unknown"),
      (shown + more).joined(separator: " "))
  }
}

extension BatchSender.Part {
  /// Whether CloudFront says that the distribution does not exist.
  fileprivate var isGone: Bool {
    if case .failure(let error) = result { error.code == "NoSuchDistribution" } else { false }
  }
}
