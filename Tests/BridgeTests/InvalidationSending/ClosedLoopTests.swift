import Testing

@testable import InvalidationSending

/// Paces that always have something to send, against a limiter that none of them knows.
@Suite("The pace against CloudFront's limit")
struct ClosedLoopTests {
  /// What a limiter of requests saw.
  private struct Run {
    /// When each request was accepted, in seconds.
    var accepted: [Double] = []
    var throttled = 0
    var othersAccepted = 0
    var othersThrottled = 0

    func perSecond(from start: Double, to end: Double) -> Double {
      Double(accepted.count { $0 >= start && $0 < end }) / (end - start)
    }
  }

  /// Runs environments that share the account, and perhaps another tool, in steps of 50 ms.
  private func run(
    limit: Double, lowLimit: Double = 0, until rise: Double = 0, burst: Double = 6,
    environments: Int, seconds: Int, otherRate: Double = 0
  ) -> Run {
    let step = 0.05
    let cost = SendingPace.Cost(paths: 1, wildcards: 0)
    var paces = (0..<environments).map { _ in
      SendingPace(createRate: nil, shares: environments, now: .zero)
    }
    // They don't start at once, and a throttled attempt backs off as the client does.
    var notBefore = (0..<environments).map { Double($0) * 0.37 }
    var waited = Array(repeating: SendingPace.Waits(), count: environments)
    var throttles = Array(repeating: 0, count: environments)
    var seed: UInt64 = 42
    func random() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) / Double(1 << 53)
    }
    var tokens = burst
    var nextOther = otherRate > 0 ? 1 / otherRate : .infinity
    var run = Run()
    func takes() -> Bool {
      guard tokens >= 1 else { return false }
      tokens -= 1
      return true
    }
    for tick in 0..<Int(Double(seconds) / step) {
      let seconds = Double(tick) * step
      let now = Duration.milliseconds(tick * 50)
      tokens = min(burst, tokens + (seconds < rise ? lowLimit : limit) * step)
      if seconds >= nextOther {
        if takes() { run.othersAccepted += 1 } else { run.othersThrottled += 1 }
        nextOther += 2 * random() / otherRate
      }
      for index in paces.indices where notBefore[index] <= seconds {
        guard paces[index].delay(cost, at: now).request == .zero else {
          waited[index] = .request
          continue
        }
        paces[index].take(cost, at: now)
        if takes() {
          run.accepted.append(seconds)
          paces[index].accept(cost, waited: waited[index], at: now)
          throttles[index] = 0
          waited[index] = []
        } else {
          run.throttled += 1
          paces[index].throttle(waited: waited[index], at: now)
          throttles[index] += 1
          notBefore[index] = seconds + min(20, Double(1 << min(throttles[index], 5))) * random()
        }
      }
    }
    return run
  }

  @Test("one environment reaches four fifths within two minutes", arguments: [0.2, 0.5, 2, 5])
  func alone(limit: Double) {
    let run = run(limit: limit, environments: 1, seconds: 600)
    #expect(run.perSecond(from: 120, to: 600) >= 0.8 * limit)
    // In each of the minutes too, on the average of three.
    for start in stride(from: 120.0, to: 420, by: 60) {
      #expect(run.perSecond(from: start, to: start + 180) >= 0.75 * limit)
    }
  }

  @Test("ten environments reach it within five minutes", arguments: [0.2, 0.5, 2, 5])
  func ten(limit: Double) {
    let run = run(limit: limit, environments: 10, seconds: 1_200)
    #expect(run.perSecond(from: 300, to: 1_200) >= 0.8 * limit)
  }

  @Test(
    "another tool of the account sees little throttling",
    arguments: [(0.2, 1), (0.5, 1), (2, 1), (5, 1), (0.2, 10), (0.5, 10), (2, 10), (5, 10)])
  func another(limit: Double, environments: Int) {
    let run = run(limit: limit, environments: environments, seconds: 4 * 3_600, otherRate: 0.1)
    let others = run.othersAccepted + run.othersThrottled
    #expect(others > 1_000)
    #expect(Double(run.othersThrottled) < 0.05 * Double(others))
  }

  @Test("ten environments find out that a limit is no longer low")
  func recovers() {
    var run = run(limit: 2, lowLimit: 0.02, until: 3_600, environments: 10, seconds: 8_400)
    #expect(run.perSecond(from: 7_800, to: 8_400) >= 1.6)
    run.accepted.removeAll { $0 > 3_600 }
    #expect(run.perSecond(from: 1_800, to: 3_600) < 0.03)
  }
}
