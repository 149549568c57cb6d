public import CloudFrontAPI
public import HTTPTransport
import InvalidationPlanning
import JSON
public import LambdaRuntime
public import Logging
import S3Events

/// Handles an invocation: plans its event, sends one batch per distribution, answers.
///
/// An invocation succeeds only when every change in it is covered by an accepted invalidation or
/// needs none. What is not covered comes again: an SQS message because it is handed back, any
/// other event because the invocation fails.
public final class EventHandler {
  private let settings: Settings
  private let planner: EventPlanner
  private let cloudFront: CloudFrontClient
  private let time: TimeSource
  private let isEndRequested: () -> Bool
  private let logger: Logger

  /// Creates a handler.
  ///
  /// - Parameter isEndRequested: tells whether the execution environment is being shut down;
  ///   asked before each batch.
  public init(
    settings: Settings, cloudFront: CloudFrontClient, time: TimeSource,
    isEndRequested: @escaping () -> Bool = { false }, logger: Logger
  ) {
    self.settings = settings
    self.cloudFront = cloudFront
    self.time = time
    self.isEndRequested = isEndRequested
    self.logger = logger
    planner = EventPlanner(settings: settings, source: cloudFront, time: time, logger: logger)
  }

  /// Handles one invocation.
  public func handle(_ invocation: Invocation) -> Result<[UInt8], FunctionError> {
    let deadline = invocation.deadline.remaining(at: time.wallMilliseconds()).map {
      time.monotonic() + $0 - settings.deadlineMargin
    }
    var outcome = Outcome(
      planned: planner.plan(
        invocation.body, invocationID: invocation.requestID, deadline: deadline))
    for batch in outcome.planned.plan.distributions {
      send(batch, deadline: deadline, into: &outcome)
    }
    log(outcome)
    return answer(outcome)
  }

  private func send(_ batch: DistributionPlan, deadline: Duration?, into outcome: inout Outcome) {
    for path in batch.paths {
      logger.debug("Path", metadata: ["distribution": "\(batch.id)", "path": "\(path.path)"])
      logCut(path, on: batch.id)
    }
    var result = Outcome.Batch(
      id: batch.id, pathCount: batch.paths.count, callerReference: batch.callerReference)
    defer { outcome.batches.append(result) }
    guard !isEndRequested() else {
      outcome.planned.fail(
        items: batch.contributors, "Function.ShuttingDown",
        "The invalidation on distribution \(batch.id) was not sent, since Lambda ends this"
          + " execution environment. It will be tried again when the event is delivered again.")
      return
    }
    do {
      result.invalidation = try cloudFront.create(
        InvalidationBatch(
          distribution: batch.id, paths: batch.paths.map(\.path),
          callerReference: batch.callerReference),
        deadline: deadline)
    } catch {
      if error.code == "NoSuchDistribution" { planner.forget(batch.id) }
      outcome.planned.fail(items: batch.contributors, error.errorType, error.description)
    }
  }

  /// Says why a wildcard goes out that nobody asked for.
  private func logCut(_ path: PlannedPath, on distribution: String) {
    guard let reason = path.reasons.first(where: \.rule.isCut) else { return }
    let key = reason.key.map { PlanExplanation.visible($0) } ?? ""
    logger.info(
      "A wildcard stands for a key",
      metadata: [
        "distribution": "\(distribution)", "path": "\(path.path)",
        "reason": "\(PlanExplanation.words(reason.rule, key: key))",
      ])
  }

  private func log(_ outcome: Outcome) {
    for failure in outcome.planned.failures {
      var metadata: Logger.Metadata = ["errorType": "\(failure.errorType)"]
      if let id = outcome.planned.event.messages[failure.message].id {
        metadata["messageId"] = "\(id)"
      }
      logger.error("\(failure.description)", metadata: metadata)
    }
    for batch in outcome.batches {
      guard let invalidation = batch.invalidation else { continue }
      logger.info(
        "Invalidated",
        metadata: [
          "distribution": "\(batch.id)", "paths": "\(batch.pathCount)",
          "invalidationId": "\(invalidation.id)", "status": "\(invalidation.status)",
          "callerReference": "\(batch.callerReference)",
        ])
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
    let identifiers = outcome.messagesToReturn.map { id in
      JSONValue.object([(key: "itemIdentifier", value: .string(id))])
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
