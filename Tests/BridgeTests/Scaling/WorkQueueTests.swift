import CloudFrontModel
import JSON
import LocalCloud
import Logging
import S3Events
import Testing

@testable import Bridge

@Suite("The work queue")
struct WorkQueueTests {
  private func world(
    _ count: Int, rate: String = "0.25", queue: String = "cdn-events", others: [Distribution] = [],
    _ environment: [String: String] = [:]
  ) throws -> QueueWorld {
    try QueueWorld(
      queue: queue,
      ["CREATE_RATE": rate, "WORK_QUEUE": QueueWorld.workARN].merging(environment) { $1 }
    ) { fake in
      fake.distributions = (ManyDistributionsTests.distributions(count) + others).map {
        FakeDistribution($0)
      }
    }
  }

  /// Distributions of the bucket `other`.
  private func others(_ count: Int) -> [Distribution] {
    (0..<count).map { number in
      var other = Distribution(
        id: DistributionID("EOTHER\(10 + number)"), domainName: "dother\(number).cloudfront.net",
        origins: [Origin(id: "s3", domainName: "other.s3.amazonaws.com")])
      other.defaultBehavior = CacheBehavior(targetOriginID: "s3")
      return other
    }
  }

  /// The paths of each invalidation, by distribution.
  private func told(_ world: QueueWorld) -> [String: [[String]]] {
    world.cloudFront.invalidations.reduce(into: [:]) {
      $0[$1.distributionID, default: []].append($1.paths)
    }
  }

  @Test("more than one delivery can tell is handed on at once, and the message is done")
  func atOnce() throws {
    let world = try world(300)
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    #expect(world.deliver() == [])
    #expect(world.cloudFront.invalidations.isEmpty)
    #expect(world.sqs.messages(in: world.queue).isEmpty)
    #expect(world.workItems.count == 8)
    #expect(world.workItems.allSatisfy { $0.visibleAt - world.now <= 225_000 })
    #expect(Set(world.workItems.map(\.visibleAt)).count == 8)
    #expect(world.log.messages(.warning) == [])
    #expect(world.log.messages(.info).contains("Handed work on"))
    for item in world.workItems { #expect(!item.body.contains("E10")) }
  }

  @Test("each distribution is told once, whichever environments the work comes to")
  func once() throws {
    let world = try world(300)
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    _ = world.deliver()
    let end = world.now + 3 * 3_600_000
    while world.now < end, !world.workItems.isEmpty {
      try world.startCold()
      _ = world.deliverWork()
      world.pass(.seconds(5))
    }
    #expect(world.workItems.isEmpty)
    #expect(told(world).count == 300)
    #expect(told(world).values.allSatisfy { $0 == [["/a"]] })
    #expect(world.sqs.messages(in: QueueWorld.deadWork).isEmpty)
    #expect(world.now < end)
  }

  @Test("work for one distribution merges into one invalidation")
  func merge() throws {
    let world = try world(100)
    for (number, key) in ["a", "b", "c"].enumerated() {
      world.sqs.send(SampleEvent.body(key, sequencer: "0\(number + 1)"), to: world.queue)
      #expect(world.deliver() == [])
      world.pass(.seconds(3))
    }
    world.pass(.seconds(56))
    try world.startCold()
    _ = world.deliverWork()
    #expect(!told(world).isEmpty)
    #expect(told(world).values.allSatisfy { $0 == [["/a", "/b", "/c"]] })
  }

  @Test("what is told in part when a minute is over is handed on, without what is told")
  func inPart() throws {
    // 5 and 15 in a minute, for two buckets of 12.
    let world = try world(12, others: others(12))
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    world.sqs.send(SampleEvent.body("b", bucket: "other"), to: world.queue)
    let start = world.now
    #expect(world.deliver() == [])
    #expect(world.now - start < 75_000)
    let before = told(world)
    #expect((18...20).contains(before.count))
    #expect(world.workItems.count == 1)
    for id in before.keys where id.hasPrefix("EOTHER") {
      #expect(world.workItems[0].body.contains(id))
    }
    world.pass(.seconds(900))
    try world.startCold()
    #expect(world.deliverWork() == [])
    #expect(told(world).count == 24)
    #expect(told(world).values.allSatisfy { $0.count == 1 })
  }

  @Test("a bucket with few distributions is told at once beside one with many")
  func beside() throws {
    let world = try world(100, others: others(1))
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    world.sqs.send(SampleEvent.body("b", bucket: "other"), to: world.queue)
    #expect(world.deliver() == [])
    #expect(told(world) == ["EOTHER10": [["/b"]]])
    #expect(world.workItems.count == 2)
    for item in world.workItems { #expect(!item.body.contains("other")) }
  }

  @Test("a message is done only when the work queue has confirmed every item")
  func confirmed() throws {
    for fault in [SQSFault.firstEntryFails, .internalError, .denied, .halfAnswer] {
      let world = try world(300)
      world.sqs.script(fault, on: .sendMessageBatch, times: 3)
      let id = world.sqs.send(SampleEvent.body("a"), to: world.queue)
      #expect(world.deliver() == [id], "\(fault)")
      // For a while the event is told as without a work queue.
      world.pass(.seconds(200))
      _ = world.deliver()
      #expect(!world.cloudFront.invalidations.isEmpty, "\(fault)")
      world.sqs.dropFaults()
      // The five minutes may have ended during that delivery, which then hands on what is left.
      world.pass(.seconds(400))
      _ = world.deliver()
      #expect(world.sqs.messages(in: world.queue).isEmpty, "\(fault)")
      #expect(!world.workItems.isEmpty, "\(fault)")
    }
  }

  @Test("a lost answer counts as not confirmed")
  func lostAnswer() throws {
    let world = try world(300)
    world.sqs.script(.resetAfterAccepting, on: .sendMessageBatch, times: 3)
    let id = world.sqs.send(SampleEvent.body("a"), to: world.queue)
    #expect(world.deliver() == [id])
  }

  @Test("what goes back anyway is not handed on, though a part of it could be")
  func goesBack() throws {
    let world = try world(100)
    let record = SampleEvent.record("a", bucket: "site", sequencer: "01")
    let unreadable: JSONValue = [
      "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": ["object": ["size": "1"]],
    ]
    let id = world.sqs.send(
      String(decoding: SampleEvent.s3(record, unreadable), as: UTF8.self), to: world.queue)
    #expect(world.deliver() == [id])
    #expect(world.workItems.isEmpty)
    // Its good change is told meanwhile.
    #expect(!world.cloudFront.invalidations.isEmpty)
  }

  @Test("messages of a FIFO queue are handed on, but none that follows one that goes back")
  func fifo() throws {
    let world = try world(100, queue: "cdn-events.fifo")
    for group in ["good", "bad", "late"] {
      let text = group == "bad" ? "no JSON" : SampleEvent.body(group)
      world.sqs.send(text, to: world.queue, groupID: "g")
    }
    let back = try #require(world.deliver())
    #expect(back.count == 2)
    #expect(world.workItems.count == 2)
    for item in world.workItems {
      #expect(item.body.contains(#""key":"good""#) && !item.body.contains("late"))
    }
  }

  @Test("an invalidation request is never handed on")
  func requests() throws {
    let world = try world(100)
    let request = SampleEvent.request(target: "site", key: "x")
    let id = world.sqs.send(String(decoding: request, as: UTF8.self), to: world.queue)
    #expect(world.deliver() == [id])
    #expect(world.workItems.isEmpty)
    #expect(!world.cloudFront.invalidations.isEmpty)
  }

  @Test("a work item that another queue delivers is refused, whatever is in it")
  func foreign() throws {
    let world = try world(300)
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    _ = world.deliver()
    let stolen = try #require(world.workItems.first).body
    let id = world.sqs.send(stolen, to: world.queue)
    #expect(world.deliver() == [id])
    #expect(world.cloudFront.invalidations.isEmpty)
    #expect(world.log.messages(.error).contains { $0.contains("did not come from the queue") })
  }

  @Test("after four hops work waits in the work queue instead")
  func hops() throws {
    let world = try world(64, rate: "0.01")
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    var hops = 0
    for _ in 0..<400 where !(world.deliver() == nil && world.workItems.isEmpty) {
      world.pass(.seconds(30))
      _ = world.deliverWork()
      for item in world.workItems {
        let parts = item.body.split(separator: #""hops":"#)
        hops = max(hops, parts.count > 1 ? Int(parts[1].prefix(1)) ?? 9 : 9)
      }
    }
    #expect(hops == 4)
    #expect(world.log.messages(.warning).contains { $0.contains("wait for their turn") })
    #expect(world.workItems.allSatisfy { $0.receiveCount < 60 })
  }

  @Test("no call to SQS carries a trace header, by which Lambda would end the chain")
  func trace() throws {
    let world = try world(300, ["_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793"])
    world.sqs.send(SampleEvent.body("a"), to: world.queue)
    _ = world.deliver()
    #expect(!world.sqs.calls(of: .sendMessageBatch).isEmpty)
    for call in world.sqs.calls {
      #expect(!call.request.headers.contains { $0.name.lowercased().contains("trace") })
      #expect(!call.request.text.contains("AWSTraceHeader"))
      #expect(!call.request.text.contains("1-5759e988"))
    }
  }

  @Test("without a work queue there is a warning, once for as many; with one there is none")
  func warning() throws {
    let without = try world(300, ["WORK_QUEUE": ""])
    without.sqs.send(SampleEvent.body("a"), to: without.queue)
    for _ in 0..<3 {
      _ = without.deliver()
      without.pass(.seconds(200))
    }
    let text = "An event has more distributions to tell than one delivery can."
    #expect(without.log.messages(.warning).count { $0.hasPrefix(text) } == 1)
    #expect(without.log.messages(.warning).contains { $0.contains("WORK_QUEUE") })

    let few = try world(3, ["WORK_QUEUE": ""])
    few.sqs.send(SampleEvent.body("a"), to: few.queue)
    _ = few.deliver()
    #expect(few.log.messages(.warning) == [])
  }

  @Test("a dry run and a mapping without reports hand nothing on")
  func off() throws {
    for setting in [["DRY_RUN": "true"], ["SQS_FAILURES": "throw"]] {
      let world = try world(300, setting)
      world.sqs.send(SampleEvent.body("a"), to: world.queue)
      _ = world.deliver()
      #expect(world.workItems.isEmpty)
      #expect(world.sqs.calls.isEmpty)
    }
  }
}

extension SampleEvent {
  /// S3's notification of one object, as a message's body.
  fileprivate static func body(
    _ key: String, bucket: String = "site", sequencer: String = "01"
  ) -> String {
    String(decoding: s3(record(key, bucket: bucket, sequencer: sequencer)), as: UTF8.self)
  }
}
