import InvalidationSending
import Testing

@Suite struct TokenBucketTests {
  let start = Duration.seconds(5000)

  func take(
    _ bucket: inout TokenBucket, _ count: Int = 1, debt: Int = 0, at now: Duration
  ) -> Bool {
    bucket.take(count, debt: debt, at: now)
  }

  @Test("lets the burst through at once, then one in two seconds")
  func burst() {
    var bucket = TokenBucket(capacity: 5, refillPerSecond: 0.5, now: start)
    for _ in 0..<5 {
      #expect(bucket.delay(at: start) == .zero)
      #expect(take(&bucket, at: start))
    }
    #expect(bucket.delay(at: start) == .seconds(2))
    #expect(!take(&bucket, at: start))
    #expect(bucket.delay(at: start + .milliseconds(500)) == .milliseconds(1500))
    #expect(!take(&bucket, at: start + .milliseconds(1999)))
    #expect(take(&bucket, at: start + .seconds(2)))
    #expect(bucket.delay(at: start + .seconds(2)) == .seconds(2))
  }

  @Test("tokens taken in advance are paid back before anybody else gets one, and not forgiven")
  func debt() {
    var bucket = TokenBucket(capacity: 1, refillPerSecond: 0.5, now: start)
    for _ in 0..<3 {
      #expect(bucket.delay(debt: 2, at: start) == .zero)
      #expect(take(&bucket, debt: 2, at: start))
    }
    #expect(!take(&bucket, debt: 2, at: start))
    #expect(bucket.delay(debt: 2, at: start) == .seconds(2))
    #expect(bucket.delay(at: start) == .seconds(6))
    bucket.drain(at: start)
    #expect(bucket.delay(at: start) == .seconds(6))
    #expect(!take(&bucket, at: start + .milliseconds(5_999)))
    #expect(take(&bucket, at: start + .seconds(6)))
  }

  @Test("never holds more than the burst, however long it was frozen")
  func freeze() {
    var bucket = TokenBucket(capacity: 2, refillPerSecond: 0.5, now: start)
    let later = start + .seconds(86_400)
    #expect(take(&bucket, at: later))
    #expect(take(&bucket, at: later))
    #expect(!take(&bucket, at: later))
    #expect(bucket.delay(at: later) == .seconds(2))
  }

  @Test(
    "after the delay a token is there, whatever the rate",
    arguments: [0.001, 0.1, 0.3, 0.5, 1.0 / 3, 0.7, 3, 7, 1000])
  func delaySuffices(rate: Double) {
    var bucket = TokenBucket(capacity: 1, refillPerSecond: rate, now: start)
    var now = start
    for _ in 0..<100 {
      #expect(take(&bucket, at: now))
      #expect(bucket.delay(at: now) > .zero)
      now += bucket.delay(at: now)
      #expect(bucket.delay(at: now) == .zero)
    }
  }

  @Test("over a long time gives the rate and no more")
  func rate() {
    var bucket = TokenBucket(capacity: 5, refillPerSecond: 0.5, now: start)
    var taken = 0
    for step in 0..<10_000 where take(&bucket, at: start + .milliseconds(100 * step)) { taken += 1 }
    #expect(taken == 5 + 499)
  }

  @Test("a clock that goes back gives nothing")
  func backwards() {
    var bucket = TokenBucket(capacity: 1, refillPerSecond: 1, now: start)
    #expect(take(&bucket, at: start - .seconds(10)))
    #expect(!take(&bucket, at: start))
    #expect(!take(&bucket, at: start - .seconds(10)))
    #expect(take(&bucket, at: start + .seconds(1)))
  }

  @Test(
    "takes the nearest value in range",
    arguments: [
      (0.0, 0.0, 1.0, 0.001), (-3, -1, 1, 0.001), (Double.nan, Double.nan, 1, 0.001),
      (Double.infinity, Double.infinity, 1e9, 1e6), (5, 0.5, 5, 0.5),
    ])
  func range(capacity: Double, rate: Double, keptCapacity: Double, keptRate: Double) {
    let bucket = TokenBucket(capacity: capacity, refillPerSecond: rate, now: start)
    #expect(bucket.capacity == keptCapacity)
    #expect(bucket.refillPerSecond == keptRate)
    #expect(bucket.delay(at: start) == .zero)
  }

  @Test("several tokens are taken at once, and more than the burst count as the burst")
  func several() {
    var bucket = TokenBucket(capacity: 10, refillPerSecond: 2, now: start)
    #expect(take(&bucket, 7, at: start))
    #expect(bucket.delay(for: 3, at: start) == .zero)
    #expect(bucket.delay(for: 5, at: start) == .seconds(1))
    #expect(!take(&bucket, 5, at: start))
    #expect(bucket.delay(for: 50, at: start) == .milliseconds(3500))
    #expect(bucket.delay(until: 50, at: start) == .milliseconds(23_500))
    #expect(take(&bucket, 50, at: start + .milliseconds(3500)))
  }

  @Test("keeps its tokens when the rate changes, and none when it is drained")
  func change() {
    var bucket = TokenBucket(capacity: 10, refillPerSecond: 1, now: start)
    bucket.drain(at: start)
    bucket.refill(perSecond: 4, from: start + .seconds(2))
    #expect(bucket.delay(for: 2, at: start + .seconds(2)) == .zero)
    #expect(bucket.delay(for: 4, at: start + .seconds(2)) == .milliseconds(500))
  }
}
