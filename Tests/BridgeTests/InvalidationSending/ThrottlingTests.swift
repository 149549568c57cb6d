import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("What a sender learns from throttling")
struct ThrottlingTests {
  @Test("throttling halves the rate, and each attempt takes a token")
  func throttled() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = SendingPace(createRate: nil, shares: 1, now: cloudFront.clock.now)
    let before = cloudFront.pace.hourly.requests
    cloudFront.refusal = { [cloudFront] _ in
      cloudFront.requests.count == 1 ? (400, "Throttling", "Rate exceeded") : nil
    }
    // The closure holds its owner.
    defer { cloudFront.refusal = { _ in nil } }
    #expect(try cloudFront.sendBatch(of: 1).accepted.count == 1)
    // The retry waited for its token, so the rate has risen once.
    #expect(abs(cloudFront.pace.hourly.requests - before / 2 * 1.1) < 1)
    #expect(cloudFront.clock.sleeps.reduce(.zero, +) == .seconds(4))
  }

  @Test("a refusal slows down once, and not again when its retries come too late")
  func throttledOnce() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = SendingPace(createRate: nil, shares: 1, now: cloudFront.clock.now)
    let before = cloudFront.pace.hourly.requests
    // The retry of the first waits for the end of the silence, which is the end of the time.
    cloudFront.refusal = { [cloudFront] _ in
      cloudFront.requests.count == 1 ? (400, "Throttling", "Rate exceeded") : nil
    }
    defer { cloudFront.refusal = { _ in nil } }
    cloudFront.isSilent = { [cloudFront] _ in cloudFront.requests.count == 2 }
    defer { cloudFront.isSilent = { _ in false } }
    let parts = try cloudFront.sendBatches(
      of: [1, 1], deadline: cloudFront.clock.now + .seconds(7))
    #expect(parts.flatMap { $0 }.accepted.isEmpty)
    #expect(cloudFront.requests.count == 2)
    #expect(abs(cloudFront.pace.hourly.requests - before / 2) < 1)
  }
}
