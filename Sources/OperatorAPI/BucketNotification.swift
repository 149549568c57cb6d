import CloudFrontAPI
import XML

/// Whom a bucket tells of its changes.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
package struct BucketNotification: Sendable, Equatable {
  /// One receiver.
  package struct Rule: Sendable, Equatable {
    /// The ARN of the queue, topic or function.
    package var target: String
    /// The kinds of events, such as `s3:ObjectCreated:*`.
    package var events: [String]
    /// What keys must begin with; empty for all.
    package var prefix: String
    /// What keys must end with; empty for all.
    package var suffix: String
  }

  /// The receivers, in their order.
  package var rules: [Rule]
  /// Whether EventBridge gets everything.
  package var tellsEventBridge: Bool

  /// Reads the answer.
  package init(xml: [UInt8]) throws {
    let root = try XMLReader.read(xml)
    // Where nothing is set, moto names it after the operation.
    guard
      root.name.hasSuffix("NotificationConfiguration")
        || root.name == "GetBucketNotificationResponse"
    else {
      throw AnswerError.otherRoot(root.name, expected: "NotificationConfiguration")
    }
    tellsEventBridge = root.children.contains { $0.name == "EventBridgeConfiguration" }
    let kinds: [(element: String, member: StaticString)] = [
      ("QueueConfiguration", "Queue"), ("TopicConfiguration", "Topic"),
      ("CloudFunctionConfiguration", "CloudFunction"),
    ]
    rules = root.children.compactMap { element in
      guard let (_, member) = kinds.first(where: { $0.0 == element.name }) else { return nil }
      var found = Rule(
        target: element[member] ?? "",
        events: element.children.filter { $0.name == "Event" }.map(\.text), prefix: "", suffix: "")
      for filter in element.first("Filter")?.first("S3Key")?.children ?? [] {
        switch filter["Name"]?.lowercased() {
        case "prefix": found.prefix = filter["Value"] ?? ""
        case "suffix": found.suffix = filter["Value"] ?? ""
        default: break
        }
      }
      return found
    }
  }
}

/// Where a bucket writes its own access logs.
package struct BucketLogging: Sendable, Equatable {
  /// The bucket that has the logs; nil where there are none.
  package var bucket: String?
  /// What the logs' keys begin with.
  package var prefix: String

  /// Reads the answer of GetBucketLogging.
  package init(xml: [UInt8]) throws {
    let enabled = try XMLReader.read(xml).first("LoggingEnabled")
    bucket = enabled?["TargetBucket"]
    prefix = enabled?["TargetPrefix"] ?? ""
  }
}

extension ServiceClient {
  /// Asks whom a bucket tells of its changes.
  package func notification(ofBucket bucket: String) throws(ServiceError) -> BucketNotification {
    try parsed(.notification, bucket) { try BucketNotification(xml: $0) }
  }

  /// Asks where a bucket's access logs go.
  package func logging(ofBucket bucket: String) throws(ServiceError) -> BucketLogging {
    try parsed(.logging, bucket) { try BucketLogging(xml: $0) }
  }

  /// Asks whether a bucket keeps versions: `Enabled`, `Suspended`, or nil where it never did.
  package func versioning(ofBucket bucket: String) throws(ServiceError) -> String? {
    try parsed(.versioning, bucket) { try XMLReader.read($0)["Status"] }
  }

  private func parsed<Value>(
    _ setting: BucketSetting, _ bucket: String, _ read: ([UInt8]) throws -> Value
  ) throws(ServiceError) -> Value {
    let bytes = try self.setting(setting, ofBucket: bucket)
    do {
      return try read(bytes ?? Array("<\(setting.rawValue)/>".utf8))
    } catch {
      throw ServiceError(
        action: setting.action, resource: "arn:aws:s3:::\(bucket)", reason: .unreadable("\(error)"))
    }
  }
}
