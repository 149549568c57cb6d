import JSON
import Logging
import Testing

@Suite("An event that says less than S3 does")
struct EventWarningTests {
  private func nameless(_ key: String) -> JSONValue {
    let members = SampleEvent.record(key).objectValue ?? []
    return .object(members.filter { $0.key != "eventName" })
  }

  @Test("is invalidated in every way its key can be read, and warned of once")
  func unknownKind() throws {
    let world = try BridgeWorld()
    for key in ["a+b", "c"] {
      #expect(world.handle(SampleEvent.s3(nameless(key))).error == nil)
    }
    #expect(world.invalidated == ["E1SAMPLESITE01": [["/a%20b", "/a%2Bb"], ["/c"]]])
    #expect(world.log.messages(.warning).count == 1)
    #expect(world.log.messages(.warning).first?.contains("eventName") == true)
  }

  @Test("is counted and warned of once where it names no keys")
  func namesNoKeys() throws {
    let world = try BridgeWorld()
    for _ in 0..<2 {
      let answer = world.handle(try SampleEvent.file("events/cloudtrail-delete-objects.json"))
      #expect(answer.json?["ignored"] == ["namesNoKeys": 1])
    }
    #expect(world.posts == 0)
    #expect(world.log.messages(.warning).count == 1)
    #expect(world.log.messages(.warning).first?.contains("DeleteObjects") == true)
  }

  @Test("costs no second path where S3 tells of the same request in the same batch")
  func prefersS3() throws {
    let world = try BridgeWorld(["SQS_FAILURES": "report"])
    let answer = world.handle(try SampleEvent.file("events/sqs-cloudtrail.json"))
    #expect(answer.text == #"{"batchItemFailures":[]}"#)
    let paths = world.invalidated.values.joined().joined()
    #expect(paths.count { $0 == "/docs/index.html" } == 1)
    #expect(paths.count { $0 == "/docs/old.html" } == 1)
  }
}
