import AWSClient
import HTTPTransport
import Testing

/// Backoff, quota and deadline of ``AWSClient``.
@Suite struct AWSClientWaitingTests {
  @Test(
    "waits twice as long before each retry, up to 20 s, by the kind of failure",
    arguments: [
      (503, [50, 100, 200, 400, 800, 1600, 3200]),
      (400, [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]),
    ])
  func backoff(status: Int, milliseconds: [Int]) throws {
    let world = VirtualWorld()
    world.script = [.status(status)]
    #expect(try world.client().outcome(attempts: 8).effort?.attempts == 8)
    #expect(world.sleeps == milliseconds.map { .milliseconds($0) })
  }

  @Test("the kind of the last failure decides, the number of all attempts counts")
  func mixedBackoff() throws {
    let world = VirtualWorld()
    world.random = 0.5
    world.script = [.status(503), .status(400), .failure(.broken), .status(200)]
    _ = try world.client().outcome(attempts: 4).get()
    #expect(world.sleeps == [.milliseconds(25), .seconds(1), .milliseconds(100)])
  }

  @Test("a service that asks for a longer wait gets it")
  func retryAfter() throws {
    let world = VirtualWorld()
    world.script = [
      .status(503, ["x-amz-retry-after": "1500"]), .status(503, ["X-Amz-Retry-After": "60000"]),
      .status(200),
    ]
    _ = try world.client().outcome().get()
    #expect(world.sleeps == [.milliseconds(1500), .milliseconds(5100)])
  }

  @Test("500 tokens pay for 35 retries after transient failures, 100 after throttling")
  func quota() throws {
    for (status, retries) in [(503, 35), (400, 100)] {
      let world = VirtualWorld()
      // Without waits, in which the quota would refill.
      world.random = 0
      world.script = [.status(status)]
      let outcome = try world.client().outcome(attempts: 1000)
      #expect(outcome.effort?.ending == .quotaUsedUp)
      #expect(world.requests.count == retries + 1)
    }
  }

  @Test("a quota that an outage used up is full again after a minute without a success")
  func refill() throws {
    let world = VirtualWorld()
    world.random = 0
    world.script = [.status(503)]
    let client = try world.client()
    #expect(client.outcome(attempts: 1000).effort?.attempts == 36)
    #expect(client.outcome(attempts: 1000).effort?.attempts == 1)
    world.pass(.seconds(60))
    #expect(client.outcome(attempts: 1000).effort?.attempts == 36)
    world.pass(.seconds(6))
    #expect(client.outcome(attempts: 1000).effort?.attempts == 5)
  }

  @Test("a success gives back what its last retry cost, and one token if it needed none")
  func giveBack() throws {
    let world = VirtualWorld()
    world.random = 0
    let client = try world.client()
    world.script = [.status(503)]
    _ = client.outcome(attempts: 36)  // 500 - 35 * 14 = 10 left
    #expect(client.outcome(attempts: 2).effort?.ending == .quotaUsedUp)
    world.script = [.status(200)]
    for _ in 0..<4 { _ = try client.outcome().get() }  // 14
    world.script = [.status(503), .status(200)]
    _ = try client.outcome().get()  // 14 - 14 + 14
    world.script = [.status(503)]
    #expect(client.outcome(attempts: 2).effort?.ending == .attemptsUsedUp)  // 0
    world.script = [.status(200)]
    for _ in 0..<4 { _ = try client.outcome().get() }  // 4
    world.script = [.status(400)]
    #expect(client.outcome(attempts: 2).effort?.ending == .quotaUsedUp)
    world.script = [.status(200)]
    _ = try client.outcome().get()  // 5
    world.script = [.status(400)]
    #expect(client.outcome(attempts: 2).effort?.ending == .attemptsUsedUp)
  }

  @Test("an attempt gets the configured time, a third of what is left, or two seconds of it")
  func timeouts() throws {
    let world = VirtualWorld()
    world.latency = .seconds(4)
    world.script = [.status(503), .status(503), .status(200)]
    let client = try world.client(retry: RetryConfiguration(attemptTimeout: .seconds(5)))
    _ = try client.outcome(deadline: world.now + .seconds(10)).get()
    #expect(
      world.requests.map(\.timeout) == [
        .seconds(10) / 3, .seconds(2), .milliseconds(1850),
      ])
    _ = try client.outcome(deadline: world.now + .seconds(16)).get()
    #expect(world.requests.last?.timeout == .seconds(5))
    _ = try client.outcome().get()
    #expect(world.requests.last?.timeout == .seconds(5))
  }

  @Test("no sleep and no attempt goes past the deadline")
  func deadline() throws {
    let world = VirtualWorld()
    world.script = [.status(400)]
    let outcome = try world.client().outcome(attempts: 8, deadline: world.now + .seconds(5))
    #expect(outcome.effort?.ending == .deadline)
    #expect(outcome.effort?.attempts == 3)
    #expect(world.sleeps == [.seconds(1), .seconds(2)])
  }

  @Test(
    "nothing is sent when the deadline has come or is nearer than a millisecond",
    arguments: [Duration.seconds(-1), .zero, .microseconds(999)])
  func deadlineAtOnce(left: Duration) throws {
    let world = VirtualWorld()
    let outcome = try world.client().outcome(deadline: world.now + left)
    #expect(
      outcome == .failure(.noTimeLeft(request: "GET https://cloudfront.amazonaws.com/d")))
    #expect(world.requests.isEmpty && world.sleeps.isEmpty)
  }

  @Test("a freeze in the sleep that reaches past the deadline ends the call")
  func frozenSleep() throws {
    let world = VirtualWorld()
    world.oversleep = .seconds(600)
    world.script = [.status(503)]
    let outcome = try world.client().outcome(deadline: world.now + .seconds(60))
    #expect(outcome.effort?.ending == .deadline)
    #expect(world.requests.count == 1)
  }

  @Test("slow credentials that use up the time leave nothing to send")
  func slowCredentials() throws {
    let world = VirtualWorld()
    let keys = CredentialsProvider.environment(VirtualWorld.keys)
    let slow = CredentialsProvider(refreshes: false) { () throws(AWSClientError) in
      world.pass(.seconds(10))
      return try keys.load()
    }
    let outcome = try world.client(credentials: slow).outcome(deadline: world.now + .seconds(5))
    #expect(
      outcome == .failure(.noTimeLeft(request: "GET https://cloudfront.amazonaws.com/d")))
    #expect(world.requests.isEmpty)
  }

  @Test("a sleep that ends too early is continued until the backoff is over")
  func shortSleep() throws {
    let world = VirtualWorld()
    world.script = [.status(400), .status(200)]
    world.shortfalls = [.milliseconds(500), .milliseconds(250)]
    _ = try world.client().outcome().get()
    #expect(world.sleeps == [.seconds(1), .milliseconds(500), .milliseconds(250)])
  }
}
