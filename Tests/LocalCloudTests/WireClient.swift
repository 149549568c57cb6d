import CLibrary

@testable import LocalCloud

/// A client that sends exact bytes and reads exact bytes, one connection each.
final class WireClient {
  /// A parsed answer.
  struct Answer: Equatable {
    var status: Int
    var head: String
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a header field, spelled as sent.
    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n") where line.hasPrefix(name + ": ") {
        return String(line.dropFirst(name.count + 2))
      }
      return nil
    }
  }

  private let socket: Socket
  private var buffer: [UInt8] = []
  /// Whether the last read ended in a reset rather than an orderly end.
  private(set) var wasReset = false

  init(port: UInt16) throws(LocalCloudError) {
    let descriptor = CLibrary.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Socket.loopback(port: port)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    socket = Socket(descriptor: descriptor)
    guard result == 0 else { throw .socket(call: "connect", errno: errno) }
  }

  deinit {
    socket.close()
  }

  /// Sends bytes as they are.
  func send(_ text: String) {
    socket.write(Array(text.utf8))
  }

  /// Sends a request with the fields given, `Host`, and the length of the body.
  func send(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) {
    var text = "\(method) \(target) HTTP/1.1\r\n"
    if !headers.contains(where: { $0.0.lowercased() == "host" }) { text += "Host: test\r\n" }
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if method != "GET" { text += "Content-Length: \(body.count)\r\n" }
    socket.write(Array((text + "\r\n").utf8) + body)
  }

  /// Sends a request and reads its answer.
  func exchange(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) -> Answer? {
    send(method, target, headers: headers, body: body)
    return read()
  }

  /// Reads one answer by its `Content-Length`; nil when the connection ends before it is whole.
  func read() -> Answer? {
    while true {
      if let answer = parse() { return answer }
      guard fill() else { return nil }
    }
  }

  /// Reads until the connection ends and returns all bytes.
  func readToEnd() -> [UInt8] {
    while fill() {}
    return buffer
  }

  /// Hangs up.
  func hangUp() {
    socket.shutDown()
  }

  private func fill() -> Bool {
    errno = 0
    let bytes = socket.read(limit: 65_536)
    wasReset = bytes.isEmpty && errno == ECONNRESET
    buffer += bytes
    return !bytes.isEmpty
  }

  private func parse() -> Answer? {
    let end = Array("\r\n\r\n".utf8)
    guard
      let start = (0...max(buffer.count - 4, 0)).first(where: { buffer[$0...].starts(with: end) })
    else { return nil }
    let head = String(decoding: buffer[..<start], as: UTF8.self)
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    var answer = Answer(status: status, head: head, body: [])
    let length = answer.header("Content-Length").flatMap { Int($0) } ?? 0
    guard buffer.count >= start + 4 + length else { return nil }
    answer.body = Array(buffer[(start + 4)..<(start + 4 + length)])
    buffer.removeFirst(start + 4 + length)
    return answer
  }
}
