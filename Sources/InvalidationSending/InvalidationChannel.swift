package import CloudFrontAPI

/// What a batch sender sends through: CloudFront, or in a dry run nothing at all.
package protocol InvalidationChannel {
  /// Prepares a batch; sends nothing yet.
  ///
  /// - Parameter deadline: on the monotonic clock; no attempt starts past it.
  func pending(_ batch: InvalidationBatch, deadline: Duration?) -> any PendingInvalidation
}

/// A batch on its way, attempt by attempt.
package protocol PendingInvalidation {
  /// When the next attempt may be made, on the monotonic clock; nil is at once.
  var due: Duration? { get }

  /// Makes the next attempt, and waits before until it is due.
  ///
  /// - Returns: what became of the batch, or nil when another attempt is to be made.
  mutating func attempt() throws(CloudFrontError) -> Acceptance?
}

/// What became of a batch that was not refused.
package enum Acceptance: Equatable, Sendable {
  /// CloudFront took it, now or before.
  case accepted(Invalidation)
  /// A dry run kept it back.
  case withheld

  /// The invalidation's id, as logs and summaries show it.
  package var id: String {
    switch self {
    case .accepted(let invalidation): invalidation.id
    case .withheld: "dry-run"
    }
  }

  /// The invalidation's status, as logs and summaries show it.
  package var status: String {
    switch self {
    case .accepted(let invalidation): invalidation.status
    case .withheld: "NotSent"
    }
  }
}

extension CloudFrontClient: InvalidationChannel {
  package func pending(
    _ batch: InvalidationBatch, deadline: Duration?
  ) -> any PendingInvalidation {
    PendingCreation(client: self, creation: creation(of: batch, deadline: deadline))
  }
}

/// A CreateInvalidation that is being asked for.
private struct PendingCreation: PendingInvalidation {
  let client: CloudFrontClient
  var creation: CloudFrontClient.Creation

  var due: Duration? { creation.due }

  mutating func attempt() throws(CloudFrontError) -> Acceptance? {
    try client.attempt(&creation).map { .accepted($0) }
  }
}
