import CLibrary
import Logging

/// Where log lines go. It has no buffer, since a frozen sandbox would keep the lines in it.
public struct LineSink: Sendable {
  /// Writes some bytes and returns how many, or a negative `errno`.
  public typealias Write = @Sendable (UnsafeRawBufferPointer) -> Int

  private let write: Write
  private let framed: Bool

  /// Creates a sink.
  ///
  /// - Parameter framed: puts a telemetry frame's head before each line.
  public init(framed: Bool = false, write: @escaping Write) {
    self.framed = framed
    self.write = write
  }

  /// Creates a sink that writes to a file descriptor: `write`.
  public static func fileDescriptor(_ descriptor: Int32, framed: Bool = false) -> LineSink {
    LineSink(framed: framed) { bytes in
      let count = retryingIfInterrupted {
        CLibrary.write(descriptor, bytes.baseAddress, bytes.count)
      }
      return count >= 0 ? count : -Int(errno)
    }
  }

  /// Writes a whole line, in one call if the system takes it so.
  ///
  /// A line that can't be written is lost, since there is nobody left to tell.
  func put(_ line: LogLine, as format: LogSettings.Format) {
    put(line.bytes(format), line.level, format, line.milliseconds)
  }

  /// Writes a line that is made already; the rest goes into the telemetry frame's head.
  func put(
    _ line: [UInt8], _ level: Logger.Level, _ format: LogSettings.Format, _ milliseconds: Int64
  ) {
    var bytes = line
    if framed {
      bytes.insert(
        contentsOf: TelemetryFrame.head(
          format: format, level: level, milliseconds: milliseconds, size: bytes.count),
        at: 0)
    }
    bytes.withUnsafeBytes { whole in
      var rest = whole[...]
      while !rest.isEmpty {
        let count = write(UnsafeRawBufferPointer(rebasing: rest))
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
