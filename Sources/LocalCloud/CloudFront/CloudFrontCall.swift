/// A call that the fake CloudFront has received, with what it decided to answer.
package struct CloudFrontCall: Sendable {
  /// The operation; nil for a path that is none.
  package var action: CloudFrontAction?
  /// The distribution in the path.
  package var distributionID: String?
  /// The request as it came.
  package var request: ServerRequest
  /// Milliseconds since 1970 by the fake's clock.
  package var time: Int64
  /// The status of the answer; nil when there is none.
  package var status: Int?
  /// The `Code` of an error answer.
  package var errorCode: String?
}
