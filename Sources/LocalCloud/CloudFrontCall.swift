/// A call that the fake CloudFront has received, with what it decided to answer.
public struct CloudFrontCall: Sendable {
  /// The operation; nil for a path that is none.
  public var action: CloudFrontAction?
  /// The distribution in the path.
  public var distributionID: String?
  /// The request as it came.
  public var request: ServerRequest
  /// Milliseconds since 1970 by the fake's clock.
  public var time: Int64
  /// The status of the answer; nil when there is none.
  public var status: Int?
  /// The `Code` of an error answer.
  public var errorCode: String?
}
