#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The two streams a person or a pipe reads.
enum Output {
  enum Stream: Int32 {
    case standard = 1
    case error = 2
  }

  static func write(_ text: String, to stream: Stream = .standard) {
    write(Array(text.utf8), to: stream)
  }

  /// Writes all bytes: `write(2)`. A closed pipe ends the output, not the program.
  static func write(_ bytes: [UInt8], to stream: Stream = .standard) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes {
        Glibc.write(stream.rawValue, $0.baseAddress, $0.count)
      }
      guard written > 0 else {
        if written == -1 && errno == EINTR { continue }
        return
      }
      rest = rest.dropFirst(written)
    }
  }
}
