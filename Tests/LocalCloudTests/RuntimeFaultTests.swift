import LocalCloud
import Testing

@Suite struct RuntimeFaultTests {
  private static let base = "/2018-06-01/runtime"
  private let next = base + "/invocation/next"

  private func answerPath(_ id: String) -> String {
    "\(RuntimeFaultTests.base)/invocation/\(id)/response"
  }

  private func start() throws -> (FakeRuntimeAPI, WireClient) {
    let fake = try FakeRuntimeAPI()
    return (fake, try WireClient(port: fake.loopback.port))
  }

  @Test("Answers with a scripted status and leaves the invocation unanswered")
  func scriptedInstead() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: Array("a".utf8))
    fake.script(status: 500, on: .response, carriedOut: false)
    #expect(client.exchange("GET", next)?.status == 200)
    #expect(client.exchange("POST", answerPath(id))?.status == 500)
    #expect(fake.outcome(of: id) == nil)
    #expect(client.exchange("GET", next)?.text == "a")
    #expect(fake.faultsLeft == 0)
  }

  @Test("Loses the answer to a response that was accepted")
  func scriptedAfter() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: [])
    fake.script(.after(.reset), on: .response)
    #expect(client.exchange("GET", next)?.status == 200)
    #expect(client.exchange("POST", answerPath(id)) == nil)
    #expect(fake.outcome(of: id)?.kind == .response)
    let retry = try WireClient(port: fake.loopback.port)
    #expect(retry.exchange("POST", answerPath(id))?.status == 403)
  }

  @Test("Hands out the invocation whole after a half one")
  func scriptedHalf() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    let id = fake.enqueue(event: Array("0123456789".utf8))
    fake.script(.half, on: .next)
    client.send("GET", next)
    #expect(String(decoding: client.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\n01234"))
    let retry = try WireClient(port: fake.loopback.port)
    let answer = retry.exchange("GET", next)
    #expect(answer?.text == "0123456789")
    #expect(answer?.header("Lambda-Runtime-Aws-Request-Id") == id)
  }
}
