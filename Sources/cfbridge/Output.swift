import CLibrary
import LambdaRuntime

/// The two streams a person or a pipe reads.
enum Output {
  enum Stream: Int32 {
    case standard = 1
    case error = 2
  }

  static func write(_ text: String, to stream: Stream = .standard) {
    write(Array(text.utf8), to: stream)
  }

  /// Says something on standard error: `error: …`, `warning: …` or `note: …`.
  static func note(_ kind: String, _ text: String) {
    let layout = TextLayout(width: width(of: .error))
    write(layout.text(layout.line("\(kind): ", text, indent: 2)), to: .error)
  }

  /// How many columns a line has: `COLUMNS`, or what the terminal says (`ioctl(2)`). Nil in a pipe
  /// or a file, where a line stays whole so that it can be searched.
  static func width(of stream: Stream) -> Int? {
    if let columns = ProcessEnvironment.current["COLUMNS"].flatMap({ Int($0) }), columns > 0 {
      return columns
    }
    var size = winsize()
    guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
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
