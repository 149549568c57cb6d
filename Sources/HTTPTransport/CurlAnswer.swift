/// The part of one answer that libcurl's callbacks have received.
///
/// libcurl has an unretained pointer to it during a transfer. Because a callback can't throw, it
/// stores here why it stops, and tells libcurl to abort.
package final class CurlAnswer {
  package private(set) var headers = HTTPHeaders()
  private(set) var body: [UInt8] = []
  /// Whether the empty line after the headers arrived; libcurl takes an answer that ends before it
  /// for a complete one.
  private(set) var headIsComplete = false
  /// Which limit the answer broke, if any.
  private(set) var excess: String?

  private let maximumBodySize: Int
  private var headerSize = 0
  private var headerCount = 0
  /// Room for Lambda's own fields, the client context included, and far more.
  private static let maximumHeaderSize = 256 * 1024
  /// AWS sends about ten lines; each costs far more memory than its bytes.
  private static let maximumHeaderCount = 1_000

  package init(maximumBodySize: Int) {
    self.maximumBodySize = maximumBodySize
  }

  /// Takes one header line; returns false to end the transfer.
  package func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
    headerSize += line.count
    guard headerSize <= CurlAnswer.maximumHeaderSize else {
      excess = "the headers are larger than \(CurlAnswer.maximumHeaderSize) bytes"
      return false
    }
    headerCount += 1
    guard headerCount <= CurlAnswer.maximumHeaderCount else {
      excess = "there are more than \(CurlAnswer.maximumHeaderCount) header lines"
      return false
    }
    if line.starts(with: "HTTP/".utf8) {
      // A new answer begins: the one before was interim, such as 100 Continue.
      headers.removeAll()
      body.removeAll(keepingCapacity: true)
      headIsComplete = false
      return true
    }
    if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
      headIsComplete = true
      makeRoom()
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let name = CurlAnswer.trimmed(line[..<colon])
    guard !name.isEmpty else { return true }
    headers.add(
      String(decoding: name, as: UTF8.self),
      String(decoding: CurlAnswer.trimmed(line[(colon + 1)...]), as: UTF8.self))
    return true
  }

  /// Makes room for the body that the headers announce, which would otherwise grow step by step.
  private func makeRoom() {
    let announced = headers["Content-Length"].flatMap { Int($0) } ?? 0
    if announced > 0, announced <= maximumBodySize { body.reserveCapacity(announced) }
  }

  /// Takes a piece of the body; returns false to end the transfer.
  func receive(body piece: UnsafeRawBufferPointer) -> Bool {
    guard piece.count <= maximumBodySize - body.count else {
      excess = "the body is larger than \(maximumBodySize) bytes"
      return false
    }
    body.append(contentsOf: piece)
    return true
  }

  /// Optional white space and the line's end belong to neither name nor value.
  private static func trimmed(
    _ bytes: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return bytes[bytes.startIndex..<bytes.startIndex] }
    return bytes[first...last]
  }
}
