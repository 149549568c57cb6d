import CLibrary

/// A file named on the command line; `-` is standard input.
struct InputFile {
  let name: String

  struct Unreadable: Error, CustomStringConvertible {
    var description: String
  }

  /// Reads the whole file. `open`, `read`.
  func read() throws(Unreadable) -> [UInt8] {
    let descriptor = name == "-" ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = retryingIfInterrupted { CLibrary.read(descriptor, &buffer, buffer.count) }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
  }

  /// Reads the file line by line; the last one needs no line feed. `open`, `read`.
  func eachLine(_ take: (ArraySlice<UInt8>) -> Void) throws(Unreadable) {
    let descriptor = name == "-" ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var rest: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = retryingIfInterrupted { CLibrary.read(descriptor, &buffer, buffer.count) }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      var bytes = buffer[..<count]
      while let end = bytes.firstIndex(of: 0x0A) {
        let line = bytes[..<end]
        if rest.isEmpty {
          take(line)
        } else {
          take(rest[...] + line)
          rest = []
        }
        bytes = bytes[(end + 1)...]
      }
      rest += bytes
    }
    if !rest.isEmpty { take(rest[...]) }
  }

  private func failure() -> Unreadable {
    Unreadable(description: "\(name) can't be read: \(String(cString: strerror(errno)))")
  }
}
