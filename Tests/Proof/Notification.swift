import JSON

/// One thing that happened to an object, as its event tells it.
struct ObjectEvent {
  var change: Int
  var bucket: String
  var key: [UInt8]
  var isRemoval: Bool
  /// Rises with every change of a key; nil where the store has none.
  var sequencer: Int?
  var wallMilliseconds: Int64
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
    var object: [(key: String, value: JSONValue)] = [(key: "key", value: .string(key))]
    if let sequencer = event.sequencer {
      object.append((key: "sequencer", value: .string(hex(sequencer))))
    }
    return [
      "version": "0", "id": .string("bridge-\(event.change)"),
      "detail-type": .string(event.isRemoval ? "Object Deleted" : "Object Created"),
      "source": "aws.s3", "time": .string("time-\(event.wallMilliseconds)"),
      "region": .string(Account.region),
      "detail": [
        "bucket": ["name": .string(event.bucket)], "object": .object(object),
        "request-id": .string("request-\(event.change)"),
      ],
    ]
  }

  /// The event of a function that a queue invokes.
  static func batch(
    _ messages: [(id: String, body: [UInt8], receives: Int, handle: String, sentAt: Int64)]
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
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:cdn-events",
        "awsRegion": .string(Account.region),
      ]
    }
    return (["Records": .array(records)] as JSONValue).encoded()
  }

  static func text(_ value: JSONValue) -> String {
    String(decoding: value.encoded(), as: UTF8.self)
  }

  private static func record(_ event: ObjectEvent) -> JSONValue {
    var object: [(key: String, value: JSONValue)] = [
      (key: "key", value: .string(formEncoded(event.key)))
    ]
    if let sequencer = event.sequencer {
      object.append((key: "sequencer", value: .string(hex(sequencer))))
    }
    return [
      "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": .string(Account.region),
      "eventTime": .string("time-\(event.wallMilliseconds)"),
      "eventName": .string(event.isRemoval ? "ObjectRemoved:Delete" : "ObjectCreated:Put"),
      "responseElements": ["x-amz-request-id": .string("request-\(event.change)")],
      "s3": ["bucket": ["name": .string(event.bucket)], "object": .object(object)],
    ]
  }

  private static func hex(_ number: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(16 - digits.count, 0)) + digits
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
