import Testing

@testable import AWSClient

@Suite struct RetryQuotaTests {
  let start = Duration.seconds(1000)

  func take(_ quota: inout RetryQuota, _ cost: Int, at now: Duration) -> Bool {
    quota.take(cost, at: now)
  }

  @Test("starts full and never has more")
  func full() {
    var quota = RetryQuota()
    #expect(quota.level(at: .zero) == 500)
    quota.succeed(lastCost: nil, at: start)
    quota.succeed(lastCost: 14, at: start)
    #expect(quota.level(at: start) == 500)
    #expect(quota.level(at: start + .seconds(3600)) == 500)
  }

  @Test("takes all or nothing")
  func take() {
    var quota = RetryQuota()
    #expect(take(&quota, 495, at: start))
    #expect(quota.level(at: start) == 5)
    #expect(!take(&quota, 14, at: start))
    #expect(quota.level(at: start) == 5)
    #expect(take(&quota, 5, at: start))
    #expect(quota.level(at: start) == 0)
    #expect(take(&quota, 0, at: start))
  }

  @Test("puts back the last cost, or one")
  func succeed() {
    var quota = RetryQuota()
    #expect(take(&quota, 100, at: start))
    quota.succeed(lastCost: 14, at: start)
    #expect(quota.level(at: start) == 414)
    quota.succeed(lastCost: nil, at: start)
    #expect(quota.level(at: start) == 415)
  }

  @Test("fills linearly within 60 s, however often it is looked at")
  func refill() {
    var quota = RetryQuota()
    #expect(take(&quota, 500, at: start))
    #expect(quota.level(at: start + .seconds(6)) == 50)
    #expect(quota.level(at: start + .seconds(30)) == 250)
    #expect(quota.level(at: start + .seconds(60)) == 500)
    for tenth in 1...600 { #expect(take(&quota, 0, at: start + .milliseconds(100 * tenth))) }
    #expect(abs(quota.level(at: start + .seconds(60)) - 500) < 1e-6)
    #expect(take(&quota, 500, at: start + .seconds(60)))
    #expect(!take(&quota, 14, at: start + .milliseconds(61_679)))
    #expect(take(&quota, 14, at: start + .milliseconds(61_681)))
  }

  @Test("a clock that steps back takes nothing")
  func stepBack() {
    var quota = RetryQuota()
    #expect(take(&quota, 100, at: start))
    #expect(quota.level(at: start - .seconds(10)) == 400)
    quota.succeed(lastCost: nil, at: start - .seconds(10))
    #expect(quota.level(at: start) == 401)
  }
}
