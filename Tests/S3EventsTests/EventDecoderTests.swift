import Failures
import JSON
import S3Events
import Testing

@Suite struct EventDecoderTests {
  // Computed: the leak check does not see a reference in an enumeration that lives for ever.
  static var testEvent: JSONValue {
    .object([("Service", "Amazon S3"), ("Event", "s3:TestEvent"), ("Bucket", "site")])
  }

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

  @Test(
    "The expiry of a noncurrent version changes nothing; every other delete counts",
    arguments: [
      ("LifecycleExpiration:Delete", "v1", true), ("s3:LifecycleExpiration:Delete", "v1", true),
      ("LifecycleExpiration:Delete", "null", false), ("LifecycleExpiration:Delete", "", false),
      ("LifecycleExpiration:Delete", nil, false),
      ("LifecycleExpiration:DeleteMarkerCreated", "v1", false),
      ("ObjectRemoved:Delete", "v1", false), ("ObjectRemoved:DeleteMarkerCreated", "v1", false),
    ] as [(String, String?, Bool)])
  func ignoresExpiredVersions(name: String, version: String?, isIgnored: Bool) {
    let message = decode(notification(record(name, version: version))).messages[0]
    #expect(message.ignored == (isIgnored ? [.noncurrentVersionExpired: 1] : [:]))
    #expect(message.changes.map(\.version) == (isIgnored ? [] : [version]))
    #expect(message.recordCount == 1)
  }

  @Test(
    "EventBridge says the same with a reason, a deletion type and a version",
    arguments: [
      ("Object Deleted", "Lifecycle Expiration", "Permanently Deleted", "v1", true),
      ("Object Deleted", "Lifecycle Expiration", "Permanently Deleted", "null", false),
      ("Object Deleted", "Lifecycle Expiration", "Permanently Deleted", nil, false),
      ("Object Deleted", "Lifecycle Expiration", "Delete Marker Created", "v1", false),
      ("Object Deleted", "DeleteObject", "Permanently Deleted", "v1", false),
      ("Object Deleted", nil, nil, "v1", false),
      ("Object Created", "Lifecycle Expiration", "Permanently Deleted", "v1", false),
    ] as [(String, String?, String?, String?, Bool)])
  func ignoresExpiredVersions(
    detailType: String, reason: String?, deletionType: String?, version: String?, isIgnored: Bool
  ) {
    var object: [(String, JSONValue)] = [("key", "a.html"), ("sequencer", "01")]
    if let version { object.append(("version-id", .string(version))) }
    var detail: [(String, JSONValue)] = [
      ("bucket", .object([("name", "site")])), ("object", .object(object)),
    ]
    if let reason { detail.append(("reason", .string(reason))) }
    if let deletionType { detail.append(("deletion-type", .string(deletionType))) }
    let message = decode(eventBridge(detailType, detail: .object(detail))).messages[0]
    #expect(message.ignored == (isIgnored ? [.noncurrentVersionExpired: 1] : [:]))
    #expect(message.changes.count == (isIgnored ? 0 : 1))
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
      (record(bucket: nil), "s3.bucket.name"), (record("", key: nil), "s3.object.key"),
    ])
  func failsIncompleteRecords(bad: JSONValue, missing: String) {
    let message = decode(notification(record(key: "a"), bad, record(key: "b"))).messages[0]
    #expect(message.changes.map(\.key.description) == ["a", "b"])
    #expect(
      message.failures == [.incompleteRecord(place: "The event, record 2,", missing: missing)])
    #expect(message.failures[0].errorType.name == "Function.InvalidRecord")
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
    #expect(direct.messages.flatMap(\.failures).map(\.errorType.name) == ["Runtime.InvalidEvent"])
    #expect(direct.messages.map(\.id) == [nil])
    let queued = decode(sqs(text(notification(record())), .string(body)))
    #expect(queued.messages.map(\.id) == ["m1", "m2"])
    #expect(queued.messages[0].failures.isEmpty)
    #expect(queued.messages[1].failures.map(\.errorType.name) == ["Runtime.InvalidEvent"])
  }

  @Test(
    "A name that stands twice in an object is refused, since one of the values would be lost",
    arguments: [
      (#"{"Records":[{"eventName":"x"}],"Records":[]}"#, "Records"),
      (#"{"Records":[],"\u0052ecords":[]}"#, "Records"),
      (#"{"Records":[{"s3":{"object":{"key":"a","key":"b"}}}]}"#, "key"),
      (#"{"Records":[{"s3":{"object":{"key":"a"}},"s3":{}}]}"#, "s3"),
      (#"{"invalidationRequest":{"target":"E1","paths":["/a"],"paths":["/b"]}}"#, "paths"),
    ])
  func refusesDuplicateNames(body: String, name: String) {
    let direct = EventDecoder().decode(Array(body.utf8))
    #expect(direct.messages.flatMap(\.failures).map(\.errorType.name) == ["Runtime.InvalidEvent"])
    #expect(
      direct.messages[0].failures.first?.description
        == "The event is not valid JSON: \"\(name)\" stands twice in one object."
        + " Check what sends it.")
    let queued = decode(sqs(text(notification(record())), .string(body)))
    #expect(queued.messages[0].failures.isEmpty)
    #expect(queued.messages[1].failures.map(\.errorType.name) == ["Runtime.InvalidEvent"])
  }

  @Test("A name that nobody reads may stand twice, and each object has its own names")
  func takesOtherDuplicateNames() {
    let event = decode(
      .object([("a", 1), ("a", 2), ("Records", .array([record(), record()]))]))
    #expect(event.messages.flatMap(\.failures).isEmpty)
    #expect(event.messages.flatMap(\.changes).count == 2)
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
      decoded.messages.flatMap(\.failures).map(\.errorType.name) == ["Function.UnrecognizedEvent"])
  }

  @Test("Two changes that only their envelopes tell apart are two, and one delivered again is one")
  func identityByEnvelope() {
    let bare: JSONValue = .object([
      (
        "Records",
        .array([
          .object([
            ("eventSource", "aws:s3"), ("eventName", "ObjectCreated:Put"),
            (
              "s3",
              .object([
                ("bucket", .object([("name", "b")])), ("object", .object([("key", "k")])),
              ])
            ),
          ])
        ])
      )
    ])
    func identities(_ event: JSONValue, _ id: String = "") -> [ChangeIdentity] {
      decode(event, invocationID: id).messages.flatMap(\.changes).map(\.identity)
    }
    let queued = identities(sqs(text(bare), text(bare)))
    #expect(queued.count == 2 && queued[0] != queued[1] && queued.allSatisfy(\.isDistinct))
    #expect(identities(sqs(text(bare), text(bare))) == queued)
    #expect(identities(bare, "r1") == identities(bare, "r1"))
    #expect(identities(bare, "r1") != identities(bare, "r2"))
    #expect(identities(sns(text(bare))).map(\.isDistinct) == [true])
    #expect(identities(bare).map(\.isDistinct) == [false])
    // What the record says itself counts, whatever it came in.
    let full = text(notification(record(sequencer: nil)))
    #expect(Set(identities(sqs(full, full))).count == 1)
    // But a time alone doesn't: it may be that of two writes.
    let timed = text(notification(record(sequencer: nil, requestID: "")))
    #expect(Set(identities(sqs(timed, timed))).count == 2)
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

  @Test(
    "A FIFO queue's messages are known by its name, not by their group, which fair queues have too",
    arguments: [("queue.fifo", true), ("queue", false)])
  func marksFIFO(queue: String, isFIFO: Bool) {
    let decoded = EventDecoder().decode(
      Array(
        #"""
        {"Records":[{"eventSource":"aws:sqs","messageId":"m","body":"{\"Records\":[]}",
        "attributes":{"MessageGroupId":"g"},"eventSourceARN":"arn:aws:sqs:us-west-2:1:\#(queue)"}]}
        """#.utf8))
    #expect(decoded.messages.map(\.isFIFO) == [isFIFO])
  }

  @Test("Envelopes that lie one in the other without end are refused")
  func boundsEnvelopes() {
    var event = notification(record())
    for _ in 0..<4 { event = topicNotification(text(event)) }
    let decoded = decode(event)
    #expect(
      decoded.messages.flatMap(\.failures).map(\.errorType.name) == ["Function.UnrecognizedEvent"])
  }

  @Test("A document cut off at any byte fails without a trap")
  func survivesTruncation() {
    let whole = sqs(text(topicNotification(text(notification(record()))))).encoded()
    for length in 0..<whole.count {
      let decoded = EventDecoder().decode(Array(whole.prefix(length)))
      #expect(
        decoded.messages.flatMap(\.failures).map(\.errorType.name) == ["Runtime.InvalidEvent"])
    }
  }
}
