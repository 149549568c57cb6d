import Testing

@testable import HTTPTransport

@Suite("CurlTransport over a scripted server")
struct CurlTransportTests {
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  private func runtime() throws -> CurlTransport { try CurlTransport(.runtimeAPI) }

  /// Sends one request to a server that plays these steps on its only connection.
  private func exchange(
    _ steps: [ScriptedServer.Step], path: String = "/",
    configuration: CurlConfiguration = .runtimeAPI
  ) throws -> Result<HTTPResponse, TransportError> {
    let server = try ScriptedServer([[.read] + steps])
    defer { _ = server.finish() }
    let transport = try CurlTransport(configuration)
    do throws(TransportError) {
      return .success(try transport.send(HTTPRequest(.get, server.url(path))))
    } catch {
      return .failure(error)
    }
  }

  @Test("a GET is exactly its line, its host and its own fields")
  func bytesOfGet() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)]])
    let request = HTTPRequest(
      .get, server.url("/a/../b%2F?z=1&a=%20"), headers: ["X-Empty": "", "User-Agent": "me/1"])
    _ = try runtime().send(request)
    #expect(
      server.finish() == [
        [
          "GET /a/../b%2F?z=1&a=%20 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
            + "X-Empty:\r\nUser-Agent: me/1\r\n\r\n"
        ]
      ])
  }

  @Test("a POST has its length, and no content type that nobody gave")
  func bytesOfPost() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok), .read, .send(Self.ok)]])
    let transport = try runtime()
    _ = try transport.send(HTTPRequest(.post, server.url("/a"), body: Array("héllo\0".utf8)))
    _ = try transport.send(
      HTTPRequest(.post, server.url("/b"), headers: ["content-type": "application/json"]))
    let host = "Host: 127.0.0.1:\(server.port)\r\n"
    #expect(
      server.finish() == [
        [
          "POST /a HTTP/1.1\r\n\(host)Content-Length: 7\r\n\r\nhéllo\0",
          "POST /b HTTP/1.1\r\n\(host)content-type: application/json\r\n"
            + "Content-Length: 0\r\n\r\n",
        ]
      ])
  }

  @Test("a PUT sends its body, and no method but GET's and HEAD's has none")
  func bytesOfPut() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)]])
    let transport = try runtime()
    _ = try transport.send(
      HTTPRequest(
        .put, server.url("/a"), headers: ["content-type": "application/json"],
        body: Array("{}".utf8)))
    #expect(
      server.finish() == [
        [
          "PUT /a HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
            + "content-type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        ]
      ])
    #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, "http://127.0.0.1:1/", body: [1]))
    }
  }

  @Test("a HEAD waits for no body, whatever length the answer speaks of")
  func head() throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 700\r\nDate: now\r\n\r\n"
    let server = try ScriptedServer([[.read, .send(answer), .read, .send(answer)]])
    let transport = try runtime()
    for _ in 1...2 {
      let response = try transport.send(HTTPRequest(.head, server.url("/a")))
      #expect(response.status == 200)
      #expect(response.headers["Date"] == "now")
      #expect(response.body.isEmpty)
    }
    let line = "HEAD /a HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n"
    #expect(server.finish() == [[line, line]])
  }

  @Test("the transport's own fields can't be given twice")
  func ownFields() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)]])
    _ = try runtime().send(
      HTTPRequest(
        .post, server.url("/"), headers: ["host": "elsewhere", "Content-Length": "9"], body: [65]))
    let request = try #require(server.finish().first?.first)
    #expect(request.contains("Content-Length: 1\r\n"))
    #expect(!request.contains("elsewhere"))
  }

  @Test("a body of 6 MiB is sent at once, without asking for 100-continue")
  func largeBody() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)]])
    let body = [UInt8](repeating: 97, count: 6 * 1024 * 1024)
    let response = try runtime().send(HTTPRequest(.post, server.url("/"), body: body))
    let request = try #require(server.finish().first?.first)
    #expect(response.status == 200)
    #expect(!request.lowercased().contains("expect"))
    #expect(request.utf8.count > body.count)
  }

  @Test("any status is an answer", arguments: [200, 202, 204, 301, 400, 403, 410, 413, 500, 599])
  func anyStatus(status: Int) throws {
    let answer = try exchange([
      .send("HTTP/1.1 \(status) X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    ]).get()
    #expect(answer.status == status)
    #expect(answer.body.isEmpty)
  }

  @Test("names lose their case and values their outer white space")
  func headerForms() throws {
    let head =
      "HTTP/1.1 200\r\nlAMBDA-Runtime-X: \t a b \t\r\nEmpty:\r\n"
      + "Twice: 1\r\ntwice: 2\r\nUrl: http://a:1/\r\nContent-Length: 0\r\n\r\n"
    let answer = try exchange([.send(head)]).get()
    #expect(answer.headers["Lambda-Runtime-X"] == "a b")
    #expect(answer.headers["Empty"] == "")
    #expect(answer.headers["Twice"] == "2")
    #expect(answer.headers["url"] == "http://a:1/")
    #expect(answer.headers.fields.count == 6)
  }

  @Test("what an interim answer said is forgotten")
  func interimAnswer() throws {
    let answer = try exchange([
      .send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n"),
      .send(Self.ok),
    ]).get()
    #expect(answer.status == 200)
    #expect(answer.headers == ["Content-Length": "2"])
    #expect(answer.body == Array("ok".utf8))
  }

  @Test("a chunked body is put together")
  func chunked() throws {
    let answer = try exchange([
      .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
      .send("2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    ]).get()
    #expect(answer.body == Array("abcde".utf8))
  }

  @Test("a body without length ends with the connection")
  func bodyUntilClose() throws {
    let answer = try exchange([.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")]).get()
    #expect(answer.body == Array("abc".utf8))
  }

  @Test(
    "an answer that breaks off is broken, never short",
    arguments: [
      [ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")],
      [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")],
      [.send("HTTP/1.1 200 OK\r\nContent-Le")],
      [],
      [.reset],
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), .reset],
      [.send("this is not HTTP\r\n\r\n")],
    ])
  func brokenAnswer(steps: [ScriptedServer.Step]) throws {
    let result = try exchange(steps)
    guard case .failure(let error) = result else {
      Issue.record("an answer: \(result)")
      return
    }
    #expect(error.kind == .broken)
  }

  @Test("a body over the limit is refused, one at the limit taken", arguments: [100, 101])
  func bodyLimit(size: Int) throws {
    var configuration = CurlConfiguration.runtimeAPI
    configuration.maximumBodySize = 100
    let steps: [ScriptedServer.Step] = [
      .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"), .fill(size),
    ]
    switch try exchange(steps, configuration: configuration) {
    case .success(let answer): #expect(answer.body.count == 100 && size == 100)
    case .failure(let error):
      #expect(error.kind == .tooLarge && size == 101)
      #expect(error.message == "127.0.0.1: the body is larger than 100 bytes")
    }
  }

  @Test("headers without end are refused")
  func headerLimit() throws {
    let line = "X-Long: " + String(repeating: "y", count: 60_000) + "\r\n"
    let steps = [ScriptedServer.Step.send("HTTP/1.1 200 OK\r\n")]
    let result = try exchange(steps + Array(repeating: .send(line), count: 8))
    #expect(throws: TransportError.self) { try result.get() }
    if case .failure(let error) = result { #expect(error.kind == .tooLarge) }
  }

  @Test("the largest event is taken whole")
  func largestEvent() throws {
    let size = CurlConfiguration.runtimeAPI.maximumBodySize
    let answer = try exchange([
      .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"), .fill(size),
    ]).get()
    #expect(answer.body.count == 6_291_556)
  }
}
