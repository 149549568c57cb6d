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
    ) { try DistributionState(xml: $0.body) }
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
          answeredAt: answer.headers["Date"].flatMap { HTTPDate.milliseconds($0) })
      }
    } catch {
      guard error.refusal == .alreadySubmitted else { throw error }
      return InvalidationCreation(record: nil, answeredAt: nil)
    }
  }
}

/// CloudFront's answer to the creation of an invalidation.
package struct InvalidationCreation: Sendable, Equatable {
  /// What CloudFront made of it; nil where it only says that it took this caller reference before.
  package var record: InvalidationRecord?
  /// CloudFront's clock when it answered, in milliseconds since 1970.
  package var answeredAt: Int64?

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
