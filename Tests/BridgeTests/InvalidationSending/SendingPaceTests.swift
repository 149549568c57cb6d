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
