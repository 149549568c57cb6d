/// The fields this package reads, by their path in the document: the one list of what is needed.
///
/// Everything else in an event is skipped unread. Text before `[]` names an array; a path that
/// ends in an object or array stands for its presence.
enum EventField: String, CaseIterable {
  // In each element of `Records`.
  case eventSource = "Records[].eventSource"
  case snsEventSource = "Records[].EventSource"
  case eventName = "Records[].eventName"
  case awsRegion = "Records[].awsRegion"
  case eventTime = "Records[].eventTime"
  case requestID = "Records[].responseElements.x-amz-request-id"
  case s3 = "Records[].s3"
  case bucketName = "Records[].s3.bucket.name"
  case objectKey = "Records[].s3.object.key"
  case objectVersion = "Records[].s3.object.versionId"
  case objectSequencer = "Records[].s3.object.sequencer"
  case objectETag = "Records[].s3.object.eTag"
  case objectSize = "Records[].s3.object.size"
  case messageID = "Records[].messageId"
  case body = "Records[].body"
  case sentTimestamp = "Records[].attributes.SentTimestamp"
  case messageGroup = "Records[].attributes.MessageGroupId"
  case queueARN = "Records[].eventSourceARN"
  case receiptHandle = "Records[].receiptHandle"
  case receiveCount = "Records[].attributes.ApproximateReceiveCount"
  case firstReceived = "Records[].attributes.ApproximateFirstReceiveTimestamp"
  case snsMessage = "Records[].Sns.Message"
  case snsMessageID = "Records[].Sns.MessageId"
  // EventBridge.
  case source = "source"
  case detailType = "detail-type"
  case envelopeID = "id"
  case envelopeTime = "time"
  case envelopeRegion = "region"
  case detailBucket = "detail.bucket.name"
  case detailKey = "detail.object.key"
  case detailVersion = "detail.object.version-id"
  case detailSequencer = "detail.object.sequencer"
  case detailETag = "detail.object.etag"
  case detailSize = "detail.object.size"
  case detailReason = "detail.reason"
  case detailDeletionType = "detail.deletion-type"
  case detailS3RequestID = "detail.request-id"
  case detailPayload = "detail.requestPayload"
  case detailRequest = "detail.invalidationRequest"
  case detailTarget = "detail.invalidationRequest.target"
  case detailRequestID = "detail.invalidationRequest.id"
  case detailUrgent = "detail.invalidationRequest.urgent"
  case detailPaths = "detail.invalidationRequest.paths[]"
  case detailKeys = "detail.invalidationRequest.keys[]"
  // CloudTrail over EventBridge.
  case callName = "detail.eventName"
  case callError = "detail.errorCode"
  case callTime = "detail.eventTime"
  case callRegion = "detail.awsRegion"
  case callRequestID = "detail.requestID"
  case callBucket = "detail.requestParameters.bucketName"
  case callKey = "detail.requestParameters.key"
  // The detail of an EventBridge event without its envelope.
  case cutBucket = "bucket.name"
  case cutKey = "object.key"
  case cutVersion = "object.version-id"
  case cutSequencer = "object.sequencer"
  case cutETag = "object.etag"
  case cutReason = "reason"
  case cutDeletionType = "deletion-type"
  case cutRequestID = "request-id"
  // Lambda's record of an invocation that failed.
  case payload = "requestPayload"
  case failedRequestID = "requestContext.requestId"
  case detailFailedRequestID = "detail.requestContext.requestId"
  // SNS inside SQS.
  case notificationType = "Type"
  case notificationMessage = "Message"
  case notificationID = "MessageId"
  // S3's test event.
  case testEvent = "Event"
  // The bridge's own request.
  case request = "invalidationRequest"
  case requestTarget = "invalidationRequest.target"
  case requestOwnID = "invalidationRequest.id"
  case requestUrgent = "invalidationRequest.urgent"
  case requestPaths = "invalidationRequest.paths[]"
  case requestKeys = "invalidationRequest.keys[]"
}

extension EventField {
  /// Whether its value is true or false.
  var isFlag: Bool { self == .requestUrgent || self == .detailUrgent }

  /// Whether the field is a number; all others are text.
  var isNumber: Bool { self == .objectSize || self == .detailSize }
}

/// The paths of ``EventField`` as a tree that a reader walks while the document streams by.
struct EventSchema {
  struct Node {
    var field: EventField?
    var isRecord = false
    var element: Int?
    var children: [(name: [UInt8], node: Int)] = []
  }

  private(set) var nodes = [Node()]

  static let shared = EventSchema()

  private init() {
    for field in EventField.allCases {
      var node = 0
      for step in field.rawValue.split(separator: ".") {
        let isArray = step.hasSuffix("[]")
        node = child(of: node, named: Array((isArray ? step.dropLast(2) : step).utf8))
        if isArray { node = element(of: node) }
      }
      nodes[node].field = field
    }
    nodes[records].isRecord = true
  }

  /// The array that is `Records`.
  var recordsArray: Int { nodes[0].children.first { $0.name == Array("Records".utf8) }?.node ?? 0 }

  private var records: Int { nodes[recordsArray].element ?? 0 }

  private mutating func child(of parent: Int, named name: [UInt8]) -> Int {
    if let known = nodes[parent].children.first(where: { $0.name == name }) { return known.node }
    nodes.append(Node())
    nodes[parent].children.append((name: name, node: nodes.count - 1))
    return nodes.count - 1
  }

  private mutating func element(of array: Int) -> Int {
    if let known = nodes[array].element { return known }
    nodes.append(Node())
    nodes[array].element = nodes.count - 1
    return nodes.count - 1
  }

  /// Finds where a key of the object at `parent` leads, and its number among the keys that lead
  /// anywhere; nil when nothing below it is needed.
  func child(
    of parent: Int, matching key: UnsafeBufferPointer<UInt8>
  ) -> (node: Int, number: Int)? {
    let children = nodes[parent].children
    guard let number = children.firstIndex(where: { $0.name.elementsEqual(key) }) else {
      return nil
    }
    return (children[number].node, number)
  }
}
