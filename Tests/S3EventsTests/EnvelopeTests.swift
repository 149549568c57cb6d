import Failures
import JSON
import S3Events
import Testing

private func object(_ members: (String, JSONValue)...) -> JSONValue { .object(members) }

/// A call as CloudTrail reports it over EventBridge.
private func call(
  _ name: String = "PutObject", key: String? = "a.html", requestID: String? = "R1",
  time: String = "2026-11-20T18:04:05Z", error: String? = nil
) -> JSONValue {
  var parameters: [(String, JSONValue)] = [("bucketName", "site")]
  if let key { parameters.append(("key", .string(key))) }
  var detail: [(String, JSONValue)] = [
    ("eventName", .string(name)), ("eventSource", "s3.amazonaws.com"),
    ("awsRegion", "eu-west-1"), ("eventTime", .string(time)),
    ("requestParameters", .object(parameters)), ("readOnly", false),
  ]
  if let requestID { detail.append(("requestID", .string(requestID))) }
  if let error { detail.append(("errorCode", .string(error))) }
  return eventBridge("AWS API Call via CloudTrail", detail: .object(detail))
}

/// Lambda's record of an invocation that failed.
private func failed(_ payload: JSONValue, requestID: String = "request-1") -> JSONValue {
  object(
    ("version", "1.0"), ("requestContext", object(("requestId", .string(requestID)))),
    ("requestPayload", payload), ("responsePayload", object(("errorType", "x"))))
}

@Suite struct EnvelopeTests {
  // Computed: the leak check does not see a reference in an enumeration that lives for ever.
  private static var pipe: JSONValue {
    sqs(text(notification(record(key: "a.html"))))["Records"] ?? .null
  }

  @Test(
    "A change is found in every further envelope, and in each of them inside a queue's message",
    arguments: [
      (pipe, DecodedEvent.Source.sqs, true), (.array([notification(record())]), .pipes, true),
      (.array([record()]), .s3, true),
      (.array([eventBridge(detail: detail(key: "a.html"))]), .pipes, true),
      (failed(notification(record())), .failedInvocation, true),
      (failed(.array([record()])), .failedInvocation, true),
      (failed(eventBridge(detail: detail(key: "a.html"))), .failedInvocation, true),
      (
        eventBridge(
          "Lambda Function Invocation Result - Failure", source: "lambda",
          detail: failed(notification(record()))), .failedInvocation, true
      ),
      (call(), .eventBridge, true), (detail(key: "a.html"), .eventBridge, false),
    ])
  func unwraps(event: JSONValue, source: DecodedEvent.Source, hasRegion: Bool) {
    for (decoded, source) in [(decode(event), source), (decode(sqs(text(event))), .sqs)] {
      #expect(decoded.source == source)
      #expect(decoded.messages.flatMap(\.failures) == [])
      let changes = decoded.messages.flatMap(\.changes)
      #expect(changes.map(\.key.description) == ["a.html"])
      #expect(changes.map(\.bucket) == ["site"])
      #expect(changes.map(\.region) == [hasRegion ? "eu-west-1" : ""])
    }
  }

  @Test("A pipe's array of a queue's messages is a batch whose messages fail one by one")
  func pipes() {
    let batch = sqs(text(notification(record(key: "a"))), "not json")["Records"] ?? .null
    let decoded = decode(batch)
    #expect(decoded.source == .sqs && decoded.messages.map(\.id) == ["m1", "m2"])
    #expect(decoded.messages.map { $0.failures.count } == [0, 1])
  }

  @Test(
    "What is no array of events fails",
    arguments: [
      ("[]", "Function.UnrecognizedEvent"), ("[5]", "Function.UnrecognizedEvent"),
      ("[[[[[[]]]]]]", "Function.UnrecognizedEvent"), ("[5],\"x\":[5]", "Runtime.InvalidEvent"),
      (#"{"requestPayload":"text","requestContext":{}}"#, "Function.UnrecognizedEvent"),
      (#"{"requestPayload":{}}"#, "Function.UnrecognizedEvent"),
    ])
  func refusesOtherArrays(body: String, errorType: String) {
    let decoded = EventDecoder().decode(Array(body.utf8))
    #expect(decoded.messages.flatMap(\.failures).map(\.errorType.name) == [errorType])
  }

  @Test("A request is the same in Lambda's record as it was in the invocation that failed")
  func keepsIdentity() {
    let asked = request(("target", "site"), ("paths", .array(["/a"])))
    let first = decode(asked, invocationID: "request-1").messages[0].requests
    let again = decode(failed(asked), invocationID: "request-2").messages[0].requests
    #expect(first.map(\.identity) == again.map(\.identity) && first.count == 1)
  }

  @Test(
    "The detail alone says by its reason and deletion type what happened",
    arguments: [
      ("PutObject", nil, "Object Created", []),
      ("DeleteObject", "Permanently Deleted", "Object Deleted", []),
      (nil, nil, "unknown", [.unknownKind]),
    ] as [(String?, String?, String, Set<EventWarning>)])
  func readsDetail(
    reason: String?, deletionType: String?, name: String, warnings: Set<EventWarning>
  ) {
    var members: [(key: String, value: JSONValue)] = detail(key: "a b+c").objectValue ?? []
    if let reason { members.append(("reason", .string(reason))) }
    if let deletionType { members.append(("deletion-type", .string(deletionType))) }
    let message = decode(.object(members)).messages[0]
    #expect(message.changes.map(\.eventName) == [name])
    #expect(message.changes.map(\.key.description) == ["a b+c"])
    #expect(message.warnings == warnings)
  }

  @Test("The detail alone of an expired old version changes nothing either")
  func ignoresExpiredVersions() {
    let message = decode(
      object(
        ("bucket", object(("name", "site"))),
        ("object", object(("key", "a"), ("version-id", "v1"))),
        ("reason", "Lifecycle Expiration"), ("deletion-type", "Permanently Deleted"))
    ).messages[0]
    #expect(message.ignored == [.noncurrentVersionExpired: 1] && message.changes.isEmpty)
  }

  @Test(
    "A record without eventName is a change of unknown kind, and its key is read in every way it can be",
    arguments: [
      ("a.html", "a.html", nil), ("a b+c", "a b+c", nil), ("é+a", "é+a", nil),
      ("a+b", "a b", "a+b"), ("a%2Bb", "a+b", "a%2Bb"),
    ] as [(String, String, String?)])
  func takesNamelessRecords(key: String, first: String, second: String?) {
    let message = decode(notification(record("", key: key))).messages[0]
    #expect(message.failures.isEmpty && message.recordCount == 1)
    #expect(message.warnings == [.unknownKind])
    #expect(message.changes.map(\.key.description) == [first])
    #expect(message.changes.map { $0.otherKey?.description } == [second])
    #expect(message.changes.map(\.mayBeNew) == [true])
    #expect(decode(notification(record(key: key))).messages[0].warnings.isEmpty)
  }

  @Test(
    "Of CloudTrail's calls those that write or delete an object count",
    arguments: [
      ("PutObject", nil), ("CopyObject", nil), ("CompleteMultipartUpload", nil),
      ("DeleteObject", nil), ("DeleteObjects", .namesNoKeys), ("GetObject", .eventNotServed),
      ("HeadObject", .eventNotServed), ("PutObjectTagging", .eventNotServed),
      ("UploadPart", .eventNotServed), ("PutObjectLater", .unknownEvent),
    ] as [(String, UnservedReason?)])
  func readsCalls(name: String, ignored: UnservedReason?) {
    let message = decode(call(name)).messages[0]
    #expect(message.changes.map(\.eventName) == (ignored == nil ? [name] : []))
    #expect(message.ignored == (ignored.map { [$0: 1] } ?? [:]))
    #expect(message.warnings == (name == "DeleteObjects" ? [.namesNoKeys] : []))
    #expect(message.changes.allSatisfy { $0.mayBeNew == (name != "DeleteObject") })
  }

  @Test("A call that failed changed nothing, and one without a key fails")
  func readsFailedCalls() {
    #expect(decode(call(error: "AccessDenied")).messages[0].ignored == [.eventNotServed: 1])
    #expect(
      decode(call(key: nil)).messages[0].failures == [
        .incompleteRecord(place: "The event", missing: "detail.requestParameters.key")
      ])
  }

  @Test("A call's key is not encoded")
  func keepsRawKeys() {
    #expect(decode(call(key: "a+b %20")).messages[0].changes.map(\.key.description) == ["a+b %20"])
  }

  @Test(
    "Within a batch S3's own form of a request stands for CloudTrail's, in whichever message",
    arguments: [
      ("R1", "2026-11-20T18:04:09Z", true), ("R2", "2026-11-20T18:04:05Z", false),
      (nil, "2026-11-20T18:04:05Z", true), (nil, "2026-11-20T18:04:06Z", false),
    ] as [(String?, String, Bool)])
  func prefersS3(requestID: String?, time: String, isOne: Bool) {
    let own = notification(record())
    let reported = call(requestID: requestID, time: time)
    for event in [sqs(text(own), text(reported)), sqs(text(reported), text(own))] {
      let changes = decode(event).messages.flatMap(\.changes)
      #expect(changes.count == 2)
      #expect(Set(changes.map(\.identity)).count == (isOne ? 1 : 2))
      #expect(changes.contains(where: \.isFromCloudTrail) == !isOne)
    }
    let other = notification(record(key: "b.html"))
    #expect(decode(sqs(text(other), text(reported))).messages[1].changes[0].isFromCloudTrail)
  }
}
