import CLibrary

/// A file that a command writes.
struct OutputFile {
  let name: String

  /// Writes the whole file, instead of one that is there. `open`, `write`.
  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    let descriptor = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { bytes in
        retryingIfInterrupted { CLibrary.write(descriptor, bytes.baseAddress, bytes.count) }
      }
      guard written > 0 else { throw failure() }
      rest = rest.dropFirst(written)
    }
  }

  private func failure() -> CommandFailure {
    CommandFailure(.failed, "\(name) can't be written: \(String(cString: strerror(errno)))")
  }
}
