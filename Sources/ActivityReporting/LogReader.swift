import Encoding
import JSON

/// Reads the function's log lines in each of the shapes in which CloudWatch Logs gives them away:
///
/// - as the function wrote them, one JSON object a line;
/// - after a time, and perhaps the name of the log stream, as an export to S3 and `aws logs tail`
///   have them;
/// - as the messages of `aws logs filter-log-events` or of a subscription, in one document;
/// - as objects spread over several lines, as `aws logs tail --format json` does.
///
/// It skips and counts whatever else there is.
package struct LogReader: Sendable {
  /// The most bytes of an object over several lines.
  package static let maxDocument = 256 << 20

  /// How many lines, or messages of a document, were read.
  package private(set) var lines = 0
  /// How many of them are nothing that the function or Lambda writes as JSON.
  package private(set) var skipped = 0

  private var document: [UInt8] = []
  private var documentTime: Int64?

  /// Creates a reader.
  package init() {}

  /// Reads a line without its line feed.
  package mutating func read(_ line: some Collection<UInt8>) -> [LogRecord] {
    var line = ArraySlice(line)
    while let last = line.last, LogReader.isSpace(last) { line.removeLast() }
    guard document.isEmpty else { return goOn(line) }
    guard !line.isEmpty else { return [] }
    let head = line.prefix { $0 != LogReader.brace }
    let time = LogReader.time(in: head)
    let rest = line.dropFirst(head.count)
    // A list is a document only when nothing else stands on its first line.
    let isList = line.elementsEqual([UInt8(ascii: "[")])
    if rest.elementsEqual([LogReader.brace]) || isList {
      document = Array(isList ? line : rest)
      documentTime = time
      return []
    }
    lines += 1
    return read(json: Array(rest), at: time)
  }

  /// Reads a message of CloudWatch Logs, and the time it has there.
  package mutating func read(message: String, at time: Int64?) -> [LogRecord] {
    lines += 1
    return read(json: Array(message.utf8.drop(while: LogReader.isSpace)), at: time)
  }

  /// Reads an object that has no end yet, at the end of the input.
  package mutating func finish() -> [LogRecord] {
    guard !document.isEmpty else { return [] }
    let whole = document
    document = []
    lines += 1
    return read(json: whole, at: documentTime)
  }

  /// Adds a line to an object over several lines, and reads it at its end: a closing brace in the
  /// first column.
  private mutating func goOn(_ line: ArraySlice<UInt8>) -> [LogRecord] {
    document.append(0x0A)
    document += line
    let isEnd = line.count == 1 && (line.first == 0x7D || line.first == 0x5D)
    guard isEnd || document.count > LogReader.maxDocument else { return [] }
    let whole = document
    document = []
    lines += 1
    return read(json: whole, at: documentTime)
  }

  private mutating func read(json: [UInt8], at time: Int64?) -> [LogRecord] {
    let limits = JSONLimits(maxBytes: LogReader.maxDocument)
    guard !json.isEmpty, let value = try? JSONValue.parse(json, limits: limits) else {
      skipped += 1
      return []
    }
    return unwrap(value, at: time)
  }

  /// Finds the function's own lines in a value.
  private mutating func unwrap(_ value: JSONValue, at time: Int64?) -> [LogRecord] {
    let events = value.arrayValue ?? value["events"]?.arrayValue ?? value["logEvents"]?.arrayValue
    if let events {
      // The document itself is no line.
      lines -= 1
      return events.flatMap { event -> [LogRecord] in
        lines += 1
        return unwrap(event, at: nil)
      }
    }
    let own =
      value["timestamp"]?.wholeNumber ?? (value["timestamp"] ?? value["time"])?.stringValue
      .flatMap { CivilTime(iso8601: $0)?.millisecondsSinceEpoch } ?? time
    if let message = value["message"]?.stringValue,
      message.utf8.first(where: { !LogReader.isSpace($0) }) == LogReader.brace,
      let inner = try? JSONValue.parse(Array(message.utf8))
    {
      return [LogRecord(milliseconds: LogReader.time(of: inner) ?? own, members: inner)]
    }
    // Lambda's own lines have a type and a record, those of the function a message.
    let isKnown =
      value["message"]?.stringValue != nil && value["level"] != nil || value["type"] != nil
      || value["_aws"] != nil
    guard isKnown else {
      skipped += 1
      return []
    }
    return [LogRecord(milliseconds: own, members: value)]
  }

  private static let brace = UInt8(ascii: "{")

  private static func time(of value: JSONValue) -> Int64? {
    (value["timestamp"] ?? value["time"])?.stringValue
      .flatMap { CivilTime(iso8601: $0)?.millisecondsSinceEpoch }
  }

  /// The time at the beginning of what stands before an object.
  private static func time(in head: ArraySlice<UInt8>) -> Int64? {
    guard head.first.map({ (0x30...0x39).contains($0) }) ?? false else { return nil }
    let text = String(decoding: head.prefix { !isSpace($0) }, as: UTF8.self)
    return CivilTime(iso8601: text)?.millisecondsSinceEpoch ?? CivilTime.milliseconds(of: text)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}
