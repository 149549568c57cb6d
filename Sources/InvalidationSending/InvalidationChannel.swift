package import CloudFrontAPI

/// The way a batch sender's batches take: to CloudFront, or in a dry run nowhere.
package protocol InvalidationChannel {
  /// Prepares a batch, but sends nothing yet.
  ///
  /// - Parameter deadline: the time on the monotonic clock after which no attempt starts.
  func pending(_ batch: InvalidationBatch, deadline: Duration?) -> any PendingInvalidation

  /// Whether the execution environment is being shut down, so that nothing more is to be sent.
  var isEnding: Bool { get }
}

/// A batch on its way, attempt by attempt.
package protocol PendingInvalidation {
  /// The time of the next attempt, on the monotonic clock; nil means at once.
  var due: Duration? { get }

  /// Whether the last attempt was answered with the wish for fewer requests.
  var isThrottled: Bool { get }

  /// How many attempts CloudFront was asked in. One that comes too late asks nobody and throws the
  /// error of the attempt before.
  var attempts: Int { get }

  /// The error of a batch that is given up before its next attempt, because that would come too
  /// late.
  var abandoned: CloudFrontError { get }

  /// Waits until the next attempt is due, and makes it.
  ///
  /// - Returns: the acceptance, or nil when another attempt must follow.
  mutating func attempt() throws(CloudFrontError) -> Acceptance?
}

/// The result of a batch that CloudFront did not refuse.
package enum Acceptance: Equatable, Sendable {
  /// CloudFront accepted it, now or earlier.
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

  /// When CloudFront created it, in milliseconds since 1970; nil when nothing was, or nobody says.
  var createdAt: Int64? {
    switch self {
    case .accepted(let invalidation): invalidation.createdAt
    case .withheld: nil
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

/// A call of CreateInvalidation, attempt by attempt.
private struct PendingCreation: PendingInvalidation {
  let client: CloudFrontClient
  var creation: CloudFrontClient.Creation

  var due: Duration? { creation.due }
  var isThrottled: Bool { creation.isThrottled }
  var attempts: Int { creation.attempts }
  var abandoned: CloudFrontError { creation.abandoned }

  mutating func attempt() throws(CloudFrontError) -> Acceptance? {
    try client.attempt(&creation).map { .accepted($0) }
  }
}
