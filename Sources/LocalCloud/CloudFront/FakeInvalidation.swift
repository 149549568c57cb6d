/// An invalidation that the fake CloudFront has accepted.
package struct FakeInvalidation: Sendable, Equatable {
  package enum Status: String, Sendable {
    /// It counts against the quotas.
    case inProgress = "InProgress"
    case completed = "Completed"
  }

  /// The id, such as `I2J0I21PCUYOIK`.
  package var id: String
  package var distributionID: String
  /// The paths, as sent and in the order sent.
  package var paths: [String]
  package var callerReference: String
  /// The time by the fake's clock, in milliseconds since 1970.
  package var createdAt: Int64
  /// The status at the time of the request.
  package var status = Status.inProgress

  /// The content of `Invalidation`: the id, the status, the time and the `InvalidationBatch`.
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

  /// `InvalidationSummary`, the element of a list; it has no paths.
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
