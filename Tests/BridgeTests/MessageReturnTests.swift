import CloudFrontAPI
import Failures
import S3Events
import SQSAPI
import Testing

@testable import Bridge
@testable import EventPlanning

@Suite("The rules for handing messages back")
struct MessageReturnTests {
  private static let now: Int64 = 1_795_197_845_000
  private let slow = MessageFailure(
    message: 0, errorType: .known(.cloudFrontUnreachable), description: "no answer")
  private let denied = MessageFailure(
    message: 0, errorType: .cloudFront(code: "AccessDenied", cure: .permission), description: "no")
  private let invalid = MessageFailure(
    message: 0, errorType: .known(.invalidRecord), description: "no key")

  private func rules(
    most: Int? = 100, hasDeadLetters: Bool = true, elapsed: Duration = .zero
  ) throws -> ReturnRules {
    let dead = try #require(QueueARN("arn:aws:sqs:us-east-1:123456789012:dead"))
    return ReturnRules(
      queue: QueueAttributes(
        visibility: .seconds(185), deadLetterQueue: hasDeadLetters ? dead : nil,
        maxReceiveCount: hasDeadLetters ? most : nil),
      now: MessageReturnTests.now, elapsed: elapsed)
  }

  private func delivery(_ receives: Int, age: Duration = .seconds(60)) throws -> QueueDelivery {
    let sent = MessageReturnTests.now - Int64(age / .milliseconds(1))
    let event = #"""
      {"Records":[{"messageId":"m1","receiptHandle":"h1","body":"{}","eventSource":"aws:sqs",
      "eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:q",
      "attributes":{"ApproximateReceiveCount":"\#(receives)","SentTimestamp":"\#(sent)"}}]}
      """#
    return try #require(EventDecoder().decode(Array(event.utf8)).messages[0].delivery)
  }

  private func choice(
    _ failures: [MessageFailure], receives: Int, age: Duration = .seconds(60), random: Double = 0,
    rules: ReturnRules? = nil
  ) throws -> MessageReturn {
    let rules = try rules ?? self.rules()
    return rules.choice(failures, try delivery(receives, age: age), random: random)
  }

  // MARK: - Waits

  @Test(
    "what time cures waits from 10 seconds, doubling up to 15 minutes",
    arguments: [
      (1, 10), (2, 20), (3, 40), (4, 80), (6, 320), (7, 640), (8, 900), (9, 900), (50, 900),
      (51, 4_500), (99, 4_500),
    ])
  func backoff(receives: Int, seconds: Int) throws {
    #expect(try choice([slow], receives: receives) == .after(.seconds(seconds)))
  }

  @Test("a quarter of the wait is random, so that messages don't all come back at once")
  func jitter() throws {
    #expect(try choice([slow], receives: 1, random: 0.4) == .after(.seconds(11)))
  }

  @Test("three days pass before the 100th receive")
  func patience() throws {
    var age = Duration.zero
    for receives in 1...99 {
      guard case .after(let wait) = try choice([slow], receives: receives) else { continue }
      age += wait
    }
    #expect(age > ReturnRules.oldest)
  }

  @Test("what is expected at a time is awaited until then")
  func retryAfter() throws {
    var token = slow
    token.retryAfter = .seconds(4)
    var quota = slow
    quota.retryAfter = .seconds(70)
    #expect(try choice([quota], receives: 9, random: 1) == .after(.seconds(70)))
    #expect(try choice([slow, quota, token], receives: 2) == .after(.seconds(4)))
    token.retryAfter = .milliseconds(1)
    #expect(try choice([token], receives: 1) == .after(.seconds(1)))
    // Too often seen already.
    #expect(try choice([token], receives: 60) == .after(.seconds(4_500)))
    token.retryAfter = .seconds(100_000)
    #expect(try choice([token], receives: 1) == .after(.seconds(42_000)))
  }

  @Test("work that was handed on comes back in its slot, where it meets what else is for its slice")
  func slot() throws {
    // 28.125 s for each of 32 slots; the 35th of 64 slices has the slot of the third.
    let slice = try #require(DistributionSlice(index: 34, of: 64))
    let start = MessageReturnTests.now / 900_000 * 900_000 + 56_250
    let due = start > MessageReturnTests.now ? start : start + 900_000
    let seconds = (due - MessageReturnTests.now + 999) / 1_000
    func choice(_ failures: [MessageFailure], receives: Int = 1) throws -> MessageReturn {
      try rules().choice(failures, try delivery(receives), slice: slice, random: 0)
    }
    var turn = MessageFailure(
      message: 0, errorType: .known(.rateReached), description: "not yet", isForOthers: true)
    turn.retryAfter = .seconds(4)
    #expect(try choice([turn]) == .after(.seconds(seconds)))
    #expect(try choice([turn], receives: 50) == .after(.seconds(seconds)))
    #expect(try choice([turn], receives: 51) == .after(.seconds(4_500)))
    // Something else prevents it, so it waits for that.
    #expect(try choice([slow, turn], receives: 1) == .after(.seconds(4)))
    #expect(try choice([slow], receives: 1) == .after(.seconds(10)))
  }

  @Test("the queue's own timeout does where it is near enough")
  func ownTimeout() throws {
    var near = slow
    near.retryAfter = .seconds(170)
    #expect(try choice([near], receives: 1) == .byQueue)
    #expect(
      try choice([near], receives: 1, rules: rules(elapsed: .seconds(100)))
        == .after(.seconds(170)))
  }

  @Test("a queue that grants few receives sees a message no sooner than without us")
  func fewReceives() throws {
    let few = try rules(most: 5)
    #expect(try choice([slow], receives: 1, rules: few) == .byQueue)
    #expect(try choice([slow], receives: 6, rules: few) == .after(.seconds(320)))
  }

  // MARK: - Ends

  @Test("an error for good ends at the third receive, a missing permission at the tenth")
  func permanent() throws {
    for (failure, last) in [(invalid, 3), (denied, 10)] {
      for receives in 1..<last {
        guard case .deadLetter = try choice([failure], receives: receives) else { continue }
        Issue.record("given up at receive \(receives)")
      }
      #expect(try choice([failure], receives: last) == .deadLetter(failure))
      #expect(try choice([failure], receives: last + 50) == .deadLetter(failure))
    }
  }

  @Test("as long as a part of a message may still succeed, the rest waits with it")
  func mixed() throws {
    #expect(try choice([invalid, slow], receives: 3) == .after(.seconds(40)))
    #expect(try choice([invalid, denied], receives: 3) == .after(.seconds(40)))
    #expect(try choice([invalid, denied], receives: 10) == .deadLetter(invalid))
  }

  @Test("72 hours end everything, but only after three receives")
  func age() throws {
    let old = Duration.seconds(72 * 3_600 + 1)
    #expect(try choice([slow], receives: 3, age: old) == .deadLetter(slow))
    #expect(try choice([slow], receives: 2, age: old) == .after(.seconds(20)))
    #expect(try choice([slow], receives: 40, age: old - .seconds(2)) == .after(.seconds(900)))
  }

  @Test("without a dead-letter queue nothing is given up")
  func noDeadLetterQueue() throws {
    let rules = try rules(hasDeadLetters: false)
    #expect(try choice([invalid], receives: 3, rules: rules) == .after(.seconds(40)))
  }
}
