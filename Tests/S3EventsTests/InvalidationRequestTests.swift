import Failures
import JSON
import S3Events
import Testing

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
      request(("target", "E1"), ("paths", "/a"), ("keys", ["b"])),
      request(("target", "E1"), ("paths", ["/a"]), ("keys", .object([("b", "c")]))),
      request(("target", "E1"), ("paths", 5), ("keys", ["b"])),
      .object([("invalidationRequest", "E1")]),
      request(("target", "E1"), ("paths", ["/a"]), ("urgent", 1)),
      request(("target", "E1"), ("paths", ["/a"]), ("urgent", "soon")),
      request(("target", "E1"), ("paths", ["/a"]), ("urgent", ["true"])),
      request(("target", "E1"), ("paths", ["/a"]), ("urgent", .object([]))),
    ])
  func refusesEmptyRequests(event: JSONValue) {
    let message = decode(event).messages[0]
    #expect(message.failures.map(\.errorType.name) == ["Function.InvalidRequest"])
    #expect(message.requests.isEmpty)
  }

  @Test(
    "A request may be urgent, in every envelope; that makes no other request of it",
    arguments: [(true, true), (false, false), ("true", true), ("false", false), (.null, false)]
      as [(JSONValue, Bool)])
  func urgency(value: JSONValue, expected: Bool) {
    let plain = request(("target", "E1"), ("paths", ["/a"]), ("id", "1"))
    let asked = request(("target", "E1"), ("paths", ["/a"]), ("id", "1"), ("urgent", value))
    for event in [asked, sqs(text(asked)), eventBridge("Work", source: "my.app", detail: asked)] {
      let message = decode(event).messages[0]
      #expect(message.failures.isEmpty)
      #expect(message.requests.map(\.isUrgent) == [expected])
      #expect(
        message.requests.map(\.identity) == decode(plain).messages[0].requests.map(\.identity))
    }
    #expect(decode(plain).messages[0].requests.map(\.isUrgent) == [false])
  }

  @Test("A list that is null is an absent one")
  func takesNullLists() {
    let asked = request(("target", "E1"), ("paths", .null), ("keys", ["b"]))
    let message = decode(asked).messages[0]
    #expect(message.failures.isEmpty)
    #expect(message.requests.map { $0.keys.map(\.description) } == [["b"]])
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
        bucket: bucket, region: "", key: ObjectKey(raw: Array(key.utf8)),
        eventName: "ObjectCreated:Put")
    }
    #expect(change(bucket: "ab", key: "c").identity != change(bucket: "a", key: "bc").identity)
  }
}
