import CloudFrontModel
import EventPlanning
import Failures
import InvalidationPlanning
import LambdaRuntime
import Logging
import PlanReporting
import S3Events

extension EventHandler {
  /// Logs each path of a plan at DEBUG, and why there is a wildcard that nobody asked for.
  func note(_ plan: DistributionPlan) {
    for path in plan.paths {
      logger.debug("Path", metadata: ["distribution": "\(plan.id)", "path": "\(path.path)"])
      logCut(path, on: plan.id)
    }
  }

  /// Logs what failed, and what is handed back though nothing failed with it.
  func log(
    _ outcome: Outcome, _ answer: Result<[UInt8], FunctionError>, without done: Set<Int>,
    handedOn: Set<Int>
  ) {
    var failures = outcome.failures.filter { !handedOn.contains($0.message) }
    // The run loop logs the error of the invocation, which says everything when it is the only one.
    if case .failure = answer, failures.count == 1 { failures = [] }
    for failure in failures {
      var metadata: Logger.Metadata = [
        "errorType": "\(failure.errorType)", "cure": .string(failure.errorType.cure.rawValue),
      ]
      if let wait = failure.retryAfter {
        metadata["retryAfterSeconds"] = .stringConvertible(wait / .seconds(1))
      }
      if let id = outcome.event.messages[failure.message].id { metadata["messageId"] = "\(id)" }
      // Nothing went wrong with what waits for its turn.
      let waits = failure.errorType == .known(.rateReached)
      logger.log(level: waits ? .warning : .error, "\(failure.description)", metadata: metadata)
    }
    for message in outcome.messagesToReturn(without: done) where !message.hasFailed {
      logger.warning(
        "Handed back because an earlier message of its FIFO queue failed",
        metadata: ["messageId": "\(message.id)"])
    }
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
}
