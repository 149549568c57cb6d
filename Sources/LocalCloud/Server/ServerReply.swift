/// A reply of the server, well-behaved or not.
package indirect enum ServerReply: Sendable, Equatable {
  /// A complete answer; the connection stays open.
  case answer(ServerAnswer)
  /// A complete answer in chunks of the given size; the connection stays open.
  case chunked(ServerAnswer, chunkSize: Int)
  /// An answer that announces its whole length; the connection is closed after this many bytes of
  /// its body.
  case truncated(ServerAnswer, bodyBytes: Int)
  /// Bytes sent unchanged, then an orderly end.
  case raw([UInt8])
  /// An orderly end of the connection without any answer.
  case close
  /// A reset of the connection (`SO_LINGER` 0) without any answer.
  case reset
  /// Silence until the peer hangs up or the server stops.
  case hang
  /// Another reply after a delay in real time; no reply when the server stops during the delay.
  case delayed(Duration, ServerReply)
  /// A 1xx answer before another reply.
  case informational(status: Int, ServerReply)
  /// A complete answer with `Connection: close`; the connection is closed after it.
  case closing(ServerAnswer)
  /// Another reply that promises to keep the connection, which is closed right after it.
  case thenClose(ServerReply)
  /// Another reply; the connection is reset when the next request begins to arrive. Every client
  /// meets this race on kept-alive connections.
  case thenDropNext(ServerReply)

  /// A complete answer with a text body.
  package static func answer(_ status: Int, _ body: String = "") -> ServerReply {
    .answer(ServerAnswer(status: status, body: body))
  }

  /// The answer that this reply contains; nil when it has none.
  package var content: ServerAnswer? {
    switch self {
    case .answer(let answer), .closing(let answer): answer
    case .chunked(let answer, chunkSize: _), .truncated(let answer, bodyBytes: _): answer
    case .raw, .close, .reset, .hang: nil
    case .delayed(_, let reply), .informational(status: _, let reply): reply.content
    case .thenClose(let reply), .thenDropNext(let reply): reply.content
    }
  }

  /// The same answer cut off in the middle of its body.
  package var halved: ServerReply {
    guard let content else { return self }
    return .truncated(content, bodyBytes: content.body.count / 2)
  }
}

/// The status, the header fields and the body of an answer.
package struct ServerAnswer: Sendable, Equatable {
  package var status: Int
  /// The fields to send. The server adds `Content-Length` or `Transfer-Encoding` when it is
  /// missing.
  package var headers: [ServerRequest.Field]
  package var body: [UInt8]

  package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers.map { ServerRequest.Field(name: $0.0, value: $0.1) }
    self.body = body
  }

  /// Creates an answer with a text body.
  package init(status: Int, headers: [(String, String)] = [], body: String) {
    self.init(status: status, headers: headers, body: Array(body.utf8))
  }

  /// The last value of a field; names compare without regard to case.
  package subscript(name: String) -> String? {
    headers.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Sets a field, or removes it when the value is nil. Earlier fields of the name are dropped.
  package mutating func set(_ name: String, _ value: String?) {
    headers.removeAll { $0.name.lowercased() == name.lowercased() }
    if let value { headers.append(ServerRequest.Field(name: name, value: value)) }
  }
}
