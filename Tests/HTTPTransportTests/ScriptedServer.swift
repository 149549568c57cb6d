import CLibrary

/// A server on loopback that plays given bytes, one connection after another.
///
/// It knows nothing of what the client should do: it reads, answers from its script and remembers
/// what came. Only its own thread touches `requests` until `finish` has joined it.
final class ScriptedServer: @unchecked Sendable {
  enum Step: Sendable {
    /// Reads one request, head and body.
    case read
    /// Sends these bytes as they are.
    case send(String)
    /// Sends this many bytes of `x`.
    case fill(Int)
    /// Waits until the client closes.
    case hold
    /// Closes with RST instead of FIN.
    case reset
  }

  struct SetupError: Error {
    let call: String
    let number: Int32
  }

  let port: UInt16
  private let listener: Int32
  private let script: [[Step]]
  private var requests: [[String]] = []
  private var thread = pthread_t()

  /// Listens and starts playing; each element is one connection, closed at its end.
  init(_ script: [[Step]]) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 16) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard bound else { throw SetupError(call: "bind", number: errno) }
    port = UInt16(bigEndian: address.sin_port)
    let context = Unmanaged.passRetained(self).toOpaque()
    let started = pthread_create(
      &thread, nil,
      { context in
        if let context {
          Unmanaged<ScriptedServer>.fromOpaque(context).takeRetainedValue().play()
        }
        return nil
      }, context)
    guard started == 0 else { throw SetupError(call: "pthread_create", number: started) }
  }

  /// Where a client finds the server.
  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Stops the server and returns the requests of each connection that was made.
  func finish() -> [[String]] {
    shutdown(listener, Int32(SHUT_RDWR))
    pthread_join(thread, nil)
    close(listener)
    return requests
  }

  private func play() {
    for steps in script {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      // A client that never comes back must not hold up the tests for ever.
      var limit = timeval(tv_sec: 20, tv_usec: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      requests.append([])
      for step in steps { play(step, on: connection) }
      close(connection)
    }
  }

  private func play(_ step: Step, on connection: Int32) {
    switch step {
    case .read:
      if let request = readRequest(connection) { requests[requests.count - 1].append(request) }
    case .send(let text):
      send(Array(text.utf8), on: connection)
    case .fill(let count):
      send(Array(repeating: UInt8(ascii: "x"), count: count), on: connection)
    case .hold:
      while !readSome(connection).isEmpty {}
    case .reset:
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
  }

  private func send(_ bytes: [UInt8], on connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        CLibrary.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func readSome(_ connection: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(connection, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  private func readRequest(_ connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var wanted: Int?
    while wanted.map({ bytes.count < $0 }) ?? true {
      let piece = readSome(connection)
      if piece.isEmpty { return nil }
      bytes += piece
      if wanted == nil { wanted = ScriptedServer.length(of: bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The length of head and body, once the head is complete.
  private static func length(of bytes: [UInt8]) -> Int? {
    let end = Array("\r\n\r\n".utf8)
    guard
      let start = bytes.indices.first(where: { bytes[$0...].starts(with: end) })
    else { return nil }
    let head = String(decoding: bytes[..<start], as: UTF8.self)
    let field = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
    let body = field.flatMap { Int($0.dropFirst("Content-Length: ".count)) } ?? 0
    return start + end.count + body
  }
}
