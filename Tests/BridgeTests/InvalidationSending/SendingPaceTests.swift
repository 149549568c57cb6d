import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("The pace of an execution environment")
struct SendingPaceTests {
  private let cost = SendingPace.Cost(paths: 10, wildcards: 0)
  private let wild = SendingPace.Cost(paths: 0, wildcards: 3)

  @Test("shares the account's limits among the environments", arguments: [1, 2, 10])
  func shares(count: Int) {
    let hourly = SendingPace(createRate: nil, shares: count, now: .zero).hourly
    #expect(abs(hourly.requests - 1_800 / Double(count)) < 1e-6)
    #expect(abs(hourly.paths - 540_000 / Double(count)) < 1e-6)
    #expect(abs(hourly.wildcards - 3_600 / Double(count)) < 1e-6)
  }

  @Test("a full quota halves the rate of wildcards where the batch held one, else that of paths")
  func quota() {
    var pace = SendingPace(createRate: nil, shares: 1, now: .zero)
    pace.refuse(SendingPace.Cost(paths: 5, wildcards: 1), waited: [], at: .zero)
    #expect(pace.hourly.wildcards == 1_800 && pace.hourly.paths == 540_000)
    pace.refuse(cost, waited: [], at: .zero)
    #expect(pace.hourly.paths == 270_000 && pace.hourly.requests == 1_800)
  }

  @Test("throttling empties the burst and halves the rate of requests alone")
  func throttle() {
    var pace = SendingPace(createRate: nil, shares: 1, now: .zero)
    pace.throttle(waited: [], at: .zero)
    #expect(pace.delay(cost, at: .zero).request == .seconds(4))
    #expect(pace.hourly.paths == 540_000 && pace.hourly.requests == 900)
  }

  @Test(
    "a request that was given up for its token has waited when it is made in the next invocation")
  func owed() {
    var pace = SendingPace(createRate: nil, shares: 1, now: .zero)
    pace.giveUp()
    pace.take(wild, at: .seconds(30))
    pace.accept(wild, waited: [], at: .seconds(30))
    #expect(abs(pace.hourly.requests - 1_980) < 1e-6)
    pace.accept(wild, waited: [], at: .seconds(31))
    #expect(abs(pace.hourly.requests - 1_980) < 1e-6)
  }

  @Test("a large batch takes no more of the burst of paths than the environment's share")
  func sharedBurst() {
    var pace = SendingPace(createRate: nil, shares: 2, now: .zero)
    let many = SendingPace.Cost(paths: 1_501, wildcards: 0)
    #expect(pace.delay(many, at: .zero).paths == .zero)
    pace.shareBurst(among: 2, at: .zero)
    #expect(pace.delay(many, at: .zero).paths > .zero)
    #expect(pace.delay(SendingPace.Cost(paths: 1_500, wildcards: 0), at: .zero).paths == .zero)
    #expect(pace.delay(untilRequest: 5, at: .zero) == .zero)
    // It fills again, and is no fuller for being shared.
    #expect(pace.delay(many, at: .seconds(1)).paths == .zero)
    pace.take(SendingPace.Cost(paths: 1_500, wildcards: 0), at: .seconds(1))
    pace.shareBurst(among: 2, at: .seconds(1))
    #expect(pace.delay(SendingPace.Cost(paths: 100, wildcards: 0), at: .seconds(1)).paths > .zero)
  }

  @Test("urgent requests may use two tokens beyond the burst; the others then wait for them")
  func urgentReserve() {
    var pace = SendingPace(createRate: 0.5, shares: 1, now: .zero)
    for _ in 0..<5 { pace.take(cost, at: .zero) }
    #expect(pace.delay(cost, at: .zero).request == .seconds(2))
    for _ in 0..<2 {
      #expect(pace.delay(cost, isUrgent: true, at: .zero).request == .zero)
      pace.take(cost, isUrgent: true, at: .zero)
    }
    #expect(pace.delay(cost, isUrgent: true, at: .zero).request == .seconds(2))
    #expect(pace.delay(cost, at: .zero).request == .seconds(6))
  }

  @Test("urgent requests go first at half of the rate at most, however many there are")
  func urgentShare() {
    var pace = SendingPace(createRate: 0.5, shares: 1, now: .zero)
    var (urgent, others) = (0, 0)
    for step in 0..<10_000 {
      let now = Duration.milliseconds(100 * step)
      // Always both want to.
      let hurries = pace.hurries(at: now)
      for isUrgent in hurries ? [true, false] : [false, true]
      where pace.delay(cost, isUrgent: isUrgent, at: now).request == .zero {
        pace.take(cost, isUrgent: isUrgent, at: now)
        if isUrgent { urgent += 1 } else { others += 1 }
      }
    }
    // 1,000 s at 0.5 a second, and the burst.
    #expect((495...508).contains(urgent + others), "\(urgent) and \(others)")
    #expect((245...258).contains(urgent), "\(urgent)")
  }

  @Test("a throttled environment has no tokens for urgent requests either")
  func urgentThrottled() {
    var pace = SendingPace(createRate: nil, shares: 1, now: .zero)
    pace.throttle(waited: [], at: .zero)
    #expect(!pace.hurries(at: .zero))
    #expect(pace.delay(cost, isUrgent: true, at: .zero).request == .seconds(4))
    // A token of half of 0.25 a second.
    #expect(pace.hurries(at: .seconds(8)))
  }

  @Test("a number fixes the requests; a quota that is full still halves the paths")
  func fixed() {
    var pace = SendingPace(createRate: 2, shares: 10, now: .zero)
    pace.throttle(waited: [], at: .zero)
    #expect(pace.hourly.requests == 7_200)
    #expect(pace.delay(cost, at: .zero).request == .zero)
    #expect(abs(pace.hourly.paths - 216_000) < 1e-6)
    pace.refuse(cost, waited: [], at: .zero)
    #expect(abs(pace.hourly.paths - 108_000) < 1e-6)
  }
}
