import CLibrary
import Testing

@testable import HTTPTransport

@Suite("CurlTransport and its connections")
struct CurlConnectionTests {
  static let ok = CurlTransportTests.ok

  @Test("two requests share a connection")
  func keepAlive() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok), .read, .send(Self.ok)]])
    let transport = try CurlTransport(.runtimeAPI)
    _ = try transport.send(HTTPRequest(.get, server.url("/1")))
    _ = try transport.send(HTTPRequest(.post, server.url("/2"), body: [65]))
    #expect(server.finish().map(\.count) == [2])
  }

  @Test("after Connection: close the next request has a new one")
  func connectionClose() throws {
    let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    let server = try ScriptedServer([[.read, .send(closing)], [.read, .send(closing)]])
    let transport = try CurlTransport(.runtimeAPI)
    _ = try transport.send(HTTPRequest(.get, server.url("/1")))
    _ = try transport.send(HTTPRequest(.get, server.url("/2")))
    #expect(server.finish().map(\.count) == [1, 1])
  }

  @Test(
    "a POST on a connection that the server closed meanwhile is sent again by itself",
    arguments: [[], [ScriptedServer.Step.read]])
  func staleConnection(afterwards: [ScriptedServer.Step]) throws {
    let server = try ScriptedServer([
      [.read, .send(Self.ok)] + afterwards, [.read, .send(Self.ok)],
    ])
    let transport = try CurlTransport(.runtimeAPI)
    _ = try transport.send(HTTPRequest(.get, server.url("/next")))
    let answer = try transport.send(
      HTTPRequest(.post, server.url("/response"), body: Array("payload".utf8)))
    let last = try #require(server.finish().last?.last)
    #expect(answer.status == 200)
    #expect(last.hasPrefix("POST /response ") && last.hasSuffix("payload"))
  }

  @Test("a transport that failed goes on with a new connection")
  func afterFailure() throws {
    let server = try ScriptedServer([[.read, .reset], [.read, .send(Self.ok)]])
    let transport = try CurlTransport(.runtimeAPI)
    #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, server.url("/")))
    }
    let answer = try transport.send(HTTPRequest(.get, server.url("/")))
    #expect(answer.status == 200)
    #expect(server.finish().map(\.count) == [1, 1])
  }

  @Test("a transport that found no host by its name goes on, and says so each time")
  func afterFailedLookup() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)], [.read, .send(Self.ok)]])
    let transport = try CurlTransport(.runtimeAPI)
    // A connection is kept, as in a warm process.
    _ = try transport.send(HTTPRequest(.get, server.url("/1")))
    for _ in 0..<2 {
      let error = #expect(throws: TransportError.self) {
        try transport.send(HTTPRequest(.get, "http://nowhere.invalid/"))
      }
      #expect(error?.kind == .connect)
      #expect(error?.code == 6)
    }
    #expect(try transport.send(HTTPRequest(.get, server.url("/2"))).status == 200)
    _ = server.finish()
  }

  @Test("a refused connection says so, and says where")
  func refused() throws {
    let server = try ScriptedServer([])
    _ = server.finish()
    let transport = try CurlTransport(.runtimeAPI)
    let error = #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, server.url("/a?X-Signature=secret")))
    }
    #expect(error?.kind == .connect)
    #expect(error?.code == 7)
    #expect(error?.message.hasPrefix("127.0.0.1: ") == true)
    #expect(error?.description.contains("secret") == false)
  }

  @Test("a request's own timeout ends the wait", arguments: [Duration.milliseconds(50), .zero])
  func timeout(limit: Duration) throws {
    let server = try ScriptedServer([[.read, .hold]])
    defer { _ = server.finish() }
    let transport = try CurlTransport(.runtimeAPI)
    let error = #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, server.url("/"), timeout: limit))
    }
    #expect(error?.code == 28)
    // Within one millisecond the request may or may not have left.
    if limit > .zero { #expect(error?.kind == .timeout) }
  }

  @Test(
    "what can't be sent is refused before anything is",
    arguments: [
      HTTPRequest(.get, "https://127.0.0.1/"),
      HTTPRequest(.get, "file:///etc/passwd"),
      HTTPRequest(.get, ""),
      HTTPRequest(.get, "http://"),
      HTTPRequest(.get, "http://127.0.0.1/a b"),
      HTTPRequest(.get, "http://127.0.0.1/a\r\nX: y"),
      HTTPRequest(.get, "http://127.0.0.1/\0"),
      HTTPRequest(.get, "http://127.0.0.1/", headers: ["X": "a\r\nY: b"]),
      HTTPRequest(.get, "http://127.0.0.1/", headers: ["X Y": "a"]),
      HTTPRequest(.get, "http://127.0.0.1/", headers: ["": "a"]),
      HTTPRequest(.get, "http://127.0.0.1/", body: [65]),
    ])
  func unsendable(request: HTTPRequest) throws {
    let transport = try CurlTransport(.runtimeAPI)
    let error = #expect(throws: TransportError.self) { try transport.send(request) }
    #expect(error?.kind == .invalid)
  }

  @Test("a server that does not speak TLS gives no connection, which may pass")
  func notTLS() throws {
    let server = try ScriptedServer([[.send("HTTP/1.1 400 Bad\r\n\r\n"), .hold]])
    defer { _ = server.finish() }
    let transport = try CurlTransport(.aws(caBundle: nil, userAgent: "test/1"))
    let error = #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.kind == .connect)
    #expect(error?.code == 35)
  }

  @Test("a certificate bundle that is not there is a bad setting")
  func missingBundle() throws {
    let server = try ScriptedServer([[.hold]])
    defer { _ = server.finish() }
    let transport = try CurlTransport(.aws(caBundle: "/nonexistent.pem", userAgent: "test/1"))
    let error = #expect(throws: TransportError.self) {
      try transport.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.kind == .invalid)
    #expect(error?.code == 77)
  }

  @Test("the configured user agent is sent")
  func userAgent() throws {
    let server = try ScriptedServer([[.read, .send(Self.ok)]])
    let transport = try CurlTransport(.aws(caBundle: nil, userAgent: "bridge/1.2"))
    _ = try transport.send(HTTPRequest(.get, server.url("/")))
    #expect(server.finish().first?.first?.contains("User-Agent: bridge/1.2\r\n") == true)
  }

  @Test("a proxy in the environment does not come between us and the Runtime API")
  func noProxyForRuntimeAPI() async {
    await #expect(processExitsWith: .success) {
      for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        setenv(name, "http://127.0.0.1:1", 1)
      }
      let server = try ScriptedServer([
        [.read, .send(CurlTransportTests.ok)], [.read, .send(CurlTransportTests.ok)],
      ])
      let direct = try CurlTransport(.runtimeAPI).send(HTTPRequest(.get, server.url("/")))
      let aws = try CurlTransport(.aws(caBundle: nil, userAgent: "test/1"))
        .send(HTTPRequest(.get, server.url("/")))
      _ = server.finish()
      #expect(direct.status == 200)
      #expect(aws.status == 200)
    }
  }

  @Test("a proxy in the environment is used for hosts elsewhere")
  func proxyForOthers() async {
    await #expect(processExitsWith: .success) {
      let server = try ScriptedServer([[.read, .send(CurlTransportTests.ok)]])
      setenv("http_proxy", "http://127.0.0.1:\(server.port)", 1)
      let transport = try CurlTransport(.aws(caBundle: nil, userAgent: "test/1"))
      _ = try transport.send(HTTPRequest(.get, "http://example.invalid/path"))
      let request = server.finish().first?.first
      #expect(request?.hasPrefix("GET http://example.invalid/path HTTP/1.1\r\n") == true)
    }
  }

  @Test("SIGPIPE is ignored once the process is prepared")
  func brokenPipe() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_DFL)
      try CurlTransport.prepareProcess()
      raise(SIGPIPE)
    }
  }
}
