/// An invalidation that the fake CloudFront has accepted.
package struct FakeInvalidation: Sendable, Equatable {
  /// How far it is.
  package enum Status: String, Sendable {
    /// Counts against the quotas.
    case inProgress = "InProgress"
    /// Done.
    case completed = "Completed"
  }

  /// The id, such as `I2J0I21PCUYOIK`.
  package var id: String
  /// The distribution.
  package var distributionID: String
  /// The paths as sent, in the order sent.
  package var paths: [String]
  /// The caller reference.
  package var callerReference: String
  /// Milliseconds since 1970 by the fake's clock.
  package var createdAt: Int64
  /// The status at the time of asking.
  package var status = Status.inProgress

  /// `InvalidationBatch` and what stands before it, the content of `Invalidation`.
  var xml: String {
    let paths = XMLText.list("Paths", paths.map { XMLText.element("Path", text: $0) })
    return [
      XMLText.element("Id", text: id),
      XMLText.element("Status", text: status.rawValue),
      XMLText.element("CreateTime", text: UTCTime(milliseconds: createdAt).extended),
      XMLText.element(
        "InvalidationBatch", paths + XMLText.element("CallerReference", text: callerReference)),
    ].joined()
  }

  /// `InvalidationSummary`: a list does not say which paths.
  var summary: String {
    XMLText.element(
      "InvalidationSummary",
      [
        XMLText.element("Id", text: id),
        XMLText.element("CreateTime", text: UTCTime(milliseconds: createdAt).extended),
        XMLText.element("Status", text: status.rawValue),
      ].joined())
  }
}
