import CLibrary

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
      let written = rest.withUnsafeBytes { bytes in
        retryingIfInterrupted { CLibrary.write(stream.rawValue, bytes.baseAddress, bytes.count) }
      }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
