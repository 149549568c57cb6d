import JSON
public import Logging

/// Why an invocation, or the init phase, failed: what the caller of the function gets to see.
public struct FunctionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The largest message, in bytes; more is cut off.
  public static let maximumMessageSize = 32 * 1024

  /// The stable name.
  public let type: ErrorType
  /// What happened, to which thing, and what to do about it.
  public let message: String

  /// Creates an error; a message over 32 KiB is cut at a character's boundary.
  public init(_ type: ErrorType, _ message: String) {
    self.type = type
    self.message = FunctionError.cut(message)
  }

  /// Type and message.
  public var description: String { "\(type): \(message)" }

  /// The body of `/error` and `/init/error`. Lambda's own runtimes send a stack trace; there is
  /// none to send here.
  var json: [UInt8] {
    let body: JSONValue = [
      "errorMessage": .string(message),
      "errorType": .string(type.rawValue),
      "stackTrace": [],
    ]
    return body.encoded()
  }

  /// The error as X-Ray wants it, one line of ASCII; nil when it is over the 64 KiB at which
  /// Lambda's side would cut it in two.
  func xrayCause(workingDirectory: String) -> String? {
    let cause: JSONValue = [
      "working_directory": .string(workingDirectory),
      "exceptions": [
        ["type": .string(type.rawValue), "message": .string(message), "stack": []]
      ],
      "paths": [],
    ]
    let text = cause.asciiEncoded()
    return text.count <= 64 * 1024 ? String(decoding: text, as: UTF8.self) : nil
  }

  private static func cut(_ message: String) -> String {
    guard message.utf8.count > maximumMessageSize else { return message }
    var bytes = Array(message.utf8.prefix(maximumMessageSize + 1))
    // Back to the first byte of the scalar that does not fit any more.
    while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension FunctionError {
  /// The error as fields of a log line, named as Lambda's own runtimes name them.
  public var metadata: Logger.Metadata {
    [
      "errorType": .string(type.rawValue),
      "errorMessage": .string(message),
      "stackTrace": .array([]),
    ]
  }
}
