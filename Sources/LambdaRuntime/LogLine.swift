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
  /// Further members, in the order in which they are written.
  var fields: [(key: String, value: JSONValue)]

  static func == (left: LogLine, right: LogLine) -> Bool {
    left.bytes(.json) == right.bytes(.json)
  }

  /// Writes the line with its line feed.
  func bytes(_ format: LogSettings.Format) -> [UInt8] {
    switch format {
    case .json: json + [UInt8(ascii: "\n")]
    case .text: text + [UInt8(ascii: "\n")]
    }
  }

  private static let ownKeys: Set = [
    "timestamp", "level", "message", "requestId", "tenantId", "logger",
  ]

  /// One JSON object; a field that is called like one of our own gets `metadata.` in front.
  private var json: [UInt8] {
    var members: [(key: String, value: JSONValue)] = [
      (key: "timestamp", value: .string(Timestamp.text(milliseconds))),
      (key: "level", value: .string(level.lambdaName)),
      (key: "message", value: .string(message)),
    ]
    if let requestID { members.append((key: "requestId", value: .string(requestID))) }
    if let tenantID { members.append((key: "tenantId", value: .string(tenantID))) }
    members.append((key: "logger", value: .string(label)))
    for (key, value) in fields {
      members.append((key: LogLine.ownKeys.contains(key) ? "metadata." + key : key, value: value))
    }
    return JSONValue.object(members).encoded()
  }

  /// Time, request id, level and message between tabs, then the fields as `key=value`.
  ///
  /// An error's message is the line's own and is not written twice. Line breaks become carriage returns: CloudWatch Logs makes each line an event of its own.
  private var text: [UInt8] {
    var line =
      "\(Timestamp.text(milliseconds))\t\(requestID ?? "-")\t\(level.lambdaName)\t\(message)"
    if let tenantID { line += " tenantId=\(tenantID)" }
    for (key, value) in fields where key != "errorMessage" || value.stringValue != message {
      let text = value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self)
      line += " \(key)=\(text)"
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.utf8.count)
    for byte in line.utf8 {
      if byte != UInt8(ascii: "\n") {
        bytes.append(byte)
      } else if bytes.last != UInt8(ascii: "\r") {
        bytes.append(UInt8(ascii: "\r"))
      }
    }
    return bytes
  }
}
