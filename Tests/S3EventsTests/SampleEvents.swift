import JSON
import S3Events

/// A record of an S3 notification with what a test wants in it.
func record(
  _ name: String = "ObjectCreated:Put", key: String? = "a.html", bucket: String? = "site",
  sequencer: String? = "01", requestID: String = "R1", version: String? = nil
) -> JSONValue {
  var object: [(String, JSONValue)] = []
  if let version { object.append(("versionId", .string(version))) }
  if let key { object.append(("key", .string(key))) }
  if let sequencer { object.append(("sequencer", .string(sequencer))) }
  return .object([
    ("eventSource", "aws:s3"), ("awsRegion", "eu-west-1"),
    ("eventTime", "2026-11-20T18:04:05.123Z"), ("eventName", .string(name)),
    ("responseElements", .object([("x-amz-request-id", .string(requestID))])),
    (
      "s3",
      .object([
        ("bucket", .object(bucket.map { [("name", .string($0))] } ?? [])),
        ("object", .object(object)),
      ])
    ),
  ])
}

func notification(_ records: JSONValue...) -> JSONValue { .object([("Records", .array(records))]) }

func text(_ value: JSONValue) -> JSONValue {
  .string(String(decoding: value.encoded(), as: UTF8.self))
}

func sqs(_ bodies: JSONValue...) -> JSONValue {
  .object([
    (
      "Records",
      .array(
        bodies.enumerated().map { index, body in
          .object([
            ("messageId", .string("m\(index + 1)")), ("body", body),
            ("attributes", .object([("SentTimestamp", .string("17951978451\(index)"))])),
            ("eventSource", "aws:sqs"),
          ])
        })
    )
  ])
}

func sns(_ message: JSONValue) -> JSONValue {
  .object([
    (
      "Records",
      .array([
        .object([
          ("EventSource", "aws:sns"),
          ("Sns", .object([("MessageId", "n1"), ("Message", message)])),
        ])
      ])
    )
  ])
}

func topicNotification(_ message: JSONValue) -> JSONValue {
  .object([("Type", "Notification"), ("MessageId", "n1"), ("Message", message)])
}

func eventBridge(
  _ detailType: String = "Object Created", source: String = "aws.s3", detail: JSONValue
) -> JSONValue {
  .object([
    ("id", "e1"), ("time", "2026-11-20T18:04:05Z"), ("detail-type", .string(detailType)),
    ("source", .string(source)), ("region", "eu-west-1"), ("detail", detail),
  ])
}

func detail(key: String) -> JSONValue {
  .object([
    ("bucket", .object([("name", "site")])),
    ("object", .object([("key", .string(key)), ("sequencer", "01")])),
  ])
}

func request(_ members: (String, JSONValue)...) -> JSONValue {
  .object([("invalidationRequest", .object(members))])
}

func decode(_ event: JSONValue, invocationID: String = "") -> DecodedEvent {
  EventDecoder().decode(event.encoded(), invocationID: invocationID)
}
