import Failures
import JSON
import Testing

@testable import S3Events

@Suite("Work items")
struct WorkItemTests {
  private let queue = "arn:aws:sqs:eu-west-1:123456789012:work"

  private func scope(hops: Int = 1, told: Set<String> = []) throws -> WorkScope {
    WorkScope(slice: try #require(DistributionSlice(index: 1, of: 2)), told: told, hops: hops)
  }

  private func change(_ key: [UInt8], eTag: String? = "d41d8cd9") -> ObjectChange {
    ObjectChange(
      bucket: "site", region: "eu-west-1", key: ObjectKey(raw: key),
      eventName: "ObjectCreated:Put", version: "v/1+", sequencer: Sequencer("0055AED6"),
      eventTime: "2026-11-20T18:04:05.123Z", eTag: eTag)
  }

  /// The message that a queue delivers with a body.
  private func delivered(_ body: [UInt8], from origin: String?, workQueue: String?) -> EventMessage
  {
    var record: [(key: String, value: JSONValue)] = [
      (key: "messageId", value: "m1"), (key: "receiptHandle", value: "h"),
      (key: "eventSource", value: "aws:sqs"),
      (key: "body", value: .string(String(decoding: body, as: UTF8.self))),
    ]
    if let origin { record.append((key: "eventSourceARN", value: .string(origin))) }
    var decoder = EventDecoder()
    decoder.workQueue = workQueue
    let event = JSONValue.object([(key: "Records", value: .array([.object(record)]))])
    return decoder.decode(event.encoded()).messages[0]
  }

  @Test(
    "carry a change whole, its identity included",
    arguments: [
      Array("a b+c/ü%2F*~.html".utf8), [0xFF, 0x00, 0x0A, 0x22, 0x5C], Array("\u{1F980}".utf8),
    ])
  func roundTrip(key: [UInt8]) throws {
    let bare = ObjectChange(
      bucket: "b", region: "", key: ObjectKey(raw: key), eventName: "Object Deleted",
      occurrence: ["2026-11-20T18:04:05Z", "request-1"])
    var odd = change(key, eTag: "\u{FFFE}\u{1}")
    odd.otherKey = ObjectKey(raw: key.reversed())
    odd.requestID = "C3D13FE58DE4C810"
    odd.isFromCloudTrail = true
    // Of another bucket, or S3's own report of the same change would take its place.
    odd.bucket = "other"
    let scope = try scope(hops: 2, told: ["E2", "E1"])
    let changes = [change(key), bare, change(key, eTag: nil), odd]
    let item = WorkItem(scope: scope, changes: changes)
    let message = delivered(item.body, from: queue, workQueue: queue)
    #expect(message.changes == changes)
    #expect(message.work == scope)
    #expect(message.recordCount == 4)
    #expect(message.failures.isEmpty)
    // SQS refuses most control characters, and U+FFFE.
    #expect(item.body.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  }

  @Test("are divided by changes above 256 KiB, and none is lost")
  func division() throws {
    let scope = try scope(told: ["E1"])
    let changes = (0..<2_000).map {
      change(Array("folder/\($0)/\(String(repeating: "ä", count: 40))".utf8))
    }
    let items = WorkItem.Load(changes).items(for: scope)
    #expect(items.count > 2)
    #expect(items.flatMap { Array($0.changes) } == Array(0..<2_000))
    for (range, body) in items {
      #expect(body.count <= WorkItem.mostBytes)
      #expect(try WorkItem(body: body).changes == Array(changes[range]))
    }
    // Full but for one more change.
    for item in items.dropLast() { #expect(item.body.count > WorkItem.mostBytes - 1_000) }
    #expect(WorkItem.Load([]).items(for: scope).isEmpty)
  }

  @Test("name no distribution but those that are told already")
  func names() throws {
    let text = String(
      decoding: WorkItem(scope: try scope(told: ["ETOLD"]), changes: [change([0x61])]).body,
      as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"s3CloudFrontBridgeWork":{"version":1,"slice":1,"slices":2,"hops":1,"told":["ETOLD"],"#))
    let scope = try scope(told: ["ETOLD"])
    let one = DistributionSlice.dividing(["ETOLD"])
    #expect(one.count == 1)
    #expect(!scope.takes("ETOLD"))
  }

  @Test("are taken only from the work queue")
  func origin() throws {
    let body = WorkItem(scope: try scope(), changes: [change([0x61])]).body
    for (origin, workQueue) in [
      (queue + "x", queue), (nil, queue), (queue, nil), (nil, nil),
    ] as [(String?, String?)] {
      let message = delivered(body, from: origin, workQueue: workQueue)
      #expect(message.changes.isEmpty)
      #expect(message.failures.map(\.errorType) == [.known(.unrecognizedEvent)])
      #expect(message.failures[0].description.contains("did not come from the queue"))
    }
  }

  @Test("are not looked for in an envelope, which anybody may send to the work queue")
  func envelope() throws {
    let body = WorkItem(scope: try scope(), changes: [change([0x61])]).body
    let notification: JSONValue = [
      "Type": "Notification", "MessageId": "n",
      "Message": .string(String(decoding: body, as: UTF8.self)),
    ]
    let message = delivered(notification.encoded(), from: queue, workQueue: queue)
    #expect(message.work == nil)
    #expect(message.changes.isEmpty)
    #expect(message.failures.count == 1)
  }

  @Test("end after four hops")
  func hops() throws {
    for hops in 1...4 {
      let body = WorkItem(scope: try scope(hops: hops), changes: [change([0x61])]).body
      #expect(delivered(body, from: queue, workQueue: queue).work?.hops == hops)
    }
    let body = WorkItem(scope: try scope(hops: 5), changes: [change([0x61])]).body
    #expect(throws: WorkItemError.tooManyHops(5)) { try WorkItem(body: body) }
  }

  @Test("any other message of the work queue is what it is elsewhere")
  func others() throws {
    let message = delivered(
      Array(#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#.utf8), from: queue,
      workQueue: queue)
    #expect(message.work == nil)
    #expect(message.ignored == [.testEvent: 1])
  }

  @Test("one with a missing or a wrong member is refused as a whole")
  func malformed() throws {
    let item = WorkItem(scope: try scope(), changes: [change([0x61])])
    let text = String(decoding: item.body, as: UTF8.self)
    for (good, bad, member) in [
      (#""version":1"#, #""version":2"#, "version"), (#""slice":1"#, #""slice":2"#, "slice"),
      (#""slices":2"#, #""slices":3"#, "slice"), (#""hops":1"#, #""hops":0"#, "hops"),
      (#""hops":1"#, #""hops":"1""#, "hops"), (#""told":[]"#, #""told":{}"#, "told"),
      (#""bucket":"site""#, #""bucket":"""#, "changes"),
      (#""key":"a""#, #""key":"\#(String(repeating: "a", count: 9_000))""#, "changes"),
      (#""identity":""#, #""identity":"x"#, "changes"), ("}}", "}", "JSON"),
    ] {
      let parts = text.split(separator: good, omittingEmptySubsequences: false)
      #expect(parts.count == 2)
      #expect(throws: WorkItemError.malformed(member)) {
        try WorkItem(body: Array(parts.joined(separator: bad).utf8))
      }
    }
  }
}
