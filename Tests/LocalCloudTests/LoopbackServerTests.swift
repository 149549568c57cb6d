import CLibrary
import Testing

@testable import LocalCloud

@Suite struct LoopbackServerTests {
  private func server(
    _ handler: @escaping @Sendable (ServerRequest) -> ServerReply
  ) throws -> LoopbackServer {
    let server = try LoopbackServer()
    try server.start(handler)
    return server
  }

  private let hello = ServerAnswer(status: 200, body: "hello world")

  @Test("Hands the handler every byte of a request and keeps the connection")
  func requests() throws {
    let seen = Locked<[ServerRequest]>([])
    let server = try server { request in
      seen.withLock { $0.append(request) }
      return .answer(200, "ok")
    }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET /a%20b?x=1&y HTTP/1.1\r\nHost: h\r\nX-Odd:  two  words \t\r\nx-odd: b\r\n\r\n")
    #expect(client.read()?.text == "ok")
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\0é")
    #expect(client.read()?.status == 200)

    let requests = seen.withLock { $0 }
    let first = try #require(requests.first)
    #expect(first.path == "/a%20b")
    #expect(first.query == "x=1&y")
    #expect(first.values(of: "X-ODD") == ["two  words", "b"])
    #expect(first["host"] == "h")
    #expect(
      String(decoding: first.head, as: UTF8.self)
        == "GET /a%20b?x=1&y HTTP/1.1\r\nHost: h\r\nX-Odd:  two  words \t\r\nx-odd: b\r\n\r\n")
    let second = try #require(requests.last)
    #expect(second.body == Array("\0é".utf8))
    #expect([first.connection, second.connection] == [1, 1])
    #expect([first.sequence, second.sequence] == [1, 2])
  }

  @Test("Reads a chunked body with extensions and trailers")
  func chunkedRequest() throws {
    let server = try server { .answer(200, $0.text) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.send("5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n")
    #expect(client.read()?.text == "hello world")
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.read()?.status == 200)
  }

  @Test("Answers two requests that arrive at once, in order")
  func pipelined() throws {
    let server = try server { .answer(200, $0.target) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.read()?.text == "/1")
    #expect(client.read()?.text == "/2")
  }

  @Test("Takes a body of several megabytes")
  func largeBody() throws {
    let server = try server { .answer(200, String($0.body.count)) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    let body = [UInt8](repeating: 120, count: 7 << 20)
    #expect(client.exchange("POST", "/", body: body)?.text == "7340032")
  }

  @Test(
    "Refuses what is not HTTP with 400 and closes",
    arguments: [
      "nonsense\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "\u{16}\u{3}\u{1}", " ",
    ])
  func malformed(request: String) throws {
    let server = try server { _ in .answer(200) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send(request)
    #expect(client.read()?.status == 400)
    #expect(client.readToEnd().isEmpty)
  }

  @Test("Sends 100 Continue to a client that waits for it")
  func expectContinue() throws {
    let server = try server { .answer(200, $0.text) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(client.read()?.status == 100)
    client.send("ok")
    #expect(client.read()?.text == "ok")
  }

  @Test("Sends an answer in chunks")
  func chunkedReply() throws {
    let hello = hello
    let server = try server { _ in .thenClose(.chunked(hello, chunkSize: 6)) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    let bytes = String(decoding: client.readToEnd(), as: UTF8.self)
    #expect(bytes.contains("Transfer-Encoding: chunked\r\n"))
    #expect(!bytes.contains("Content-Length"))
    #expect(bytes.hasSuffix("\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"))
  }

  @Test("Breaks off in the middle of a body that was announced whole")
  func halfBody() throws {
    let hello = hello
    let server = try server { _ in ServerReply.answer(hello).halved }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    let bytes = String(decoding: client.readToEnd(), as: UTF8.self)
    #expect(bytes.contains("Content-Length: 11\r\n"))
    #expect(bytes.hasSuffix("\r\n\r\nhello"))
    #expect(!client.wasReset)
  }

  @Test("Sends raw bytes as they are")
  func raw() throws {
    let server = try server { _ in .raw([0, 255, 10]) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    #expect(client.readToEnd() == [0, 255, 10])
  }

  @Test("Resets instead of answering")
  func reset() throws {
    let server = try server { _ in .reset }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    #expect(client.read() == nil)
    #expect(client.wasReset)
  }

  @Test("Closes in order instead of answering")
  func close() throws {
    let server = try server { _ in .close }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    #expect(client.read() == nil)
    #expect(!client.wasReset)
  }

  @Test("Resets a connection before it reads a byte, and serves the next one")
  func resetOnAccept() throws {
    let server = try server { _ in .answer(200) }
    defer { server.stop() }
    server.resetNextConnections(1)
    let first = try WireClient(port: server.port)
    #expect(first.read() == nil)
    let second = try WireClient(port: server.port)
    #expect(second.exchange("GET", "/")?.status == 200)
    #expect(server.connectionsAccepted == 2)
  }

  @Test("Sends a 1xx answer first")
  func informational() throws {
    let hello = hello
    let server = try server { _ in .informational(status: 103, .answer(hello)) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/")
    #expect(client.read()?.status == 103)
    #expect(client.read()?.text == "hello world")
  }

  @Test("Announces the end of the connection and keeps to it")
  func closing() throws {
    let hello = hello
    let server = try server { _ in .closing(hello) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    #expect(client.exchange("GET", "/")?.header("Connection") == "close")
    #expect(client.readToEnd().isEmpty)
  }

  @Test("Closes a kept-alive connection behind an answer that promised to keep it")
  func thenClose() throws {
    let hello = hello
    let server = try server { _ in .thenClose(.answer(hello)) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    let answer = try #require(client.exchange("GET", "/"))
    #expect(answer.header("Connection") == nil)
    #expect(client.readToEnd().isEmpty)
  }

  @Test("Drops a kept-alive connection when the next request begins")
  func thenDropNext() throws {
    let hello = hello
    let seen = Locked(0)
    let server = try server { _ in
      seen.withLock { $0 += 1 }
      return .thenDropNext(.answer(hello))
    }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    #expect(client.exchange("GET", "/")?.status == 200)
    #expect(client.exchange("GET", "/") == nil)
    #expect(seen.withLock { $0 } == 1)
  }

  @Test("Delays an answer and still sends it")
  func delayed() throws {
    let hello = hello
    let server = try server { _ in .delayed(.milliseconds(5), .answer(hello)) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    #expect(client.exchange("GET", "/")?.text == "hello world")
  }

  @Test("Ends what hangs, waits or idles when it stops", arguments: [0, 1, 2])
  func stops(kind: Int) throws {
    let hello = hello
    let reached = Locked(false)
    let server = try server { _ in
      reached.withLock { $0 = true }
      return kind == 0 ? .hang : .delayed(.seconds(3600), .answer(hello))
    }
    let client = try WireClient(port: server.port)
    if kind < 2 {
      client.send("GET", "/")
      #expect(reached.wait(timeout: .seconds(10)) { $0 ? true : nil } == true)
    }
    server.stop()
    #expect(client.read() == nil)
    #expect(server.connectionsOpen == 0)
  }

  @Test("Lets a hanging thread go when the client leaves")
  func hangUntilPeerLeaves() throws {
    let server = try server { $0.path == "/hang" ? .hang : .answer(200) }
    defer { server.stop() }
    let client = try WireClient(port: server.port)
    client.send("GET", "/hang")
    client.hangUp()
    #expect(client.readToEnd().isEmpty)
    #expect(try WireClient(port: server.port).exchange("GET", "/")?.status == 200)
  }

  @Test("Gives back every thread and descriptor after many starts and stops")
  func leaksNothing() throws {
    func round() throws {
      let server = try server { _ in .answer(200) }
      for _ in 0..<3 {
        #expect(try WireClient(port: server.port).exchange("GET", "/")?.status == 200)
      }
      let idle = try WireClient(port: server.port)
      server.stop()
      #expect(idle.readToEnd().isEmpty)
      #expect(server.connectionsOpen == 0)
    }
    // Other tests run beside this one: a leak of 4 descriptors a round stands out all the same.
    let before = descriptors()
    for _ in 0..<200 { try round() }
    #expect(descriptors() < before + 200)
  }

  @Test("Refuses connections once it has stopped")
  func refusesAfterStop() throws {
    let server = try server { _ in .answer(200) }
    server.stop()
    server.stop()
    #expect(throws: LocalCloudError.socket(call: "connect", errno: ECONNREFUSED)) {
      try WireClient(port: server.port)
    }
  }

  private func descriptors() -> Int {
    (0..<4096).count { fcntl($0, F_GETFD) != -1 }
  }
}
