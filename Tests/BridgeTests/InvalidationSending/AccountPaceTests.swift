import DynamoDBAPI
import HTTPTransport
import InvalidationPlanning
import Ledger
import LocalCloud
import Testing

@testable import InvalidationSending

@Suite("The account's pace in the sender of a batch")
struct AccountPaceTests {
  /// The account's item in the fake DynamoDB, and its environments.
  private final class World {
    let clock = VirtualClock()
    let dynamoDB: FakeDynamoDB
    let warnings = Locked<[String]>([])
    /// Is run whenever the table is asked.
    let whenAsked = Locked<@Sendable () -> Void>({})

    init() throws {
      var settings = FakeDynamoDBSettings()
      settings.wallMilliseconds = { [clock, whenAsked] in
        whenAsked.withLock { $0 }()
        return clock.wallMilliseconds
      }
      dynamoDB = try FakeDynamoDB(settings)
    }

    /// An execution environment; alone it would send a request in 20 s.
    func environment() throws -> ScriptedCloudFront {
      let cloudFront = ScriptedCloudFront(clock: clock)
      cloudFront.pace = SendingPace(createRate: nil, shares: 1, now: clock.now)
      cloudFront.ownPace = SendingPace(createRate: nil, shares: 10, now: clock.now)
      let client = try DynamoDBClient(
        table: try #require(TableName("ledger")),
        environment: [
          "AWS_ENDPOINT_URL_DYNAMODB": dynamoDB.endpoint, "AWS_REGION": "us-east-1",
          "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
          "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
        ],
        transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), time: clock.time,
        random: { 0.5 }, isEndRequested: { false })
      cloudFront.account = AccountPace(
        PaceTable(client, time: clock.time, patience: .seconds(20)) { [warnings] text in
          warnings.withLock { $0.append(text) }
        })
      return cloudFront
    }

    /// An attribute of the account's item.
    func attribute(_ name: String) -> Int64? {
      if case .number(let number)? = dynamoDB.items.first?[name] { number } else { nil }
    }

    /// The shared rate of requests, in thousandths per second.
    var requestRate: Int64? {
      guard case .text(let text)? = dynamoDB.items.first?["r"] else { return nil }
      return text.split(separator: " ").first.flatMap { Int64($0) }
    }

    var month: Int64? { attribute("paths-2026-11") }
  }

  @Test("an environment waits for what another has sent")
  func shared() throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    #expect(try one.sendBatches(of: [1, 1, 1, 1, 1]).flatMap { $0 }.accepted.count == 1)
    #expect(world.clock.sleeps.isEmpty)
    _ = try other.sendBatches(of: [1, 1])
    #expect(other.requests.count == 2)
    // Two seconds, and two at a rate that the first one raised by a tenth.
    #expect(
      world.clock.now >= .milliseconds(3_800) && world.clock.now < .seconds(5),
      "\(world.clock.now)")
    #expect(other.sharedToTheEnd)
    #expect(world.month == 7)
  }

  @Test("takes one place at a time, so that environments take turns")
  func oneAtATime() throws {
    let world = try World()
    let one = try world.environment()
    var ahead: [Int64] = []
    one.refusal = { _ in
      ahead.append((world.attribute("v") ?? 0) - world.clock.wallMilliseconds)
      return nil
    }
    _ = try one.sendBatches(of: Array(repeating: 1, count: 12))
    #expect(one.requests.count == 12)
    #expect(ahead.allSatisfy { $0 <= 10_000 + 5 }, "\(ahead)")
  }

  @Test(
    "goes on with the environment's own pace when the table does not answer",
    arguments: [DynamoDBFault.denied, .missingTable, .throttle])
  func unknown(fault: DynamoDBFault) throws {
    let world = try World()
    let one = try world.environment()
    world.dynamoDB.script(fault, on: .updateItem, times: 9)
    #expect(try one.sendBatches(of: [1, 1, 1, 1, 1, 1]).flatMap { $0 }.accepted.count == 1)
    #expect(one.requests.count == 6)
    #expect(!one.sharedToTheEnd)
    // The sixth waits for a twentieth of a request a second.
    #expect(world.clock.now >= .seconds(19), "\(world.clock.now)")
    #expect(world.warnings.withLock { $0.count } == 1)
  }

  @Test("gives up what would come after the deadline, and takes nothing for it")
  func deadline() throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    _ = try one.sendBatches(of: [1, 1, 1, 1, 1])
    let before = world.attribute("v")
    let parts = try other.sendBatches(of: [1, 1], deadline: world.clock.now + .seconds(1))
    #expect(other.requests.isEmpty && other.latecomers == 1)
    #expect(parts.flatMap { $0 }.refused.count == 1)
    #expect(parts.first?.first?.retryAfter.map { $0 >= .seconds(2) } == true)
    #expect(world.attribute("v") == before && world.month == 5)
  }

  @Test("takes no place so near the deadline that a sleep may miss it", arguments: [0, 200, 400])
  func nearDeadline(milliseconds: Int) throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    _ = try one.sendBatches(of: [1, 1, 1, 1, 1])
    let before = try #require(world.attribute("v"))
    // The place is two seconds ahead.
    let deadline = world.clock.now + .milliseconds(2_000 + milliseconds)
    _ = try other.sendBatch(of: 1, deadline: deadline)
    let isSent = milliseconds == 400
    #expect(other.requests.count == (isSent ? 1 : 0))
    #expect(world.attribute("v") == before + (isSent ? 2_000 : 0))
  }

  @Test("gives its place back when Lambda ends the environment meanwhile")
  func ending() throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    _ = try one.sendBatches(of: [1, 1, 1, 1, 1])
    let before = world.attribute("v")
    // The place is two seconds ahead; the end comes while the sender waits for it.
    other.onSleep = { other.isEndRequested = { true } }
    defer { other.onSleep = {} }
    _ = try other.sendBatch(of: 1)
    #expect(other.requests.isEmpty)
    #expect(world.attribute("v") == before)
  }

  @Test("gives the place of another attempt back when Lambda ends the environment before it")
  func endingBetweenAttempts() throws {
    let world = try World()
    let one = try world.environment()
    let ends = Locked(false)
    one.refusal = { _ in
      // From here on the table is asked for the second attempt alone.
      world.whenAsked.withLock { $0 = { ends.withLock { $0 = true } } }
      return (503, "ServiceUnavailable", "Try again.")
    }
    one.isEndRequested = { ends.withLock { $0 } }
    let parts = try one.sendBatch(of: 1)
    #expect(one.requests.count == 1 && parts.refused.count == 1)
    #expect(parts.first?.attempts == 1)
    let taken = (world.attribute("v") ?? 0) - world.clock.wallMilliseconds
    #expect(taken <= 2_000, "\(taken) ms are taken, more than one place")
  }

  @Test("sends the paths of a batch whose wildcards have to wait, and the wildcards later")
  func mixed() throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    one.limits = CoalescingOptions(threshold: 0, maxWildcards: 15)
    _ = try one.sendBatch(keys: "abcdefghijklmno".map { "w\($0)*" })
    _ = try other.sendBatch(keys: ["a", "b*"])
    #expect(other.requests == [["/a"], ["/b*"]])
    #expect(world.clock.now >= .seconds(1) && world.clock.now < .seconds(3), "\(world.clock.now)")
    #expect(world.month == 17)
  }

  @Test("counts the paths that CloudFront accepts, whatever it refuses before")
  func counts() throws {
    let world = try World()
    let one = try world.environment()
    one.refusal = { $0.contains("/p3") ? ScriptedCloudFront.invalidPath : nil }
    let parts = try one.sendBatch(of: 8)
    #expect(parts.accepted.count == 7)
    one.account?.finish(deadline: nil)
    #expect(world.month == 7)
  }

  @Test("shares the rate that throttling found")
  func throttled() throws {
    let world = try World()
    let (one, other) = (try world.environment(), try world.environment())
    var left = 1
    one.refusal = { _ in
      left -= 1
      return left >= 0 ? (400, "Throttling", "Rate exceeded.") : nil
    }
    _ = try one.sendBatch(of: 1)
    #expect(world.requestRate.map { $0 < 500 } == true)
    _ = try other.sendBatch(of: 1)
    #expect(other.pace.hourly.requests < 1_800)
  }
}
