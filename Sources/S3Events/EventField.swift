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
  /// A place; its keys are a list, each with its name in ``names``.
  struct Node {
    var field: EventField?
    var isRecord = false
    var element: Int?
    fileprivate var nameStart = 0
    fileprivate var nameCount = 0
    fileprivate var firstChild = -1
    fileprivate var next = -1
    /// The marks of its keys.
    fileprivate var marks: UInt64 = 0
    /// The number among the keys of the same object.
    fileprivate var number = 0
  }

  private(set) var nodes = [Node()]
  private var names: [UInt8] = []
  /// The array that is `Records`.
  private(set) var recordsArray = 0

  static let shared = EventSchema()

  private init() {
    for field in EventField.allCases {
      var node = 0
      for step in Array(field.rawValue.utf8).split(separator: UInt8(ascii: ".")) {
        let isArray = step.last == UInt8(ascii: "]")
        node = child(of: node, named: Array(isArray ? step.dropLast(2) : step))
        if isArray { node = element(of: node) }
      }
      nodes[node].field = field
    }
    recordsArray = child(of: 0, named: Array("Records".utf8))
    nodes[element(of: recordsArray)].isRecord = true
  }

  private mutating func child(of parent: Int, named name: [UInt8]) -> Int {
    let known = name.withUnsafeBufferPointer { child(of: parent, matching: $0) }
    if let known { return known.node }
    var node = Node()
    node.nameStart = names.count
    node.nameCount = name.count
    node.next = nodes[parent].firstChild
    if node.next >= 0 { node.number = nodes[node.next].number + 1 }
    names += name
    nodes.append(node)
    nodes[parent].firstChild = nodes.count - 1
    nodes[parent].marks |= name.withUnsafeBufferPointer { EventSchema.mark(of: $0) }
    return nodes.count - 1
  }

  private mutating func element(of array: Int) -> Int {
    if let known = nodes[array].element { return known }
    nodes.append(Node())
    nodes[array].element = nodes.count - 1
    return nodes.count - 1
  }

  /// One of 64 bits, by which most keys that are not needed are told from those that are.
  private static func mark(of key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    1 &<< (UInt64(truncatingIfNeeded: key.count) &* 7 ^ UInt64(key.first ?? 0))
  }

  /// Finds where a key of the object at `parent` leads, and its number among the keys that lead
  /// anywhere; nil when nothing below it is needed.
  func child(
    of parent: Int, matching key: UnsafeBufferPointer<UInt8>
  ) -> (node: Int, number: Int)? {
    guard nodes[parent].marks & EventSchema.mark(of: key) != 0 else { return nil }
    var at = nodes[parent].firstChild
    while at >= 0 {
      let node = nodes[at]
      if node.nameCount == key.count {
        var same = 0
        while same < key.count, names[node.nameStart + same] == key[same] { same += 1 }
        if same == key.count { return (at, node.number) }
      }
      at = node.next
    }
    return nil
  }
}
