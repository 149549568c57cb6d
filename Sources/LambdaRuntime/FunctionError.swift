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
  /// What would help, in a word, for the log line; nil where nobody says.
  public let cure: String?

  /// Creates an error; a message over 32 KiB is cut at a character's boundary.
  public init(_ type: ErrorType, _ message: String, cure: String? = nil) {
    self.type = type
    self.cure = cure
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

  /// The largest X-Ray cause, in bytes; Lambda's side crops what is larger.
  static let maximumCauseSize = 64 * 1024

  /// Writes the error as X-Ray wants it, one line of ASCII. The end of a message that makes it
  /// larger than 64 KiB is left out; nil when the rest alone is larger.
  func xrayCause(workingDirectory: String) -> String? {
    func cause(_ message: String) -> [UInt8] {
      let cause: JSONValue = [
        "working_directory": .string(workingDirectory),
        "exceptions": [
          ["type": .string(type.rawValue), "message": .string(message), "stack": []]
        ],
        "paths": [],
      ]
      return cause.asciiEncoded()
    }
    let whole = cause(message)
    guard whole.count > FunctionError.maximumCauseSize else {
      return String(decoding: whole, as: UTF8.self)
    }
    var room = FunctionError.maximumCauseSize - cause("").count
    guard room >= 0 else { return nil }
    var cropped = String.UnicodeScalarView()
    for scalar in message.unicodeScalars {
      // Without the quotation marks.
      room -= JSONValue.string(String(scalar)).asciiEncoded().count - 2
      guard room >= 0 else { break }
      cropped.append(scalar)
    }
    return String(decoding: cause(String(cropped)), as: UTF8.self)
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
    var metadata: Logger.Metadata = [
      "errorType": .string(type.rawValue),
      "errorMessage": .string(message),
      "stackTrace": .array([]),
    ]
    if let cure { metadata["cure"] = .string(cure) }
    return metadata
  }
}
