import JSON

/// Where a log line comes from: what a person filters the lines of many functions by.
///
/// Only JSON lines show it, under the names that Powertools for AWS Lambda uses. In a text line it
/// would stand in front of the facts.
///
/// https://docs.aws.amazon.com/powertools/python/latest/core/logger/#standard-structured-keys
struct LogOrigin: Sendable, Equatable {
  /// The name that several functions may share.
  var service: String?
  /// The function's version, such as `$LATEST`.
  var functionVersion: String?
  /// Whether this is the first invocation of an execution environment that Lambda started for it;
  /// nil outside an invocation.
  var isColdStart: Bool?
  /// The trace's id, such as `1-5759e988-bd862e3fe1be46a994272793`.
  var traceID: String?

  /// The members of a log line, in the order in which they are written.
  var members: [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = []
    if let service { members.append(("service", .string(service))) }
    if let functionVersion { members.append(("function_version", .string(functionVersion))) }
    if let isColdStart { members.append(("cold_start", .bool(isColdStart))) }
    if let traceID { members.append(("xray_trace_id", .string(traceID))) }
    return members
  }

  /// Takes the trace's id out of a header such as `Root=1-5759e988-…;Parent=…;Sampled=1`.
  static func traceID(in header: String) -> String? {
    // Bytes, since taking a text apart by characters takes ten times as long.
    for part in header.utf8.split(separator: UInt8(ascii: ";"))
    where part.starts(with: "Root=".utf8) {
      return String(Substring(part.dropFirst(5)))
    }
    return nil
  }
}
