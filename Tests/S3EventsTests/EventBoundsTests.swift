import Failures
import JSON
import S3Events
import Testing

/// What a sender can't make grow without end.
@Suite("The bounds of an event")
struct EventBoundsTests {
  private func decode(_ event: JSONValue) -> EventMessage? {
    EventDecoder().decode(event.encoded()).messages.first
  }

  @Test("a document of more than 20,000 records is refused, at the top and inside a message")
  func records() {
    let many = JSONValue.object([("Records", .array(Array(repeating: .null, count: 20_001)))])
    #expect(decode(many)?.failures.map(\.errorType.name) == ["Function.TooManyRecords"])
    #expect(decode(sqs(text(many)))?.failures.map(\.errorType.name) == ["Function.TooManyRecords"])
    let full = JSONValue.object([("Records", .array(Array(repeating: .null, count: 20_000)))])
    #expect(decode(full)?.failures.first?.errorType.name == "Function.UnrecognizedEvent")
  }

  @Test(
    "a request of more than 20,000 paths or keys is refused",
    arguments: ["paths", "keys"], [20_000, 20_001])
  func requests(list: String, count: Int) {
    let message = decode(
      request(("target", "site"), (list, .array(Array(repeating: "/a", count: count)))))
    let isTaken = count == 20_000
    #expect(message?.failures.map(\.errorType.name) == (isTaken ? [] : ["Function.InvalidRequest"]))
    #expect(message?.requests.count == (isTaken ? 1 : 0))
  }

  @Test("the first ten failures of a message are kept")
  func failures() {
    let bad = JSONValue.object([("Records", .array(Array(repeating: .null, count: 11)))])
    #expect(decode(bad)?.failures.count == 10)
  }

  @Test(
    "a key of more than 8,192 bytes fails its record, and a request that names it",
    arguments: [(8_192, [String]()), (8_193, ["Function.InvalidRecord"])])
  func keys(length: Int, expected: [String]) {
    let key = String(repeating: "k", count: length)
    let changed = decode(notification(record(key: key), record()))
    #expect(changed?.failures.map(\.errorType.name) == expected)
    #expect(changed?.changes.count == 2 - expected.count)
    let request = JSONValue.object([
      (
        "invalidationRequest",
        .object([("target", "site"), ("keys", .array([.string(key)]))])
      )
    ])
    #expect(decode(request)?.failures.isEmpty == expected.isEmpty)
  }

  @Test(
    "a name of more than 255 bytes fails its record, and a request with it as its target",
    arguments: [(255, [String]()), (256, ["Function.InvalidRecord"])])
  func names(length: Int, expected: [String]) {
    let name = String(repeating: "n", count: length)
    let changed = decode(notification(record(bucket: name), record()))
    #expect(changed?.failures.map(\.errorType.name) == expected)
    #expect(changed?.changes.count == 2 - expected.count)
    let asked = decode(request(("target", .string(name)), ("paths", .array(["/a"]))))
    #expect(asked?.failures.isEmpty == expected.isEmpty)
  }

  @Test("a change of however many facts has an identity of 32 bytes")
  func identities() {
    let paths = JSONValue.array((0..<1000).map { .string("/\($0)") })
    let asked = decode(request(("target", "site"), ("paths", paths), ("id", "1")))
    let told = decode(notification(record()))
    let all = (asked?.requests.map(\.identity) ?? []) + (told?.changes.map(\.identity) ?? [])
    #expect(all.map(\.bytes.count) == [32, 32])
  }

  @Test("a document of more than 64 levels or 8 MiB is refused")
  func document() {
    // Not as arguments: the test's log would hold them.
    for text in [
      String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
      String(repeating: " ", count: 8 << 20) + "{}",
    ] {
      let message = EventDecoder().decode(Array(text.utf8)).messages.first
      #expect(message?.failures.map(\.errorType.name) == ["Runtime.InvalidEvent"])
    }
  }
}
