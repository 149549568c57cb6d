/// Reads the requests of one connection: request line, header fields, and a body with a length or
/// in chunks.
struct RequestReader {
  /// Why there is no request.
  enum Failure: Error, Equatable {
    /// The peer closed or broke the connection.
    case ended
    /// The bytes are not a request that this server understands, for this reason.
    case malformed(String)
  }

  private static let largestHead = 2 << 20
  private static let largestBody = 64 << 20

  private let socket: Socket
  private let connection: Int
  private var sequence = 0
  private var buffer: [UInt8] = []
  private var start = 0

  init(socket: Socket, connection: Int) {
    self.socket = socket
    self.connection = connection
  }

  /// Blocks until it has read a whole request.
  mutating func next() throws(Failure) -> ServerRequest {
    var head: [UInt8] = []
    // Otherwise the server would wait for a client that speaks TLS until that gives up.
    guard try startsLikeARequest() else { throw .malformed("no request line") }
    while true {
      let line = try line()
      head += line + [13, 10]
      if line.isEmpty && head.count > 2 { break }
      if line.isEmpty { head = [] }  // an empty line before the request line is allowed
      guard head.count <= RequestReader.largestHead else { throw .malformed("head too large") }
    }
    sequence += 1
    var request = try parse(head: head)
    if request["Expect"]?.lowercased() == "100-continue" {
      socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    request.body = try body(of: request)
    return request
  }

  /// Whether the next byte is a method's first letter or an empty line.
  private mutating func startsLikeARequest() throws(Failure) -> Bool {
    if start == buffer.count { try fill() }
    return [13, 10].contains(buffer[start])
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(buffer[start])
  }

  private func parse(head: [UInt8]) throws(Failure) -> ServerRequest {
    let lines = head.split(separator: 10, omittingEmptySubsequences: true)
      .map { $0.last == 13 ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
    let words = (lines.first ?? []).split(separator: 32, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, words[2].hasPrefix("HTTP/1."), !words[0].isEmpty,
      words[1].hasPrefix("/")
    else { throw .malformed("bad request line") }
    var fields: [ServerRequest.Field] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy({ $0 > 32 && $0 < 127 })
      else { throw .malformed("bad header line") }
      let value = line[line.index(after: colon)...]
        .drop { $0 == 32 || $0 == 9 }.reversed().drop { $0 == 32 || $0 == 9 }.reversed()
      fields.append(
        ServerRequest.Field(
          name: String(decoding: line[..<colon], as: UTF8.self),
          value: String(decoding: value, as: UTF8.self)))
    }
    return ServerRequest(
      method: words[0], target: words[1], headers: fields, body: [], connection: connection,
      sequence: sequence, head: head)
  }

  private mutating func body(of request: ServerRequest) throws(Failure) -> [UInt8] {
    let lengths = request.values(of: "Content-Length")
    let transfers = request.values(of: "Transfer-Encoding")
    guard lengths.count <= 1, lengths.isEmpty || transfers.isEmpty else {
      throw .malformed("two body lengths")
    }
    if let transfer = transfers.first {
      guard transfers.count == 1, transfer.lowercased() == "chunked" else {
        throw .malformed("unknown transfer encoding")
      }
      return try chunks()
    }
    guard let length = lengths.first else { return [] }
    guard let count = Int(length), count >= 0, count <= RequestReader.largestBody else {
      throw .malformed("bad Content-Length")
    }
    return try take(count)
  }

  private mutating func chunks() throws(Failure) -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let size = String(decoding: try line().prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
      guard let count = Int(size, radix: 16), count >= 0,
        body.count + count <= RequestReader.largestBody
      else { throw .malformed("bad chunk") }
      if count == 0 { break }
      body += try take(count)
      guard try line().isEmpty else { throw .malformed("bad chunk end") }
    }
    while try !line().isEmpty {}  // trailers
    return body
  }

  private mutating func line() throws(Failure) -> [UInt8] {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 10) {
        let line = buffer[start..<end]
        start = end + 1
        return Array(line.last == 13 ? line.dropLast() : line)
      }
      searched = buffer.count
      guard buffer.count - start <= RequestReader.largestHead else {
        throw .malformed("line too long")
      }
      let moved = start
      try fill()
      searched -= moved
    }
  }

  private mutating func take(_ count: Int) throws(Failure) -> [UInt8] {
    while buffer.count - start < count { try fill() }
    defer { start += count }
    return Array(buffer[start..<start + count])
  }

  private mutating func fill() throws(Failure) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    let bytes = socket.read(limit: 262_144)
    guard !bytes.isEmpty else { throw .ended }
    buffer += bytes
  }
}
