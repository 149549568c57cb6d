import Bridge
import JSON
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("The event handler")
struct EventHandlerTests {
  static let report = ["SQS_FAILURES": "report"]

  // MARK: - Answers

  @Test(
    "answers a bucket, a topic, a bus and a worker with a summary",
    arguments: [
      ("s3-created-put", "E1SAMPLESITE01"), ("sns", "E1SAMPLESITE01"),
      ("eventbridge-created", "E1SAMPLESITE01"), ("request", "E1SAMPLESITE01"),
    ])
  func summary(name: String, id: String) throws {
    let world = try BridgeWorld()
    let answer = try #require(world.handle(try SampleEvent.file("events/\(name).json")).json)
    let made = try #require(world.cloudFront.invalidations.first { $0.distributionID == id })
    let told = try #require(
      answer["distributions"]?.arrayValue?.first { $0["id"]?.stringValue == id })
    #expect(answer["records"]?.integerValue ?? 0 > 0)
    #expect(answer["ignored"]?.objectValue != nil)
    #expect(told["paths"]?.integerValue == Int64(made.paths.count))
    #expect(told["invalidationId"]?.stringValue == made.id)
    #expect(told["status"]?.stringValue == "InProgress")
  }

  @Test("tells the distribution of an urgent request before one that has waited longer")
  func urgent() throws {
    for isUrgent in [true, false] {
      let world = try BridgeWorld(EventHandlerTests.report)
      let old = SampleEvent.record("a.txt", time: "2026-11-20T17:00:00.000Z")
      let answer = world.handle(
        SampleEvent.sqs(
          SampleEvent.message("m1", SampleEvent.s3(old)),
          SampleEvent.message(
            "m2", SampleEvent.request(target: SampleEvent.blog, key: "b.txt", isUrgent: isUrgent))))
      #expect(answer.text == #"{"batchItemFailures":[]}"#)
      let made = world.cloudFront.invalidations.map(\.distributionID)
      #expect(
        made
          == (isUrgent
            ? ["E3SAMPLEBLOG01", "E1SAMPLESITE01"] : ["E1SAMPLESITE01", "E3SAMPLEBLOG01"]))
    }
  }

  @Test("counts what it ignores by reason, and sends nothing for it")
  func ignored() throws {
    let world = try BridgeWorld()
    let answer = world.handle(SampleEvent.s3(SampleEvent.record("a", bucket: "unserved")))
    #expect(answer.json?["ignored"] == ["noDistribution": 1])
    #expect(answer.json?["distributions"] == [])
    #expect(world.posts == 0)
    #expect(world.log.messages(.warning).count == 1)
    #expect(world.log.messages(.warning).first?.contains("bucket unserved") == true)
  }

  @Test("answers a queue with exactly the failed messages, and an empty list when none failed")
  func batchItemFailures() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    #expect(world.handle(SampleEvent.twoDistributions).text == #"{"batchItemFailures":[]}"#)
    let poisoned = SampleEvent.sqs(
      SampleEvent.message("m1", SampleEvent.s3(SampleEvent.record("c.txt"))),
      SampleEvent.message("m2", Array("not JSON".utf8)),
      SampleEvent.message("m3", SampleEvent.s3(SampleEvent.record("d.txt"))))
    #expect(
      world.handle(poisoned).text == #"{"batchItemFailures":[{"itemIdentifier":"m2"}]}"#)
    #expect(
      world.invalidated == [
        "E1SAMPLESITE01": [["/a.txt"], ["/c.txt", "/d.txt"]], "E3SAMPLEBLOG01": [["/b.txt"]],
      ])
    #expect(
      world.log.lines.contains {
        $0.level == .error && $0.metadata["messageId"] == "m2"
          && $0.metadata["errorType"] == "Runtime.InvalidEvent"
      })
  }

  @Test("fails the whole batch for one message where the mapping may not report, its default")
  func failingBatch() throws {
    let world = try BridgeWorld()
    #expect(world.handle(SampleEvent.twoDistributions).text == #"{"batchItemFailures":[]}"#)
    let error = world.handle(
      SampleEvent.sqs(
        SampleEvent.message("m1", SampleEvent.s3(SampleEvent.record("c.txt"))),
        SampleEvent.message("m2", Array("{}".utf8)))
    ).error
    #expect(error?.type.rawValue == "Function.UnrecognizedEvent")
    #expect(error?.message.contains("Message m2") == true)
    #expect(world.invalidated["E1SAMPLESITE01"]?.last == ["/c.txt"], "the good one goes out")
  }

  @Test("fails the whole batch for a message that has no id to hand it back by")
  func nameless() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    let error = world.handle(
      SampleEvent.sqs(
        SampleEvent.message("m1", SampleEvent.s3(SampleEvent.record("a.txt"))),
        SampleEvent.message(nil, SampleEvent.s3(SampleEvent.record("b.txt"))))
    ).error
    #expect(error?.message.contains("messageId") == true)
  }

  @Test("hands back all messages behind a failed one of a FIFO queue")
  func fifo() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    let answer = world.handle(
      SampleEvent.sqs(
        SampleEvent.message("m1", SampleEvent.s3(SampleEvent.record("a")), isFIFO: true),
        SampleEvent.message("m2", Array("poison".utf8), isFIFO: true),
        SampleEvent.message("m3", SampleEvent.s3(SampleEvent.record("c")), isFIFO: true)))
    #expect(
      answer.text
        == #"{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]}"#)
    // Each message that comes again has its line.
    #expect(world.log.lines.compactMap { $0.metadata["messageId"] } == ["m2", "m3"])
  }

  @Test(
    "fails an event that is no JSON, or that nobody knows",
    arguments: [
      ("malformed", "Runtime.InvalidEvent"), ("not-s3", "Function.UnrecognizedEvent"),
      ("request-bad-path", "Function.InvalidRequest"),
    ])
  func unreadable(name: String, type: String) throws {
    let world = try BridgeWorld()
    let error = world.handle(try SampleEvent.file("events/\(name).json")).error
    #expect(error?.type.rawValue == type)
  }

  @Test(
    "sends what the plan says, for every sample event", arguments: SampleEvent.names(in: "events"))
  func plannedIsSent(name: String) throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    _ = world.handle(try SampleEvent.file("events/\(name).json"))
    let golden = try JSONValue.parse(try SampleEvent.file("Tests/Golden/\(name).json"))
    var planned: [String: [[String]]] = [:]
    for distribution in golden["distributions"]?.arrayValue ?? [] {
      let id = try #require(distribution["id"]?.stringValue)
      planned[id] = [(distribution["paths"]?.arrayValue ?? []).compactMap(\.stringValue)]
    }
    #expect(world.invalidated == planned)
  }

  // MARK: - Idempotency

  @Test(
    "sends a redelivered event with the same caller reference: one invalidation",
    arguments: [
      FakeCloudFrontSettings.RepeatedReference.returnsEarlier, .isRefused,
    ])
  func redelivery(mode: FakeCloudFrontSettings.RepeatedReference) throws {
    let world = try BridgeWorld { $0.repeatedReference = mode }
    let event = SampleEvent.s3(SampleEvent.record("a.txt"), SampleEvent.record("b.txt"))
    let reversed = SampleEvent.s3(SampleEvent.record("b.txt"), SampleEvent.record("a.txt"))
    for event in [event, event, reversed] {
      try world.startCold()
      #expect(world.handle(event).error == nil)
    }
    #expect(world.posts == 3)
    #expect(world.cloudFront.invalidations.count == 1)
  }

  @Test("remembers what was accepted, so that a duplicate among other changes adds no path")
  func duplicate() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    #expect(world.handle(SampleEvent.twoDistributions).text == #"{"batchItemFailures":[]}"#)
    let regrouped = SampleEvent.sqs([
      ("m2", "b.txt", SampleEvent.blog), ("m3", "c.txt", SampleEvent.blog),
    ])
    #expect(world.handle(regrouped).text == #"{"batchItemFailures":[]}"#)
    #expect(world.invalidated["E3SAMPLEBLOG01"] == [["/b.txt"], ["/c.txt"]])
  }

  @Test("makes two invalidations of two writes of one key, with a sequencer and without one")
  func secondWrite() throws {
    let world = try BridgeWorld()
    for sequencer in ["01", "02"] {
      _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt", sequencer: sequencer)))
    }
    for time in ["2026-11-20T18:04:05.123Z", "2026-11-20T18:04:05.124Z"] {
      _ = world.handle(SampleEvent.s3(SampleEvent.record("b.txt", sequencer: nil, time: time)))
    }
    let references = world.cloudFront.invalidations.map(\.callerReference)
    #expect(Set(references).count == 4)
    #expect(references.count == 4)
  }

  @Test(
    "takes two writes for two where a store repeats its sequencer, and a redelivery for one",
    arguments: ["0055AED6DCD90281E5", "0", "0000"])
  func repeatedSequencer(sequencer: String) throws {
    let world = try BridgeWorld()
    let writes = ["2026-11-20T18:04:05.000Z", "2026-11-20T19:04:05.000Z"].map {
      SampleEvent.s3(SampleEvent.record("a.txt", sequencer: sequencer, time: $0))
    }
    for event in writes + writes { _ = world.handle(event) }
    #expect(world.cloudFront.invalidations.count == 2)
    try world.startCold()
    for event in writes { _ = world.handle(event) }
    #expect(world.cloudFront.invalidations.count == 2)
  }
}
