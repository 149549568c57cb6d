import CloudFrontModel
import JSON
import LocalCloud
import Logging
import Testing

@Suite("Buckets behind many distributions")
struct ManyDistributionsTests {
  static func distributions(_ count: Int) -> [Distribution] {
    (0..<count).map { number in
      var distribution = Distribution(
        id: DistributionID("E\(10_000 + number)"), domainName: "d\(number).cloudfront.net",
        origins: [Origin(id: "s3", domainName: "site.s3.amazonaws.com")])
      distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3")
      return distribution
    }
  }

  @Test(
    "all are told within the deliveries that the rate needs, each once", arguments: [12, 60, 300])
  func told(count: Int) throws {
    let world = try BridgeWorld(
      ["SQS_FAILURES": "report", "CREATE_RATE": "0.25"],
      distributions: ManyDistributionsTests.distributions(count))
    let event = SampleEvent.sqs([(id: "m1", key: "a", bucket: "site")])
    var deliveries = 0
    var isDone = false
    while !isDone, deliveries < 100 {
      isDone = world.handle(event, timeLeft: .seconds(30)).text == #"{"batchItemFailures":[]}"#
      deliveries += 1
      world.pass(.seconds(4))
    }
    #expect(isDone)
    // The burst and 27 s at 0.25/s make 11, then about 8 with the pause between two deliveries.
    // The last ones wait for one delivery that can tell all of them.
    #expect(deliveries <= 3 + (max(0, count - 11) + 6) / 7)
    #expect(world.invalidated.count == count)
    #expect(world.invalidated.values.allSatisfy { $0 == [["/a"]] })
    #expect(world.posts == count)
  }

  @Test("the first invalidation goes out before the other configurations are read")
  func lazily() throws {
    let world = try BridgeWorld(
      ["SQS_FAILURES": "report", "CREATE_RATE": "0.25"],
      distributions: ManyDistributionsTests.distributions(50))
    _ = world.handle(
      SampleEvent.sqs([(id: "m1", key: "index.html", bucket: "site")]), timeLeft: .seconds(30))
    // One for each that was told, and the next one's while its turn is waited for.
    #expect(world.posts == 11)
    #expect(world.cloudFront.calls(of: .getDistributionConfig).count == 12)
  }

  @Test("a message that waits for its turn is a warning and no error")
  func waits() throws {
    let world = try BridgeWorld(
      ["SQS_FAILURES": "report", "CREATE_RATE": "0.25"],
      distributions: ManyDistributionsTests.distributions(50))
    _ = world.handle(
      SampleEvent.sqs([(id: "m1", key: "a", bucket: "site")]), timeLeft: .seconds(30))
    let warnings = world.log.messages(.warning)
    #expect(warnings.contains { $0.contains("39 distributions wait for their turn") })
    #expect(world.log.messages(.error) == [])
  }
}
