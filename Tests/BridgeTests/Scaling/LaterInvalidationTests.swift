import LocalCloud
import Logging
import Testing

@Suite("Changes that an invalidation for others, made after them, has covered")
struct LaterInvalidationTests {
  private let queue = "cdn-events"

  private func world(
    _ change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws -> QueueWorld {
    try QueueWorld(["PLUS_FORMS": "encoded"]) {
      $0.distributions = ManyDistributionsTests.distributions(2).map { FakeDistribution($0) }
      change(&$0)
    }
  }

  private func change(_ key: String, sequencer: String = "01", _ world: QueueWorld) {
    let record = SampleEvent.record(key, bucket: "site", sequencer: sequencer)
    world.sqs.send(String(decoding: SampleEvent.s3(record), as: UTF8.self), to: queue)
  }

  /// Somebody receives what is visible and says nothing of it for 185 s.
  private func lose(_ world: QueueWorld) throws {
    _ = try #require(SQSMapping(world.sqs, queue: queue).receive())
  }

  private func paths(_ world: QueueWorld) -> [String] {
    world.cloudFront.invalidations.flatMap(\.paths)
  }

  @Test("are done without a request, however they are spelled as paths")
  func covered() throws {
    let world = try world()
    change("news/a", world)
    for number in 0..<3 { change("news/b\(number)", world) }
    change("index.html", world)
    try lose(world)
    world.pass(.seconds(70))
    // The folder's wildcard goes out for others, and the same object has changed once more.
    for number in 0..<10 { change("news/c\(number)", world) }
    change("index.html", sequencer: "02", world)
    #expect(world.deliver() == [])
    #expect(Set(paths(world)) == ["/news/*", "/", "/index.html"])
    let before = world.cloudFront.invalidations.count
    world.pass(.seconds(120))
    #expect(world.deliver() == [])
    #expect(world.cloudFront.invalidations.count == before)
    #expect(world.sqs.messages(in: queue).isEmpty)
    #expect(world.log.messages(.warning) == [])
    #expect(world.log.messages(.error) == [])
  }

  @Test("are told all the same when their message is less than a minute older")
  func fresh() throws {
    let world = try world()
    change("a", world)
    try lose(world)
    world.pass(.seconds(59))
    change("a", sequencer: "02", world)
    #expect(world.deliver() == [])
    world.pass(.seconds(130))
    #expect(world.deliver() == [])
    #expect(paths(world) == ["/a", "/a", "/a", "/a"])
  }

  @Test(
    "do not include what happened after it, even when CloudFront's clock is an hour off",
    arguments: [Duration.seconds(-3_600), .seconds(3_600)])
  func clocks(offset: Duration) throws {
    let world = try world { $0.clockOffset = offset }
    change("a", world)
    #expect(world.deliver() == [])
    world.pass(.seconds(600))
    change("a", sequencer: "02", world)
    #expect(world.deliver() == [])
    #expect(paths(world) == ["/a", "/a", "/a", "/a"])
  }

  @Test("are told where the invalidation was not accepted")
  func partly() throws {
    let world = try world()
    change("a", world)
    try lose(world)
    world.pass(.seconds(70))
    change("a", sequencer: "02", world)
    world.cloudFront.script(.denied, on: .createInvalidation)
    #expect(world.deliver()?.count == 1)
    #expect(world.cloudFront.invalidations.count == 1)
    world.pass(.seconds(120))
    // Both are visible by now; each distribution gets the path once.
    #expect(world.deliver() == [])
    #expect(world.cloudFront.invalidations.count == 2)
    #expect(Set(world.cloudFront.invalidations.map(\.distributionID)).count == 2)
  }

  @Test("requests are carried out whatever was invalidated since")
  func requests() throws {
    let world = try world()
    let request = SampleEvent.request(target: "E10000", key: "a", isUrgent: false)
    world.sqs.send(String(decoding: request, as: UTF8.self), to: queue)
    try lose(world)
    world.pass(.seconds(70))
    change("a", world)
    #expect(world.deliver() == [])
    world.pass(.seconds(120))
    #expect(world.deliver() == [])
    #expect(paths(world) == ["/a", "/a", "/a"])
  }
}
