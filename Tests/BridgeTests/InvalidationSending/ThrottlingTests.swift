import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("What a sender learns from throttling")
struct ThrottlingTests {
  /// A CloudFront that throttles the first request, and a pace that finds its rate.
  private func throttlingOnce() -> ScriptedCloudFront {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = SendingPace(createRate: nil, shares: 1, now: cloudFront.clock.now)
    cloudFront.refusal = { [unowned cloudFront] _ in
      cloudFront.requests.count == 1 ? (400, "Throttling", "Rate exceeded") : nil
    }
    return cloudFront
  }

  @Test("throttling halves the rate, and each attempt takes a token")
  func throttled() throws {
    let cloudFront = throttlingOnce()
    let before = cloudFront.pace.hourly.requests
    #expect(try cloudFront.sendBatch(of: 1).accepted.count == 1)
    // The retry waited for its token, so the rate has risen once.
    #expect(abs(cloudFront.pace.hourly.requests - before / 2 * 1.1) < 1)
    #expect(cloudFront.clock.sleeps.reduce(.zero, +) == .seconds(4))
  }

  @Test("a refusal slows down once, and not again when its retries come too late")
  func throttledOnce() throws {
    let cloudFront = throttlingOnce()
    let before = cloudFront.pace.hourly.requests
    // The retry of the first waits for the end of the silence, which is the end of the time.
    cloudFront.isSilent = { [unowned cloudFront] _ in cloudFront.requests.count == 2 }
    let parts = try cloudFront.sendBatches(
      of: [1, 1], deadline: cloudFront.clock.now + .seconds(7))
    #expect(parts.flatMap { $0 }.accepted.isEmpty)
    #expect(cloudFront.requests.count == 2)
    #expect(abs(cloudFront.pace.hourly.requests - before / 2) < 1)
  }
}
