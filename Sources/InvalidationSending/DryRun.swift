package import CloudFrontAPI

/// The channel of a dry run: everything is looked up and planned, and every batch is kept back.
package struct DryRun: InvalidationChannel {
  /// Creates one.
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
