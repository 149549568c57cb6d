package import CloudFrontAPI

/// The channel of a dry run: it accepts every batch and sends none.
package struct DryRun: InvalidationChannel {
  package init() {}

  package func pending(
    _ batch: InvalidationBatch, deadline: Duration?
  ) -> any PendingInvalidation {
    Withheld()
  }

  private struct Withheld: PendingInvalidation {
    var due: Duration? { nil }
    func attempt() -> Acceptance? { .withheld }
  }
}
