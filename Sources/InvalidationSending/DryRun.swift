package import CloudFrontAPI
import CloudFrontModel

/// The channel of a dry run: it accepts every batch and sends none.
package struct DryRun: InvalidationChannel {
  package init() {}

  package func pending(
    _ batch: InvalidationBatch, deadline: Duration?
  ) -> any PendingInvalidation {
    Withheld(distribution: batch.distribution)
  }

  package var isEnding: Bool { false }

  private struct Withheld: PendingInvalidation {
    var distribution: DistributionID
    var due: Duration? { nil }
    var isThrottled: Bool { false }
    var attempts: Int { 0 }
    var abandoned: CloudFrontError {
      CloudFrontError(
        operation: "CreateInvalidation", distribution: distribution, reason: .rateReached)
    }
    func attempt() -> Acceptance? { .withheld }
  }
}
