import JSON

/// One thing that happened to an object, as its event tells it.
struct ObjectEvent {
  /// What happened, by S3's name and by EventBridge's.
  enum Kind {
    case put, copy, delete, deleteMarker, deleteVersion
    /// Lifecycle deleted the object, hid it, or deleted for good a version that nobody could see.
    case expiry, expiryMarker, noncurrentExpiry

    var name: String {
      switch self {
      case .put: "ObjectCreated:Put"
      case .copy: "ObjectCreated:Copy"
      case .delete, .deleteVersion: "ObjectRemoved:Delete"
      case .deleteMarker: "ObjectRemoved:DeleteMarkerCreated"
      case .expiry, .noncurrentExpiry: "LifecycleExpiration:Delete"
      case .expiryMarker: "LifecycleExpiration:DeleteMarkerCreated"
      }
    }

    var isLifecycle: Bool { self == .expiry || self == .expiryMarker || self == .noncurrentExpiry }
    var isMarker: Bool { self == .deleteMarker || self == .expiryMarker }
  }

  var change: Int
  var bucket: String
  var key: [UInt8]
  var kind: Kind
  /// Rises with every change of a key; nil where the store has none.
  var sequencer: String?
  var version: String?
  var eTag: String?
  var size: Int64?
  var time: String
}

/// Writes events in the shapes in which they arrive.
enum Notification {
  /// S3's own document, with all events as its records.
  static func s3(_ events: [ObjectEvent]) -> JSONValue {
    ["Records": .array(events.map(record))]
  }

  /// The same in a topic's envelope.
  static func sns(_ events: [ObjectEvent], id: Int) -> JSONValue {
    [
      "Type": "Notification", "MessageId": .string("sns-\(id)"),
      "TopicArn": "arn:aws:sns:eu-west-1:123456789012:bucket-events",
      "Message": .string(text(s3(events))),
    ]
  }

  /// EventBridge's document, whose key is not encoded; nil for a key that JSON can't hold.
  static func eventBridge(_ event: ObjectEvent) -> JSONValue? {
    guard let key = String(validating: event.key, as: UTF8.self) else { return nil }
    var detail: [(key: String, value: JSONValue)] = [
      (key: "bucket", value: ["name": .string(event.bucket)]),
      (
        key: "object",
        value: object(event, key: key, version: "version-id", eTag: "etag")
      ), (key: "request-id", value: .string("request-\(event.change)")),
    ]
    if event.kind != .put {
      let reason = event.kind.isLifecycle ? "Lifecycle Expiration" : "DeleteObject"
      let type = event.kind.isMarker ? "Delete Marker Created" : "Permanently Deleted"
      detail.append((key: "reason", value: .string(reason)))
      detail.append((key: "deletion-type", value: .string(type)))
    }
    return [
      "version": "0", "id": .string("bridge-\(event.change)"),
      "detail-type": .string(event.kind == .put ? "Object Created" : "Object Deleted"),
      "source": "aws.s3", "time": .string(event.time), "region": .string(Account.region),
      "detail": .object(detail),
    ]
  }

  /// The event of a function that a queue invokes.
  static func batch(
    _ messages: [(id: String, body: [UInt8], receives: Int, handle: String, sentAt: Int64)],
    from queue: String = Mapping.arn("cdn-events")
  ) -> [UInt8] {
    let records = messages.map { message -> JSONValue in
      [
        "messageId": .string(message.id), "receiptHandle": .string(message.handle),
        "body": .string(String(decoding: message.body, as: UTF8.self)),
        "attributes": [
          "ApproximateReceiveCount": .string(String(message.receives)),
          "SentTimestamp": .string(String(message.sentAt)),
        ],
        "messageAttributes": [:], "eventSource": "aws:sqs",
        "eventSourceARN": .string(queue),
        "awsRegion": .string(Account.region),
      ]
    }
    return (["Records": .array(records)] as JSONValue).encoded()
  }

  static func text(_ value: JSONValue) -> String {
    String(decoding: value.encoded(), as: UTF8.self)
  }

  private static func record(_ event: ObjectEvent) -> JSONValue {
    [
      "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": .string(Account.region),
      "eventTime": .string(event.time), "eventName": .string(event.kind.name),
      "responseElements": ["x-amz-request-id": .string("request-\(event.change)")],
      "s3": [
        "bucket": ["name": .string(event.bucket)],
        "object": object(
          event, key: formEncoded(event.key), version: "versionId", eTag: "eTag"),
      ],
    ]
  }

  private static func object(
    _ event: ObjectEvent, key: String, version: String, eTag: String
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [(key: "key", value: .string(key))]
    for (name, value) in [
      (version, event.version), (eTag, event.eTag), ("sequencer", event.sequencer),
    ] {
      if let value { members.append((key: name, value: .string(value))) }
    }
    if let size = event.size { members.append((key: "size", value: .integer(size))) }
    return .object(members)
  }

  private static func formEncoded(_ key: [UInt8]) -> String {
    var text = ""
    for byte in key {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "*"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): text += "+"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }
}
