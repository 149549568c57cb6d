import DynamoDBAPI
import HTTPTransport
import Ledger
import LocalCloud
import Testing
import VirtualWorld

@testable import InvalidationSending

/// Environments that share the account's pace and always have something to send, against a limiter
/// of six requests that none of them knows, in virtual time.
///
/// Assumes that a call takes 20 to 300 ms, that an invocation lasts two minutes, and that Lambda
/// replaces one environment in 33 after each.
@Suite("The account's pace against CloudFront's limit")
struct AccountLoopTests {
  @Test(
    "ten environments use four fifths of the limit, and leave another tool its requests",
    arguments: [0.2, 0.5])
  func ten(limit: Double) throws {
    let alone = try Loop(limit: limit, environments: 10).run(seconds: 1_800)
    #expect(alone.used(from: 300, to: 1_800) >= 0.8, "\(alone.used(from: 300, to: 1_800))")
    let beside = try Loop(limit: limit, environments: 10, otherRate: 0.1).run(seconds: 3_600)
    #expect(beside.othersThrottled < 0.05, "\(beside.othersThrottled)")
    // Both together can't have more than there is.
    let least = min(0.6 * limit, 0.7 * (limit - 0.1)) / limit
    #expect(beside.used(from: 300, to: 3_600) >= least, "\(beside.used(from: 300, to: 3_600))")
  }

  private final class Loop {
    private struct Environment {
      var pace: SendingPace
      var account: AccountPace
      var end = Duration.zero
      var waited: SendingPace.Waits = []
      var throttles = 0
    }

    private enum Event {
      case invoke(Int), reserve(Int), call(Int, PaceSlot), outside
    }

    private let limit: Double
    private let otherRate: Double
    private let clock = VirtualClock()
    private let dynamoDB: FakeDynamoDB
    private let transport: CurlTransport
    private let cost = SendingPace.Cost(paths: 1, wildcards: 0)
    private var random = SeededRandom(seed: 7)
    private var environments: [Environment] = []
    private var events: [(at: Duration, event: Event)] = []
    private var tokens = 6.0
    private var filledAt = Duration.zero
    private var accepted: [Double] = []
    private var others = (accepted: 0, throttled: 0)

    init(limit: Double, environments count: Int, otherRate: Double = 0) throws {
      self.limit = limit
      self.otherRate = otherRate
      var settings = FakeDynamoDBSettings()
      settings.wallMilliseconds = { [clock] in clock.wallMilliseconds }
      dynamoDB = try FakeDynamoDB(settings)
      transport = try CurlTransport(.aws(caBundle: nil, userAgent: "tests"))
      for index in 0..<count {
        environments.append(try fresh())
        events.append((.milliseconds(370 * index), .invoke(index)))
      }
      if otherRate > 0 { events.append((.seconds(1 / otherRate), .outside)) }
    }

    /// The part of the limit that was used.
    func used(from start: Double, to end: Double) -> Double {
      Double(accepted.count { $0 >= start && $0 < end }) / (end - start) / limit
    }

    /// The part of the other tool's requests that was throttled.
    var othersThrottled: Double {
      Double(others.throttled) / Double(max(1, others.accepted + others.throttled))
    }

    func run(seconds: Int) throws -> Loop {
      while let next = events.indices.min(by: { events[$0].at < events[$1].at }) {
        let (at, event) = events.remove(at: next)
        guard at < .seconds(seconds) else { break }
        clock.pass(at - clock.now)
        switch event {
        case .invoke(let index):
          environments[index].end = at + .seconds(117)
          reserve(index)
        case .reserve(let index): reserve(index)
        case .call(let index, let slot): try call(index, slot)
        case .outside:
          if takes() { others.accepted += 1 } else { others.throttled += 1 }
          events.append((at + .seconds(2 * unit() / otherRate), .outside))
        }
      }
      return self
    }

    private func fresh() throws -> Environment {
      let client = try DynamoDBClient(
        table: try #require(TableName("ledger")),
        environment: [
          "AWS_ENDPOINT_URL_DYNAMODB": dynamoDB.endpoint, "AWS_REGION": "us-east-1",
          "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
          "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
        ], transport: transport, time: clock.time, random: { 0.5 }, isEndRequested: { false })
      return Environment(
        pace: SendingPace(createRate: nil, shares: 1, now: clock.now),
        account: AccountPace(
          PaceTable(client, time: clock.time, patience: .seconds(20)) { Issue.record("\($0)") }))
    }

    private func reserve(_ index: Int) {
      let now = clock.now
      guard now < environments[index].end else { return end(index) }
      let delay = environments[index].pace.delay(cost, at: now).request
      if delay > .zero {
        environments[index].waited = .request
        if now + delay >= environments[index].end { return end(index) }
        return events.append((now + delay, .reserve(index)))
      }
      let turn = environments[index].account.reserve(
        cost, isUrgent: false, countsPaths: true, splits: false, &environments[index].pace,
        deadline: environments[index].end, at: now, wall: clock.wallMilliseconds)
      guard case .at(let start, let slot) = turn else { return end(index) }
      if start > now { environments[index].waited = .request }
      let latency = random.milliseconds(20...300)
      events.append((max(start, now) + latency, .call(index, slot)))
    }

    private func call(_ index: Int, _ slot: PaceSlot) throws {
      let now = clock.now
      environments[index].pace.take(cost, at: now)
      let waited = environments[index].waited
      guard takes() else {
        environments[index].pace.throttle(waited: waited, slot: slot, at: now)
        environments[index].throttles += 1
        let most = Double(1 << min(environments[index].throttles, 5))
        let pause = Duration.seconds(min(20, most) * unit())
        guard now + pause < environments[index].end else { return end(index) }
        return events.append((now + pause, .reserve(index)))
      }
      accepted.append(now / .seconds(1))
      environments[index].pace.accept(cost, waited: waited, slot: slot, at: now)
      environments[index].waited = []
      environments[index].throttles = 0
      events.append((now + .milliseconds(50), .reserve(index)))
    }

    /// Ends an invocation; the next one comes soon, now and then in another environment.
    private func end(_ index: Int) {
      if random.chance(1 / 33), let other = try? fresh() { environments[index] = other }
      environments[index].waited = []
      events.append((clock.now + .seconds(1 + 5 * unit()), .invoke(index)))
    }

    private func takes() -> Bool {
      tokens = min(6, tokens + (clock.now - filledAt) / .seconds(1) * limit)
      filledAt = clock.now
      guard tokens >= 1 else { return false }
      tokens -= 1
      return true
    }

    private func unit() -> Double { random.unit() }
  }
}
