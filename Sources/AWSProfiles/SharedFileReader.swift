import CLibrary

/// Reads the files that credentials are in.
package enum SharedFileReader {
  /// The most bytes of a file; the largest there are have some hundred kilobytes.
  private static let maximumSize = 8 << 20

  /// Returns a file's bytes; nil when there is no such file. `open`, `read`.
  package static func read(_ path: String) throws(AccountError) -> [UInt8]? {
    let descriptor = retryingIfInterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw problem(path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = retryingIfInterrupted { CLibrary.read(descriptor, &piece, piece.count) }
      guard count >= 0 else { throw problem(path) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= maximumSize else {
        throw .badFile(path: path, line: nil, problem: "it is larger than \(maximumSize) bytes")
      }
    }
  }

  private static func problem(_ path: String) -> AccountError {
    .badFile(path: path, line: nil, problem: String(cString: strerror(errno)))
  }
}
