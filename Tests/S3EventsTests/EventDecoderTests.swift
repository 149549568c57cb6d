import Foundation
import JSON
import S3Events
import Testing

/// A record of an S3 notification with what a test wants in it.
func record(
  _ name: String = "ObjectCreated:Put", key: String? = "a.html", bucket: String? = "site",
  sequencer: String? = "01", requestID: String = "R1"
) -> JSONValue {
  var object: [(String, JSONValue)] = []
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

@Suite struct EventDecoderTests {
  static let testEvent: JSONValue = .object([
    ("Service", "Amazon S3"), ("Event", "s3:TestEvent"), ("Bucket", "site"),
  ])

  @Test("Every record of a notification is a change, not only the first")
  func takesEveryRecord() {
    let event = decode(notification(record(key: "a"), record(key: "b+c"), record(key: "d")))
    #expect(event.source == .s3)
    #expect(event.messages.count == 1)
    #expect(event.messages[0].changes.map(\.key.description) == ["a", "b c", "d"])
    #expect(event.messages[0].recordCount == 3)
    #expect(event.messages[0].failures.isEmpty)
  }

  @Test(
    "A notification is found in any envelope",
    arguments: [
      (notification(record()), DecodedEvent.Source.s3),
      (sqs(text(notification(record()))), .sqs),
      (sns(text(notification(record()))), .sns),
      (sqs(text(topicNotification(text(notification(record()))))), .sqs),
      (eventBridge(detail: detail(key: "a.html")), .eventBridge),
      (sqs(text(eventBridge(detail: detail(key: "a.html")))), .sqs),
      (sns(text(eventBridge(detail: detail(key: "a.html")))), .sns),
      (topicNotification(text(notification(record()))), .sns),
    ])
  func unwraps(event: JSONValue, source: DecodedEvent.Source) {
    let decoded = decode(event)
    #expect(decoded.source == source)
    #expect(decoded.messages.flatMap(\.failures) == [])
    let changes = decoded.messages.flatMap(\.changes)
    #expect(changes.map(\.key.description) == ["a.html"])
    #expect(changes.map(\.bucket) == ["site"])
    #expect(changes.map(\.region) == ["eu-west-1"])
  }

  @Test("A key in an EventBridge event is taken as it is")
  func keepsRawKeys() {
    let raw = "%2B++ %20é.mp3"
    let event = decode(eventBridge(detail: detail(key: raw)))
    #expect(event.messages[0].changes.map(\.key.description) == [raw])
  }

  @Test(
    "A test event succeeds and is counted, in any envelope",
    arguments: [
      testEvent, sqs(text(testEvent)), sns(text(testEvent)),
      sqs(text(topicNotification(text(testEvent)))),
    ])
  func acknowledgesTestEvents(event: JSONValue) {
    let message = decode(event).messages[0]
    #expect(message.ignored == [.testEvent: 1])
    #expect(message.failures.isEmpty && message.changes.isEmpty)
  }

  @Test("Events that need nothing are counted by their reason and need no key")
  func countsIgnored() {
    let event = decode(
      notification(
        record("ObjectTagging:Put", key: nil), record("ObjectAcl:Put", bucket: nil),
        record("ObjectWhatever:New", key: nil)))
    #expect(event.messages[0].ignored == [.eventNotServed: 2, .unknownEvent: 1])
    #expect(event.messages[0].failures.isEmpty)
    #expect(event.messages[0].recordCount == 3)
  }

  @Test("An EventBridge event of another source succeeds and is counted")
  func ignoresOtherSources() {
    let event = decode(
      eventBridge("EC2 Instance State-change", source: "aws.ec2", detail: .object([])))
    #expect(event.messages[0].ignored == [.notS3: 1])
    #expect(event.messages[0].failures.isEmpty)
  }

  @Test("Empty records succeed")
  func acceptsEmptyRecords() {
    let event = decode(notification())
    #expect(event.messages == [EventMessage()])
  }

  @Test(
    "A record without a needed field fails, and the others go on",
    arguments: [
      (record(key: nil), "s3.object.key"), (record(key: ""), "s3.object.key"),
      (record(bucket: nil), "s3.bucket.name"), (record(""), "eventName"),
    ])
  func failsIncompleteRecords(bad: JSONValue, missing: String) {
    let message = decode(notification(record(key: "a"), bad, record(key: "b"))).messages[0]
    #expect(message.changes.map(\.key.description) == ["a", "b"])
    #expect(
      message.failures == [.incompleteRecord(place: "The event, record 2,", missing: missing)])
    #expect(message.failures[0].errorType == "Function.InvalidRecord")
  }

  @Test("A number where a string is needed is a missing field, not a crash")
  func refusesOtherTypes() {
    let event = EventDecoder().decode(
      Array(
        #"{"Records":[{"eventSource":"aws:s3","eventName":7,"s3":{}},5,null,[{"eventName":"x"}]]}"#
          .utf8))
    #expect(event.messages[0].failures.count == 4)
    #expect(event.messages[0].changes.isEmpty)
  }

  @Test(
    "What is not JSON is an invalid event",
    arguments: ["", "not json", "{", "{\"Records\":[}", "\"\\ud800\"", "{} {}"])
  func refusesNonJSON(body: String) {
    let direct = EventDecoder().decode(Array(body.utf8))
    #expect(direct.messages.flatMap(\.failures).map(\.errorType) == ["Runtime.InvalidEvent"])
    #expect(direct.messages.map(\.id) == [nil])
    let queued = decode(sqs(text(notification(record())), .string(body)))
    #expect(queued.messages.map(\.id) == ["m1", "m2"])
    #expect(queued.messages[0].failures.isEmpty)
    #expect(queued.messages[1].failures.map(\.errorType) == ["Runtime.InvalidEvent"])
  }

  @Test(
    "JSON of no known shape is an unrecognised event",
    arguments: [
      #"{"hello":"world"}"#, "[]", "5", "null", #"{"Records":"x"}"#, #"{"Records":[{"a":1}]}"#,
      #"{"Records":[{"eventSource":"aws:kinesis","kinesis":{}}]}"#, #"{"source":"aws.s3"}"#,
    ])
  func refusesUnknownShapes(event: String) {
    let decoded = EventDecoder().decode(Array(event.utf8))
    #expect(
      decoded.messages.flatMap(\.failures).map(\.errorType) == ["Function.UnrecognizedEvent"])
  }

  @Test("One poison message fails alone")
  func isolatesPoison() {
    let decoded = decode(
      sqs(text(notification(record(key: "a"))), "not json", text(notification(record(key: "b")))))
    #expect(decoded.messages.map { $0.failures.count } == [0, 1, 0])
    #expect(decoded.messages.flatMap(\.changes).map(\.key.description) == ["a", "b"])
  }

  @Test("A queue's message without an id can't be named, so it fails without one")
  func refusesNamelessMessages() {
    let decoded = EventDecoder().decode(
      Array(#"{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}"#.utf8))
    #expect(decoded.source == .sqs)
    #expect(decoded.messages.map(\.id) == [nil])
    #expect(decoded.messages.map { $0.failures.count } == [1])
  }

  @Test("A FIFO queue's messages say so")
  func marksFIFO() {
    let decoded = EventDecoder().decode(
      Array(
        #"""
        {"Records":[{"eventSource":"aws:sqs","messageId":"m","body":"{\"Records\":[]}",
        "attributes":{"MessageGroupId":"g"}}]}
        """#.utf8))
    #expect(decoded.messages.map(\.isFIFO) == [true])
  }

  @Test("Envelopes that lie one in the other without end are refused")
  func boundsEnvelopes() {
    var event = notification(record())
    for _ in 0..<4 { event = topicNotification(text(event)) }
    let decoded = decode(event)
    #expect(
      decoded.messages.flatMap(\.failures).map(\.errorType) == ["Function.UnrecognizedEvent"])
  }

  @Test("A document cut off at any byte fails without a trap")
  func survivesTruncation() {
    let whole = sqs(text(topicNotification(text(notification(record()))))).encoded()
    for length in 0..<whole.count {
      let decoded = EventDecoder().decode(Array(whole.prefix(length)))
      #expect(
        decoded.messages.flatMap(\.failures).map(\.errorType) == ["Runtime.InvalidEvent"])
    }
  }
}

@Suite struct InvalidationRequestTests {
  @Test(
    "A request is found directly, in a queue's message and in an EventBridge detail",
    arguments: [0, 1, 2])
  func findsRequests(envelope: Int) {
    let asked = request(
      ("target", "E1"), ("paths", ["/a.jpg", "/b/*"]), ("keys", ["c d"]), ("id", "job-7"))
    let event = [asked, sqs(text(asked)), eventBridge("Work", source: "my.app", detail: asked)]
    let message = decode(event[envelope]).messages[0]
    #expect(message.failures.isEmpty)
    #expect(message.requests.map(\.target) == ["E1"])
    #expect(message.requests.map(\.id) == ["job-7"])
    #expect(message.requests.first?.paths == [Array("/a.jpg".utf8), Array("/b/*".utf8)])
    #expect(message.requests.first?.keys.map(\.description) == ["c d"])
  }

  @Test(
    "A request that asks for nothing fails",
    arguments: [
      request(("paths", ["/a"])), request(("target", "")), request(("target", "E1")),
      request(("target", "E1"), ("paths", [])), request(("target", "E1"), ("paths", ["/a", 5])),
      request(("target", "E1"), ("keys", [""])),
      .object([("invalidationRequest", "E1")]),
    ])
  func refusesEmptyRequests(event: JSONValue) {
    let message = decode(event).messages[0]
    #expect(message.failures.map(\.errorType) == ["Function.InvalidRequest"])
    #expect(message.requests.isEmpty)
  }
}

@Suite struct ChangeIdentityTests {
  private func identities(_ event: JSONValue, invocationID: String = "") -> [ChangeIdentity] {
    let messages = decode(event, invocationID: invocationID).messages
    return messages.flatMap { $0.changes.map(\.identity) + $0.requests.map(\.identity) }
  }

  @Test("A redelivered event has the same identity, whatever message brought it")
  func isStable() {
    let event = text(notification(record()))
    let ids = identities(sqs(event, event)) + identities(notification(record()))
    #expect(ids.count == 3)
    #expect(Set(ids).count == 1)
  }

  @Test("Writes of one key differ by their sequencer, without one by time and request id")
  func tellsWritesApart() {
    let ids = identities(
      notification(
        record(sequencer: "01"), record(sequencer: "02"),
        record(sequencer: nil, requestID: "R1"), record(sequencer: nil, requestID: "R2")))
    #expect(Set(ids).count == 4)
  }

  @Test("Requests with one id are one; without, the envelope that stays the same tells them apart")
  func tellsRequestsApart() {
    let named = request(("target", "E1"), ("paths", ["/a"]), ("id", "x"))
    let nameless = request(("target", "E1"), ("paths", ["/a"]))
    #expect(Set(identities(sqs(text(named), text(named)))).count == 1)
    #expect(Set(identities(sqs(text(nameless), text(nameless)))).count == 2)
    #expect(identities(sqs(text(nameless))) == identities(sqs(text(nameless))))
    #expect(identities(nameless, invocationID: "1") != identities(nameless, invocationID: "2"))
    #expect(identities(nameless, invocationID: "1") == identities(nameless, invocationID: "1"))
  }

  @Test("Facts that only run into each other when joined stay apart")
  func separatesFacts() {
    func change(bucket: String, key: String) -> ObjectChange {
      ObjectChange(
        bucket: bucket, region: "", key: ObjectKey(raw: Array(key.utf8)), kind: .created,
        eventName: "ObjectCreated:Put")
    }
    #expect(change(bucket: "ab", key: "c").identity != change(bucket: "a", key: "bc").identity)
  }
}
