import LocalCloud
import Testing

@Suite struct FakeRuntimeAPITests {
  private static let base = "/2018-06-01/runtime"
  private let next = base + "/invocation/next"
  private let initError = base + "/init/error"

  private func answerPath(_ id: String, _ kind: String = "response") -> String {
    "\(FakeRuntimeAPITests.base)/invocation/\(id)/\(kind)"
  }

  private func start() throws -> (FakeRuntimeAPI, WireClient) {
    let fake = try FakeRuntimeAPI()
    return (fake, try WireClient(port: fake.loopback.port))
  }

  @Test("Hands out events in order and keeps the answers")
  func happyPath() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let first = fake.enqueue(event: Array("{}".utf8), now: 1_000)
    let second = fake.enqueue(event: Array("[]".utf8))
    let answer = try #require(client.exchange("GET", next))
    #expect(answer.status == 200)
    #expect(answer.text == "{}")
    #expect(answer.header("Lambda-Runtime-Aws-Request-Id") == first)
    #expect(answer.header("Lambda-Runtime-Deadline-Ms") == "61000")
    #expect(answer.header("Content-Type") == "application/json")
    let reply = client.exchange("POST", answerPath(first), body: Array("1".utf8))
    #expect(reply?.status == 202)
    #expect(reply?.text == "{\"status\":\"OK\"}\n")
    #expect(client.exchange("GET", next)?.header("Lambda-Runtime-Aws-Request-Id") == second)
    let error = client.exchange(
      "POST", answerPath(second, "error"),
      headers: [("Lambda-Runtime-Function-Error-Type", "Function.Bad")], body: Array("{}".utf8))
    #expect(error?.status == 202)

    #expect(fake.outcome(of: first)?.kind == .response)
    #expect(fake.outcome(of: first)?.text == "1")
    #expect(fake.waitForOutcome(of: second, timeout: .zero)?.errorType == "Function.Bad")
    #expect(fake.requests.map(\.endpoint) == [.next, .response, .next, .error])
    #expect(fake.requests(to: .response).first?.text == "1")
    fake.forgetHistory()
    #expect(fake.requests.isEmpty)
    #expect(fake.outcome(of: first) == nil)
  }

  @Test("Sends every field of an invocation, and leaves out the empty ones")
  func fields() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    var invocation = FakeInvocation(event: [], requestID: "a", deadlineMilliseconds: 5)
    invocation.traceID = "Root=1"
    invocation.tenantID = "blue"
    invocation.invocationID = "nonce"
    invocation.clientContext = "{}"
    invocation.cognitoIdentity = ""
    invocation.contentType = nil
    invocation.extraHeaders = [.init(name: "x-more", value: "1")]
    fake.enqueue(invocation)
    let answer = try #require(client.exchange("GET", next))
    #expect(answer.header("Lambda-Runtime-Trace-Id") == "Root=1")
    #expect(answer.header("Lambda-Runtime-Aws-Tenant-Id") == "blue")
    #expect(answer.header("Lambda-Runtime-Invocation-Id") == "nonce")
    #expect(answer.header("Lambda-Runtime-Client-Context") == "{}")
    #expect(answer.header("x-more") == "1")
    #expect(!answer.head.contains("Cognito"))
    #expect(!answer.head.contains("Content-Type"))
  }

  @Test("Can leave out the request id and send any deadline")
  func brokenFields() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    var invocation = FakeInvocation(event: [], requestID: "a")
    invocation.sendsRequestID = false
    invocation.deadline = "soon"
    fake.enqueue(invocation)
    let answer = try #require(client.exchange("GET", next))
    #expect(!answer.head.contains("Request-Id"))
    #expect(answer.header("Lambda-Runtime-Deadline-Ms") == "soon")
  }

  @Test("Holds /next until there is an event")
  func longPoll() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    client.send("GET", next)
    #expect(fake.waitUntilIdle(timeout: .seconds(10)))
    #expect(fake.waitForPolls(1, timeout: .seconds(10)))
    fake.enqueue(event: Array("late".utf8))
    #expect(client.read()?.text == "late")
    #expect(!fake.waitUntilIdle(timeout: .zero))
  }

  @Test("Closes the connection of a waiting /next when it stops")
  func stopWhileWaiting() throws {
    let (fake, client) = try start()
    client.send("GET", next)
    #expect(fake.waitForPolls(1, timeout: .seconds(10)))
    fake.stop()
    #expect(client.read() == nil)
  }

  @Test("Hands out the same invocation again while it is unanswered")
  func nextTwice() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.enqueue(event: Array("a".utf8))
    fake.enqueue(event: Array("b".utf8))
    #expect(client.exchange("GET", next)?.text == "a")
    #expect(client.exchange("GET", next)?.text == "a")
  }

  @Test("Refuses an answer with a wrong request id", arguments: ["response", "error"])
  func wrongRequestID(kind: String) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    #expect(client.exchange("POST", answerPath("x", kind))?.status == 400)
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    let answer = client.exchange("POST", answerPath("x", kind))
    #expect(answer?.status == 400)
    #expect(answer?.text.contains("InvalidRequestID") == true)
    #expect(client.exchange("POST", answerPath(id, kind))?.status == 202)
  }

  @Test(
    "Refuses a second answer to one invocation",
    arguments: ["response", "error"], ["response", "error"])
  func secondAnswer(first: String, second: String) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    #expect(client.exchange("POST", answerPath(id, first))?.status == 202)
    let again = client.exchange("POST", answerPath(id, second))
    #expect(again?.status == 403)
    #expect(again?.text.contains("InvalidStateTransition") == true)
    #expect(fake.outcome(of: id)?.kind.rawValue == first)
  }

  @Test("Takes an init error before the first /next, and nothing after it")
  func initErrorFirst() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let answer = client.exchange(
      "POST", initError, headers: [("Lambda-Runtime-Function-Error-Type", "Runtime.ConfigInvalid")],
      body: Array("{}".utf8))
    #expect(answer?.status == 202)
    #expect(fake.waitForInitError(timeout: .zero)?.errorType == "Runtime.ConfigInvalid")
    #expect(client.exchange("POST", initError)?.status == 403)
    #expect(client.exchange("GET", next)?.status == 403)
  }

  @Test("Refuses an init error after the first /next")
  func lateInitError() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    #expect(client.exchange("POST", initError)?.status == 403)
    #expect(fake.initError == nil)
  }

  @Test("Takes a response of exactly the limit and refuses one byte more", arguments: [0, 1])
  func largestResponse(more: Int) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    let body = [UInt8](repeating: 32, count: FakeRuntimeAPI.largestResponse + more)
    #expect(client.exchange("POST", answerPath(id), body: body)?.status == (more == 0 ? 202 : 413))
    #expect(client.exchange("POST", answerPath(id, "error"))?.status == 403)
    let outcome = try #require(fake.outcome(of: id))
    #expect(outcome.kind == (more == 0 ? .response : .responseTooLarge))
    #expect(outcome.errorType == (more == 0 ? nil : "Function.ResponseSizeTooLarge"))
    fake.enqueue(event: Array("go on".utf8))
    #expect(client.exchange("GET", next)?.text == "go on")
  }

  @Test("Gets stuck after an unknown response mode, as the emulator does")
  func responseMode() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    let mode = [("Lambda-Runtime-Function-Response-Mode", "odd")]
    #expect(client.exchange("POST", answerPath(id), headers: mode)?.status == 400)
    #expect(client.exchange("GET", next)?.status == 403)
  }

  @Test(
    "Checks the invocation id only where one is sent",
    arguments: [("nonce", 202), ("other", 400), (nil, 202)])
  func invocationID(sent: String?, status: Int) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    var invocation = FakeInvocation(event: [], requestID: "a")
    invocation.invocationID = "nonce"
    fake.enqueue(invocation)
    #expect(client.exchange("GET", next)?.status == 200)
    let headers = sent.map { [("Lambda-Runtime-Invocation-Id", $0)] } ?? []
    #expect(client.exchange("POST", answerPath("a"), headers: headers)?.status == status)
  }

  @Test("Knows a request id by its decoded form")
  func hostileRequestID() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.enqueue(FakeInvocation(event: [], requestID: "a/../b?x"))
    #expect(client.exchange("GET", next)?.status == 200)
    #expect(client.exchange("POST", answerPath("a%2F..%2Fb%3Fx"))?.status == 202)
    #expect(fake.outcome(of: "a/../b?x")?.kind == .response)
  }

  @Test("Answers a late answer with 410 once the invocation has expired, then goes on")
  func expired() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    fake.expireCurrent()
    #expect(client.exchange("POST", answerPath(id))?.status == 410)
    #expect(fake.outcome(of: id)?.kind == .timedOut)
    fake.enqueue(event: Array("b".utf8))
    #expect(client.exchange("GET", next)?.text == "b")
  }

  @Test(
    "Reports only error types of the platform's form",
    arguments: [
      ("Function.Bad", "Function.Bad"), ("Runtime.InvalidEvent", "Runtime.InvalidEvent"),
      ("Unhandled", "Runtime.Unknown"), ("Function.bad", "Runtime.Unknown"),
      ("Function.B", "Runtime.Unknown"), ("Function.Bad1", "Runtime.Unknown"),
      ("", "Runtime.Unknown"),
    ])
  func errorTypes(sent: String, reported: String) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    #expect(client.exchange("GET", next)?.status == 200)
    let headers = [("Lambda-Runtime-Function-Error-Type", sent)]
    #expect(client.exchange("POST", answerPath(id, "error"), headers: headers)?.status == 202)
    #expect(fake.outcome(of: id)?.errorType == reported)
  }

  @Test(
    "Knows no other paths and methods",
    arguments: [
      ("GET", "/2018-06-01/runtime/restore/next", 404), ("GET", "/", 404),
      ("POST", "/2018-06-01/runtime/invocation/next", 405),
      ("GET", "/2018-06-01/runtime/init/error", 405),
      ("GET", "/2018-06-01/runtime/invocation/a/response", 405),
    ])
  func unknown(method: String, path: String, status: Int) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    #expect(client.exchange(method, path)?.status == status)
    #expect(fake.requests.map(\.endpoint) == [nil])
  }
}
