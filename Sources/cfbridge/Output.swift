import CLibrary
import LambdaRuntime

/// Standard output and standard error.
enum Output {
  enum Stream: Int32 {
    case standard = 1
    case error = 2
  }

  /// Whether nobody reads standard output any more, as after `| head`.
  nonisolated(unsafe) private(set) static var isClosed = false

  static func write(_ text: String, to stream: Stream = .standard) {
    write(Array(text.utf8), to: stream)
  }

  /// Writes a line such as `error: …`, `warning: …` or `note: …` to standard error.
  static func note(_ kind: String, _ text: String) {
    let layout = TextLayout(width: width(of: .error))
    write(layout.text(layout.line("\(kind): ", text, indent: 2)), to: .error)
  }

  /// Returns the columns of a line, from `COLUMNS` or from the terminal (`ioctl(2)`). Nil for a
  /// pipe or a file, where lines stay whole so that they can be searched.
  static func width(of stream: Stream) -> Int? {
    if let columns = ProcessEnvironment.current["COLUMNS"].flatMap({ Int($0) }), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all bytes. A closed pipe ends the output, but not the program. `write(2)`.
  static func write(_ bytes: [UInt8], to stream: Stream = .standard) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { bytes in
        retryingIfInterrupted { CLibrary.write(stream.rawValue, bytes.baseAddress, bytes.count) }
      }
      guard written > 0 else {
        if stream == .standard { isClosed = true }
        return
      }
      rest = rest.dropFirst(written)
    }
  }
}
