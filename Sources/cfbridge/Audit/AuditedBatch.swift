import CloudFrontModel
import Encoding
import JSON
import OperatorAPI

/// An invalidation batch that somebody's tool had accepted.
struct AuditedBatch {
  /// When, in milliseconds since 1970.
  var time: Int64
  /// Who; empty where nobody says.
  var user: String
  /// With which tool.
  var tool: String
  var distribution: DistributionID
  /// The invalidation's id; nil where nobody says.
  var invalidation: String?
  /// The paths; nil where the record leaves them out.
  var paths: [InvalidatedPath]?

  /// Takes what CloudTrail recorded; nil for what CloudFront refused and for other events.
  ///
  /// Names of members are compared without regard to case: which one AWS uses is nowhere written.
  init?(event: JSONValue) {
    guard event.member("errorCode") == nil,
      let request = event.member("requestParameters"),
      let name = request.member("distributionId") ?? request.member("id"),
      let id = name.stringValue,
      let time = event.member("eventTime")?.stringValue.flatMap({ CivilTime(iso8601: $0) })
    else { return nil }
    self.time = time.millisecondsSinceEpoch
    distribution = DistributionID(id)
    tool = AuditedBatch.tool(agent: event.member("userAgent")?.stringValue ?? "")
    user = AuditedBatch.user(event.member("userIdentity"))
    invalidation =
      event.member("responseElements")?.member("invalidation")?.member("id")?.stringValue
    let listed = request.member("invalidationBatch")?.member("paths")
    let items = listed?.member("items") ?? listed
    // A list, or an object around it, such as {"path": […]}.
    let list =
      items?.arrayValue ?? items?.objectValue?.compactMap { $0.value.arrayValue }.first
    let count = listed?.member("quantity")?.integerValue
    let texts = list?.compactMap(\.stringValue)
    paths = texts.flatMap { texts in
      texts.isEmpty || count.map({ Int($0) != texts.count }) == true
        ? nil : texts.map { InvalidatedPath(bytes: Array($0.utf8)) }
    }
  }

  /// Takes a record of the history, which knows nobody's name.
  init?(_ record: InvalidationRecord, of distribution: DistributionID) {
    guard let time = record.createdAt else { return nil }
    self.time = time
    self.distribution = distribution
    user = ""
    tool = AuditedBatch.tool(reference: record.callerReference ?? "")
    invalidation = record.id
    paths = record.paths
  }

  /// The tool by its `User-Agent`.
  private static func tool(agent: String) -> String {
    let known = [
      ("s3-cloudfront-bridge/", "the bridge"), ("cfbridge/", "cfbridge"), ("aws-cli/", "AWS CLI"),
      ("terraform", "Terraform"), ("boto", "boto3"), ("signin.amazonaws.com", "the console"),
      ("console.amazonaws.com", "the console"), ("cloudformation", "CloudFormation"),
    ]
    let lower = agent.lowercased()
    if let found = known.first(where: { lower.contains($0.0) }) { return found.1 }
    let first = agent.prefix { $0 != " " && $0 != "/" }
    return first.isEmpty ? "unknown" : String(first)
  }

  /// The tool by the caller references that it makes.
  private static func tool(reference: String) -> String {
    let known = [("v1-", "the bridge"), ("cfbridge-", "cfbridge"), ("cli-", "AWS CLI")]
    return known.first { reference.hasPrefix($0.0) }?.1 ?? "unknown"
  }

  private static func user(_ identity: JSONValue?) -> String {
    let issuer = identity?.member("sessionContext")?.member("sessionIssuer")?.member("userName")
    let name = identity?.member("userName") ?? issuer
    if let text = name?.stringValue, !text.isEmpty { return text }
    let arn =
      identity?.member("arn")?.stringValue ?? identity?.member("invokedBy")?.stringValue ?? ""
    return arn.split(separator: ":").last.map(String.init) ?? ""
  }
}

extension JSONValue {
  /// The member's value, whatever the case of its name.
  fileprivate func member(_ name: String) -> JSONValue? {
    let found = objectValue?.first { $0.key.lowercased() == name.lowercased() }?.value
    if case .null? = found { return nil }
    return found
  }
}
