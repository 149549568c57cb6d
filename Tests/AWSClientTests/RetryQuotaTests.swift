import Testing

@testable import AWSClient

@Suite struct RetryQuotaTests {
  func take(_ quota: inout RetryQuota, _ cost: Int) -> Bool { quota.take(cost) }

  @Test("starts full and never holds more")
  func full() {
    var quota = RetryQuota()
    quota.succeed(lastCost: nil)
    quota.succeed(lastCost: 14)
    #expect(quota.tokens == 500)
  }

  @Test("takes all or nothing")
  func take() {
    var quota = RetryQuota()
    #expect(take(&quota, 495))
    #expect(quota.tokens == 5)
    #expect(!take(&quota, 14))
    #expect(quota.tokens == 5)
    #expect(take(&quota, 5))
    #expect(quota.tokens == 0)
    #expect(take(&quota, 0))
  }

  @Test("puts back the last cost, or one")
  func succeed() {
    var quota = RetryQuota()
    #expect(take(&quota, 100))
    quota.succeed(lastCost: 14)
    #expect(quota.tokens == 414)
    quota.succeed(lastCost: nil)
    #expect(quota.tokens == 415)
  }
}
