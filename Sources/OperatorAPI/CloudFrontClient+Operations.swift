import AWSClient
package import CloudFrontAPI
package import CloudFrontModel
import HTTPTransport

extension CloudFrontClient {
  /// The most attempts of a call that somebody waits for at a keyboard.
  private static let patientAttempts = 8

  /// Gets a distribution and what goes on with it.
  package func state(of id: DistributionID) throws(CloudFrontError) -> DistributionState {
    try send(
      CloudFrontRequest.getDistribution(id), "GetDistribution", distribution: id, deadline: nil
    ) { answer in
      try DistributionState(xml: answer.body, answeredAt: answer.time)
    }
  }

  /// Gets a page of the history of a distribution, newest first.
  package func invalidations(
    of id: DistributionID, marker: String?
  ) throws(CloudFrontError) -> InvalidationPage {
    try send(
      CloudFrontRequest.listInvalidations(of: id, marker: marker), "ListInvalidations",
      distribution: id, attempts: CloudFrontClient.patientAttempts, deadline: nil
    ) { try InvalidationPage(xml: $0.body) }
  }

  /// Gets an invalidation with its paths.
  package func invalidation(
    _ invalidation: String, of id: DistributionID
  ) throws(CloudFrontError) -> InvalidationRecord {
    try send(
      CloudFrontRequest.getInvalidation(invalidation, of: id), "GetInvalidation", distribution: id,
      attempts: CloudFrontClient.patientAttempts, deadline: nil
    ) { try InvalidationRecord(xml: $0.body) }
  }

  /// Creates an invalidation, and keeps its caller reference over all attempts.
  package func createdInvalidation(
    _ batch: InvalidationBatch
  ) throws(CloudFrontError) -> InvalidationCreation {
    do {
      return try send(
        CloudFrontRequest.createInvalidation(batch), "CreateInvalidation",
        distribution: batch.distribution, attempts: CloudFrontClient.patientAttempts, deadline: nil
      ) { answer in
        InvalidationCreation(
          record: try InvalidationRecord(xml: answer.body),
          answeredAt: answer.time)
      }
    } catch {
      guard error.refusal == .alreadySubmitted else { throw error }
      return InvalidationCreation(record: nil, answeredAt: nil)
    }
  }
}

/// CloudFront's answer to the creation of an invalidation.
package struct InvalidationCreation: Sendable, Equatable {
  /// The invalidation that CloudFront made; nil where it only says that it took this caller
  /// reference before.
  package var record: InvalidationRecord?
  /// CloudFront's clock when it answered, in milliseconds since 1970.
  package var answeredAt: Int64?

  /// Creates an answer.
  package init(record: InvalidationRecord?, answeredAt: Int64?) {
    self.record = record
    self.answeredAt = answeredAt
  }

  /// Tells whether an earlier run with the same caller reference made it.
  ///
  /// Both times are CloudFront's, so the machine's clock doesn't matter. Since `Date` has no
  /// fraction and the answer was on its way for a while, what counts as old surely is.
  ///
  /// - Parameter elapsed: the time since the run began.
  package func isOlder(thanRunBegunBefore elapsed: Duration) -> Bool {
    guard let createdAt = record?.createdAt else { return record == nil }
    guard let answeredAt else { return false }
    return createdAt < answeredAt - Int64(elapsed / .milliseconds(1))
  }
}

extension HTTPResponse {
  /// The server's clock, in milliseconds since 1970.
  fileprivate var time: Int64? { headers["Date"].flatMap { HTTPDate.milliseconds($0) } }
}
