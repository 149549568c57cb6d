import JSON

/// Why an invocation, or the init phase, failed: what the caller of the function gets to see.
public struct FunctionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The largest message, in bytes; more is cut off.
  public static let maximumMessageSize = 32 * 1024

  /// The stable name.
  public let type: ErrorType
  /// What happened, to which thing, and what to do about it.
  public let message: String
  /// Where it happened, outermost last; usually empty.
  public let stackTrace: [String]

  /// Creates an error; a message over 32 KiB is cut at a character's boundary.
  public init(_ type: ErrorType, _ message: String, stackTrace: [String] = []) {
    self.type = type
    self.message = FunctionError.cut(message)
    self.stackTrace = stackTrace
  }

  /// Type and message.
  public var description: String { "\(type): \(message)" }

  /// The body of `/error` and `/init/error`.
  var json: [UInt8] {
    JSONValue.object([
      (key: "errorMessage", value: .string(message)),
      (key: "errorType", value: .string(type.rawValue)),
      (key: "stackTrace", value: .array(stackTrace.map(JSONValue.string))),
    ]).encoded()
  }

  /// The error as X-Ray wants it, one line of ASCII; nil when it is over the 64 KiB at which
  /// Lambda's side would cut it in two.
  func xrayCause(workingDirectory: String) -> String? {
    let stack = stackTrace.map { JSONValue.object([(key: "label", value: .string($0))]) }
    let cause = JSONValue.object([
      (key: "working_directory", value: .string(workingDirectory)),
      (
        key: "exceptions",
        value: .array([
          .object([
            (key: "type", value: .string(type.rawValue)),
            (key: "message", value: .string(message)),
            (key: "stack", value: .array(stack)),
          ])
        ])
      ),
      (key: "paths", value: .array([])),
    ]).asciiEncoded()
    return cause.count <= 64 * 1024 ? String(decoding: cause, as: UTF8.self) : nil
  }

  private static func cut(_ message: String) -> String {
    guard message.utf8.count > maximumMessageSize else { return message }
    var bytes = Array(message.utf8.prefix(maximumMessageSize + 1))
    // Back to the first byte of the scalar that does not fit any more.
    while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    return String(decoding: bytes, as: UTF8.self)
  }
}
