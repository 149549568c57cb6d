import CloudFrontModel
import LocalCloud
import Logging
import Testing

@Suite("Batches for whose distributions a delivery lacks the requests")
struct WaitingForRequestsTests {
  /// A bucket with eight distributions. In 120 s an invocation makes the burst of five requests and
  /// one in 20 s.
  private func world(_ environment: [String: String] = [:], count: Int = 8) throws -> QueueWorld {
    try QueueWorld(["CREATE_RATE": "0.05"].merging(environment) { $1 }) {
      $0.distributions = ManyDistributionsTests.distributions(count).map { FakeDistribution($0) }
      $0.createRate = nil
    }
  }

  private func change(_ key: String, _ world: QueueWorld) {
    world.sqs.send(
      String(decoding: SampleEvent.s3(SampleEvent.record(key, bucket: "site")), as: UTF8.self),
      to: world.queue)
  }

  private func request(_ key: String, of id: String, isUrgent: Bool = false, _ world: QueueWorld) {
    let request = SampleEvent.request(target: id, key: key, isUrgent: isUrgent)
    world.sqs.send(String(decoding: request, as: UTF8.self), to: world.queue)
  }

  private func told(_ path: String, _ world: QueueWorld) -> Int {
    world.cloudFront.invalidations.count { $0.paths.contains(path) }
  }

  @Test("go back untold until there are requests for all, and are told as a whole then")
  func whole() throws {
    let world = try world()
    change("a", world)
    #expect(world.deliver() == [])
    #expect(told("/a", world) == 8)
    let start = world.now
    change("b", world)
    #expect(try #require(world.deliver()).count == 1)
    #expect(told("/b", world) == 0)
    #expect(world.now - start < 1_000)
    // Four requests come within seven tenths of the time, and four take 80 s.
    #expect(world.waits == [79] || world.waits == [80])
    #expect(
      world.log.messages(.warning).contains { $0.contains("can't tell all distributions now") })
    world.pass(.seconds(80))
    #expect(world.deliver() == [])
    #expect(told("/b", world) == 8)
    #expect(world.log.messages(.error) == [])
  }

  @Test("are taken on whatever there is when they have waited three times")
  func bounded() throws {
    let world = try world()
    change("a", world)
    #expect(world.deliver() == [])
    change("b", world)
    for receive in 1...3 {
      _ = world.deliver()
      #expect(world.sqs.messages(in: world.queue).map(\.receiveCount) == [receive])
      #expect(told("/b", world) == 0)
      // Others take the requests meanwhile.
      world.pass(.seconds(try #require(world.waits.first) - 5))
      for id in ["E10000", "E10001", "E10002"] { request("c\(receive)", of: id, world) }
      #expect(world.deliver() == [])
      world.pass(.seconds(6))
    }
    _ = world.deliver()
    #expect(told("/b", world) > 0)
  }

  @Test("let urgent requests pass, and what is newer does not overtake them")
  func order() throws {
    let world = try world()
    change("a", world)
    #expect(world.deliver() == [])
    change("b", world)
    world.pass(.milliseconds(10))
    request("c", of: "E10000", world)
    request("now", of: "E10007", isUrgent: true, world)
    #expect(try #require(world.deliver()).count == 2)
    #expect(world.cloudFront.invalidations.dropFirst(8).map(\.paths) == [["/now"]])
  }

  @Test("don't wait where a rest would not suffice either")
  func tooMany() throws {
    let world = try world(count: 40)
    change("a", world)
    #expect(try #require(world.deliver()).count == 1)
    #expect(told("/a", world) == 10)
    world.pass(.seconds(200))
    #expect(try #require(world.deliver()).count == 1)
    #expect(told("/a", world) > 15)
  }

  @Test("don't count the distributions that this environment has told already")
  func known() throws {
    let world = try world()
    change("a", world)
    // In 30 s, seven are not enough for eight even after a rest.
    #expect(try #require(world.deliver(timeout: .seconds(30))).count == 1)
    let first = told("/a", world)
    #expect((5...7).contains(first))
    while world.deliver() == nil { world.pass(.seconds(1)) }
    #expect(told("/a", world) == 8)
    #expect(world.sqs.messages(in: world.queue).isEmpty)
  }

  @Test(
    "are told in part where a part can't go back, or is handed on",
    arguments: [["SQS_FAILURES": "throw"], ["WORK_QUEUE": QueueWorld.workARN]])
  func elsewhere(environment: [String: String]) throws {
    let world = try world(environment)
    change("a", world)
    _ = world.deliver()
    change("b", world)
    _ = world.deliver()
    #expect(
      !world.log.messages(.warning).contains { $0.contains("can't tell all distributions now") })
  }
}
