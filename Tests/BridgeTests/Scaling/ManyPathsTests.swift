import CloudFrontModel
import JSON
import LocalCloud
import Logging
import Testing

@Suite("Batches that have more paths than one delivery can send")
struct ManyPathsTests {
  /// A queue with a thousand objects of a bucket that twenty distributions serve; two environments
  /// share the rates.
  private func world(_ environment: [String: String] = [:], messages: Int = 1_000) throws
    -> QueueWorld
  {
    let base = ["CREATE_RATE": "auto", "RATE_SHARES": "2", "WILDCARD_THRESHOLD": "0"]
    let world = try QueueWorld(base.merging(environment) { $1 }) {
      $0.distributions = ManyDistributionsTests.distributions(20).map { FakeDistribution($0) }
      $0.createRate = nil
      $0.pathsInProgress = .max
    }
    for number in 0..<messages {
      let record = SampleEvent.record("\(number)", bucket: "site", sequencer: "0A\(number)")
      world.sqs.send(
        String(decoding: SampleEvent.s3(record), as: UTF8.self), to: world.queue)
      if number % 100 == 0 { world.pass(.milliseconds(1)) }
    }
    return world
  }

  @Test("no path is paid twice, although no environment knows what another has sent")
  func once() throws {
    let world = try world()
    var deliveries = 0
    while !world.sqs.messages(in: world.queue).isEmpty, deliveries < 10 {
      if world.deliver() != nil { deliveries += 1 }
      try world.startCold()
      world.pass(.seconds(2))
    }
    let paths = world.cloudFront.invalidations.flatMap { made in
      made.paths.map { "\(made.distributionID) \($0)" }
    }
    #expect(paths.count == 20_000)
    #expect(Set(paths).count == 20_000)
    // The burst of 3,000 and 75 paths a second.
    #expect((2...3).contains(deliveries))
    #expect(world.log.messages(.error) == [])
  }

  @Test("two environments that begin with a burst each take no more than CloudFront's one")
  func bursts() throws {
    let world = try world()
    world.cloudFront.configure {
      $0.pathRate = FakeCloudFrontSettings.CreateRate(perSecond: 75, burst: 1_500)
    }
    #expect(try #require(world.deliver()).count > 300)
    #expect(world.cloudFront.calls.count { $0.errorCode != nil } == 0)
    #expect(world.cloudFront.invalidations.count == 20)
  }

  @Test("the oldest are told first, and the others can be delivered again at once")
  func oldest() throws {
    let world = try world()
    let back = try #require(world.deliver())
    #expect((500...700).contains(back.count))
    let told = Set(world.cloudFront.invalidations.flatMap(\.paths))
    #expect(told == Set((0..<(1_000 - back.count)).map { "/\($0)" }))
    #expect(world.cloudFront.invalidations.count == 20)
    // Their second was over long before the delivery was.
    #expect(world.waits.allSatisfy { $0 < 0 })
    let calls = world.sqs.calls(of: .changeMessageVisibilityBatch).count
    #expect(calls == (back.count + 9) / 10)
  }

  @Test("an urgent request is taken on, however new it is")
  func urgent() throws {
    let world = try world()
    let request = SampleEvent.request(target: "E10000", key: "now", isUrgent: true)
    world.sqs.send(String(decoding: request, as: UTF8.self), to: world.queue)
    let back = try #require(world.deliver())
    #expect(back.count > 400)
    #expect(world.cloudFront.invalidations.contains { $0.paths == ["/now"] })
  }

  @Test("a batch for which there is room is told as a whole")
  func fits() throws {
    let world = try world(messages: 100)
    #expect(world.deliver() == [])
    #expect(world.cloudFront.invalidations.map(\.paths.count) == Array(repeating: 100, count: 20))
    #expect(world.sqs.calls.isEmpty)
  }

  @Test("what can be handed on does not go back")
  func workQueue() throws {
    let world = try world(["WORK_QUEUE": QueueWorld.workARN])
    #expect(world.deliver() == [])
    #expect(!world.workItems.isEmpty)
  }

  @Test("without reports the batch fails as a whole, so that all of it is tried")
  func whole() throws {
    let world = try world(["SQS_FAILURES": "throw"])
    _ = world.deliver()
    #expect(world.cloudFront.invalidations.allSatisfy { $0.paths.count == 1_000 })
  }
}
