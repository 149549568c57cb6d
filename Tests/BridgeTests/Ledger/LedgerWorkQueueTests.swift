import CloudFrontModel
import JSON
import LocalCloud
import Testing

@Suite("A ledger beside a work queue")
struct LedgerWorkQueueTests {
  /// A bucket with many distributions, and an era that began long ago.
  private final class World {
    let table: FakeDynamoDB
    let queue: QueueWorld

    init(_ count: Int, skips: Bool) throws {
      let table = try FakeDynamoDB()
      self.table = table
      var own = [
        "CREATE_RATE": "0.25", "WORK_QUEUE": QueueWorld.workARN, "LEDGER_TABLE": "ledger",
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint, "AWS_REGION": "us-east-1",
        "DISTRIBUTION_CACHE_SECONDS": "0",
      ]
      if skips {
        own["UNCHANGED_OBJECTS"] = "skip"
        own["NOTIFIED_EVENTS"] = LedgerBridgeWorld.allEvents
      }
      queue = try QueueWorld(own) { fake in
        fake.distributions = ManyDistributionsTests.distributions(count).map {
          FakeDistribution($0)
        }
      }
      let now = queue.readsNow
      table.configure { $0.wallMilliseconds = now }
      send("first", 0, "0")
      try finish()
      queue.pass(.seconds(7_200))
    }

    /// An upload, some seconds after the era began to be trusted.
    func send(_ key: String, _ number: Int, _ content: String) {
      let seconds = 7_000 + number
      func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
      let record: JSONValue = [
        "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventName": "ObjectCreated:Put",
        "eventTime": .string(
          number == 0
            ? "2026-11-20T18:04:05Z"
            : "2026-11-20T\(two(18 + seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
        ),
        "s3": [
          "bucket": ["name": "site"],
          "object": [
            "key": .string(key), "sequencer": .string("0A0\(number)"), "eTag": .string(content),
            "size": 7,
          ],
        ],
      ]
      let body = String(decoding: SampleEvent.s3([record]), as: UTF8.self)
      queue.sqs.send(body, to: queue.queue)
    }

    /// Delivers until both queues are empty, each time to another environment.
    func finish() throws {
      for _ in 0..<400 {
        let isDone = queue.sqs.messages(in: queue.queue).isEmpty && queue.workItems.isEmpty
        guard !isDone else { return }
        try queue.startCold()
        _ = queue.deliver()
        _ = queue.deliverWork()
        queue.pass(.seconds(30))
      }
      Issue.record("the queues are not empty")
    }

    /// The paths that distributions were told of, each with how often.
    var told: [String: Int] {
      queue.cloudFront.invalidations.flatMap(\.paths).filter { $0 != "/first" }
        .reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// The records of accepted changes.
    var accepted: [String] {
      table.items.compactMap { item in
        guard item["sk"] == .text("accepted"), case .text(let value)? = item["v"] else {
          return nil
        }
        return value
      }
    }

    /// Those that name slices which were not told yet.
    var laggards: [String] {
      accepted.filter { $0.split(separator: " ").count == 5 }
    }

    /// The part of all distributions that lag.
    var lagging: Double {
      let slices = laggards.first?.split(separator: " ").last?.split(separator: ",") ?? []
      return slices.reduce(0) { $0 + 1 / (Double($1.split(separator: "/").last ?? "") ?? 1) }
    }
  }

  @Test(
    "names the slices that a change was handed on for, of which each takes its own off",
    arguments: [false, true])
  func slices(skips: Bool) throws {
    let world = try World(100, skips: skips)
    world.send("a", 1, "A")
    #expect(world.queue.deliver() == [])
    #expect(world.laggards.map { $0.split(separator: " ").last } == ["0/2,1/2"])
    try world.finish()
    #expect(world.laggards.isEmpty)
    #expect(world.told == ["/a": 100])
    // Whoever gets the change again, and with whichever other, pays nothing for it.
    world.send("a", 1, "A")
    world.send("b", 1, "B")
    try world.finish()
    #expect(world.told == ["/a": 100, "/b": 100])
  }

  @Test("pays a duplicate at most at the slices that were not told yet")
  func duplicateMeanwhile() throws {
    let world = try World(100, skips: false)
    world.send("a", 1, "A")
    #expect(world.queue.deliver() == [])
    for _ in 0..<100 where world.lagging == 1 {
      try world.queue.startCold()
      _ = world.queue.deliverWork()
      world.queue.pass(.seconds(30))
    }
    let lagging = world.lagging
    #expect(lagging > 0 && lagging < 1, "\(world.laggards)")
    world.send("a", 1, "A")
    world.send("b", 1, "B")
    try world.finish()
    #expect(world.told["/b"] == 100)
    let told = try #require(world.told["/a"])
    #expect(told >= 100 && Double(told) < 100 + 120 * lagging, "\(told), \(lagging)")
    #expect(world.laggards.isEmpty)
  }

  @Test("hands on no change that could not be recorded")
  func unrecorded() throws {
    let world = try World(100, skips: true)
    world.send("a", 1, "A")
    world.table.script(.denied, on: .putItem, times: 99)
    try world.queue.startCold()
    #expect(world.queue.deliver()?.count == 1)
    #expect(world.queue.workItems.isEmpty)
    #expect(world.laggards.isEmpty)
    world.table.dropFaults()
    try world.finish()
    #expect(world.told.keys.sorted() == ["/a"])
  }

  @Test("work that needs the table and can't read it goes back unsent; with send it does not wait")
  func unreadable() throws {
    for skips in [true, false] {
      let world = try World(100, skips: skips)
      world.send("a", 1, "A")
      #expect(world.queue.deliver() == [])
      world.queue.pass(.seconds(900))
      world.table.script(.denied, on: .batchGetItem, times: 99)
      try world.queue.startCold()
      let back = world.queue.deliverWork()
      #expect((back?.isEmpty == false) == skips)
      #expect(world.told.isEmpty == skips)
      world.table.dropFaults()
      try world.finish()
      #expect(world.told == ["/a": 100])
    }
  }

  @Test("hands on no change whose bytes are those from before")
  func unchanged() throws {
    let world = try World(100, skips: true)
    world.send("a", 1, "A")
    try world.finish()
    world.send("a", 2, "A")
    world.send("b", 2, "B")
    try world.queue.startCold()
    #expect(world.queue.deliver() == [])
    #expect(!world.queue.workItems.isEmpty)
    for item in world.queue.workItems { #expect(!item.body.contains(#""key":"a""#)) }
    try world.finish()
    #expect(world.told == ["/a": 100, "/b": 100])
  }

  @Test("work under other settings begins another era, and completes nothing")
  func settings() throws {
    let world = try World(100, skips: false)
    world.send("a", 1, "A")
    #expect(world.queue.deliver() == [])
    // The era is what both handlings find, though work is for a part of the distributions.
    let eras = Set(world.table.items.filter { $0["sk"] == .text("era") }.map { $0["v"] })
    try world.finish()
    let after = Set(world.table.items.filter { $0["sk"] == .text("era") }.map { $0["v"] })
    #expect(eras == after && eras.count == 1)
  }
}
