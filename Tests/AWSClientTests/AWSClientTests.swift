import AWSClient
import HTTPTransport
import Testing

@Suite struct AWSClientTests {
  @Test("sends a request signed with the injected date, the query sorted and encoded")
  func signed() throws {
    let world = VirtualWorld()
    let request = AWSRequest(
      .post, path: "/2020-05-31/distribution/E1/invalidation",
      query: [.init("b", "1 2"), .init("a", "=")],
      headers: ["Content-Type": "application/xml", "Accept": "*/*"], body: [1, 2, 3])
    let answer = try world.client(endpoint: "http://localhost:5000/base/")
      .outcome(request).get()
    #expect(answer.status == 200)
    let sent = try #require(world.requests.first)
    #expect(sent.method == .post && sent.body == [1, 2, 3])
    #expect(
      sent.url
        == "http://localhost:5000/base/2020-05-31/distribution/E1/invalidation?a=%3D&b=1%202")
    #expect(
      sent.headers.fields.map(\.name) == [
        "Content-Type", "Accept", "X-Amz-Date", "X-Amz-Security-Token", "Authorization",
      ])
    #expect(sent.headers["X-Amz-Date"] == "20261120T180405Z")
    #expect(sent.headers["X-Amz-Security-Token"] == "t0ken")
    let authorization = try #require(sent.headers["Authorization"])
    #expect(
      authorization.hasPrefix(
        "AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/cloudfront/aws4_request, "
          + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="))
  }

  @Test("reproduces a signature that another implementation computed")
  func vector() throws {
    let world = VirtualWorld()
    let keys = CredentialsProvider.environment([
      "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
      "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ])
    let list = AWSRequest(
      .get, path: "/2020-05-31/distribution",
      query: [.init("MaxItems", "100"), .init("Marker", "E2 A/B+C==")])
    let ported = AWSRequest(
      .get, path: "/2020-05-31/distribution", query: [.init("MaxItems", "1")])
    _ = try world.client(credentials: keys).outcome(list).get()
    _ = try world.client(
      credentials: keys, endpoint: "http://127.0.0.1:5000"
    ).outcome(ported).get()
    #expect(
      world.requests.map { $0.headers["Authorization"]?.suffix(64) } == [
        "d60131a13510c41359a8789d83d409820ca1a33edc29c3af038f1a03a9bbe087",
        "5f1c14d02cdb57f0fbeb812149561ab66895544fd10ba61c5762723545ac72d8",
      ])
  }

  @Test("the endpoint's own path is signed with the rest")
  func basePath() throws {
    let world = VirtualWorld()
    let split = try world.client(endpoint: "http://h/base")
    _ = try split.outcome(AWSRequest(.get, path: "/p")).get()
    let whole = try world.client(endpoint: "http://h")
    _ = try whole.outcome(AWSRequest(.get, path: "/base/p")).get()
    #expect(world.requests.first == world.requests.last)
    #expect(world.requests.map(\.url) == ["http://h/base/p", "http://h/base/p"])
  }

  @Test("a retry is the same request but for date and signature")
  func identicalRetry() throws {
    let world = VirtualWorld()
    world.script = [.status(503), .failure(.broken), .status(200)]
    world.latency = .seconds(2)
    let request = AWSRequest(
      .post, path: "/p", query: [.init("q", "v")], headers: ["Content-Type": "application/xml"],
      body: [9, 8])
    _ = try world.client().outcome(request).get()
    let bare = world.requests.map { sent in
      var headers: HTTPHeaders = [:]
      for (name, value) in sent.headers.fields
      where name != "X-Amz-Date" && name != "Authorization" {
        headers.add(name, value)
      }
      return HTTPRequest(sent.method, sent.url, headers: headers, body: sent.body)
    }
    #expect(bare.count == 3 && Set(bare.map(\.url)).count == 1)
    #expect(bare.allSatisfy { $0 == bare.first })
    #expect(Set(world.requests.map { $0.headers["X-Amz-Date"] }).count == 3)
  }

  struct Ending: CustomTestStringConvertible, Sendable {
    let step: @Sendable () -> VirtualWorld.Step
    let sends: Int
    let ending: AWSClientError.Effort.Ending
    let testDescription: String

    init(
      _ name: String, _ step: @escaping @Sendable () -> VirtualWorld.Step, sends: Int,
      _ ending: AWSClientError.Effort.Ending
    ) {
      (testDescription, self.step, self.sends, self.ending) = (name, step, sends, ending)
    }
  }

  @Test(
    "each kind of failure is retried or not",
    arguments: [
      Ending("transient", { .status(503) }, sends: 3, .attemptsUsedUp),
      Ending("throttled", { .status(400) }, sends: 3, .attemptsUsedUp),
      Ending("permanent", { .status(404) }, sends: 1, .permanent),
      Ending("expired, fixed keys", { .status(401) }, sends: 1, .permanent),
      Ending("skew without a date", { .status(403) }, sends: 1, .permanent),
      Ending("connect", { .failure(.connect) }, sends: 3, .attemptsUsedUp),
      Ending("timeout", { .failure(.timeout) }, sends: 3, .attemptsUsedUp),
      Ending("broken", { .failure(.broken) }, sends: 3, .attemptsUsedUp),
      Ending("tls", { .failure(.tls) }, sends: 1, .permanent),
      Ending("tooLarge", { .failure(.tooLarge) }, sends: 1, .permanent),
      Ending("invalid", { .failure(.invalid) }, sends: 1, .permanent),
    ])
  func endings(given: Ending) throws {
    let world = VirtualWorld()
    world.script = [given.step()]
    let outcome = try world.client().outcome()
    #expect(world.requests.count == given.sends)
    #expect(outcome.effort?.ending == given.ending)
    #expect(outcome.effort?.attempts == given.sends)
    #expect(outcome.effort?.request == "GET https://cloudfront.amazonaws.com/d")
  }

  @Test("the error carries the last answer, or the last transport error")
  func lastOutcome() throws {
    let world = VirtualWorld()
    let last = HTTPResponse(status: 503, headers: ["x-amzn-RequestId": "r"], body: [60])
    world.script = [.failure(.broken), .status(500), .answer(last)]
    let effort = AWSClientError.Effort(
      request: "GET https://cloudfront.amazonaws.com/d", attempts: 3, ending: .attemptsUsedUp)
    #expect(try world.client().outcome() == .failure(.answered(last, .transient, effort)))
    world.script = [.status(500), .status(500), .failure(.timeout)]
    let error = TransportError(.timeout, code: 7, "no answer from the script")
    #expect(try world.client().outcome() == .failure(.unanswered(error, effort)))
  }

  @Test(
    "the configuration's attempts replace the call's, up as well as down; at least one is made",
    arguments: [
      (3, nil, 3), (8, nil, 8), (8, 2, 2), (3, 10, 10), (3, 1, 1), (0, nil, 1), (-5, 3, 3),
    ])
  func attempts(asked: Int, configured: Int?, made: Int) throws {
    let world = VirtualWorld()
    world.script = [.status(503)]
    let client = try world.client(retry: RetryConfiguration(maximumAttempts: configured))
    #expect(client.outcome(attempts: asked).effort?.attempts == made)
    #expect(world.requests.count == made)
  }

  @Test("nothing is sent without credentials")
  func noCredentials() throws {
    let world = VirtualWorld()
    let client = try world.client(credentials: .environment([:]))
    #expect(
      client.outcome() == .failure(.missingCredentials(variable: "AWS_ACCESS_KEY_ID")))
    #expect(world.requests.isEmpty)
  }
}
