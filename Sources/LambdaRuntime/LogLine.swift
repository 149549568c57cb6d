import JSON
import Logging

/// One log line as a value, in either format.
struct LogLine: Equatable {
  var milliseconds: Int64
  var level: Logger.Level
  var label: String
  var message: String
  var requestID: String?
  var tenantID: String?
  /// What is the same in many lines, named as Powertools for AWS Lambda names it.
  var origin = LogOrigin()
  /// Further members, in the order in which they are written.
  var fields: [(key: String, value: JSONValue)]

  static func == (left: LogLine, right: LogLine) -> Bool {
    left.bytes(.json) == right.bytes(.json)
  }

  /// Writes the line with its line feed.
  func bytes(_ format: LogSettings.Format) -> [UInt8] {
    switch format {
    case .json: json
    case .text: text + [UInt8(ascii: "\n")]
    }
  }

  private static let ownKeys: Set = [
    "timestamp", "level", "message", "requestId", "tenantId", "logger", "service",
    "function_version", "cold_start", "xray_trace_id",
  ]

  /// One JSON object; a field that is called like one of our own gets `metadata.` in front.
  private var json: [UInt8] {
    var line = JSONObjectWriter()
    line.add("timestamp", Timestamp.text(milliseconds))
    line.add("level", level.lambdaName)
    line.add("message", message)
    line.add("requestId", requestID)
    line.add("tenantId", tenantID)
    for (key, value) in origin.members { line.add(key, value) }
    line.add("logger", label)
    for (key, value) in fields {
      line.add(LogLine.ownKeys.contains(key) ? "metadata." + key : key, value)
    }
    return line.line()
  }

  /// Time, request id, level and message between tabs, then the fields as `key=value`.
  ///
  /// An error's message is the line's own and is not written twice. Control characters are escaped
  /// as in JSON, since keys and names from outside could otherwise feign fields and lines or move
  /// the cursor. Only line breaks of the message become carriage returns, at which CloudWatch Logs
  /// shows a new line without making it another event.
  private var text: [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(512)
    line += Timestamp.text(milliseconds).utf8
    line.append(UInt8(ascii: "\t"))
    LogLine.append(requestID ?? "-", to: &line)
    line.append(UInt8(ascii: "\t"))
    line += level.lambdaName.utf8
    line.append(UInt8(ascii: "\t"))
    LogLine.append(message, to: &line, keepsLineBreaks: true)
    if let tenantID { LogLine.append("tenantId", tenantID, to: &line) }
    for (key, value) in fields where key != "errorMessage" || value.stringValue != message {
      if case .integer(let number) = value {
        LogLine.append(key, number.description, to: &line)
      } else {
        LogLine.append(
          key, value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self), to: &line)
      }
    }
    return line
  }

  private static func append(_ key: String, _ value: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: " "))
    append(key, to: &line)
    line.append(UInt8(ascii: "="))
    append(value, to: &line)
  }

  private static func append(
    _ text: String, to line: inout [UInt8], keepsLineBreaks: Bool = false
  ) {
    // Nearly all text is clean. The last two bytes begin the other control characters in UTF-8.
    var text = text
    let isClean = text.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 {
        return false
      }
      line.append(contentsOf: bytes)
      return true
    }
    if !isClean { line += escaped(text, keepsLineBreaks: keepsLineBreaks).utf8 }
  }

  private static func escaped(_ text: String, keepsLineBreaks: Bool) -> String {
    var line = ""
    for character in text {
      if keepsLineBreaks, character == "\n" || character == "\r\n" {
        line += "\r"
        continue
      }
      for scalar in character.unicodeScalars {
        switch scalar {
        case "\t": line += "\\t"
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
          let digits = String(scalar.value, radix: 16)
          line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: line.unicodeScalars.append(scalar)
        }
      }
    }
    return line
  }
}

extension Logger.MetadataValue {
  /// The value as JSON: numbers and truth values stay what they are, the rest is text.
  var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    // Nearly all are of this type, and to compare types costs less than a cast that fails.
    case .stringConvertible(let value) where type(of: value) == Int.self:
      .integer(Int64(value as? Int ?? 0))
    case .stringConvertible(let value as Int64): .integer(value)
    case .stringConvertible(let value as Double): .double(value)
    case .stringConvertible(let value as Bool): .bool(value)
    case .stringConvertible(let value): .string(value.description)
    case .array(let values): .array(values.map(\.json))
    case .dictionary(let members): .object(members.jsonMembers)
    }
  }
}

extension Logger.Metadata {
  /// The entries as members of an object, in the order of their keys.
  var jsonMembers: [(key: String, value: JSONValue)] {
    sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
  }
}
