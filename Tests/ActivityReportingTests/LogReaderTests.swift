import JSON
import Testing

@testable import ActivityReporting

@Suite("Log lines")
struct LogReaderTests {
  private static let line =
    #"{"timestamp":"2026-11-25T10:00:00.123Z","level":"INFO","message":"Invalidated","#
    + #""distribution":"E1"}"#
  private static let time: Int64 = 1_795_600_800_123

  /// Reads lines, and returns the records with the number of skipped lines.
  private func read(_ lines: [String]) -> (records: [LogRecord], reader: LogReader) {
    var reader = LogReader()
    var records = lines.flatMap { reader.read(Array($0.utf8)) }
    records += reader.finish()
    return (records, reader)
  }

  @Test(
    "are read in every shape that CloudWatch Logs gives them",
    arguments: [
      [line],
      [line + "\r"],
      ["2026-11-25T10:00:00.500Z " + line],
      ["2026-11-25T10:00:00.500000+00:00 2026/11/25/[$LATEST]0123abcd " + line],
      ["2026-11-25T10:00:00 " + line],
      [
        "2026-11-25T10:00:00.500000+00:00 2026/11/25/[$LATEST]0123abcd {",
        #"    "timestamp": "2026-11-25T10:00:00.123Z","#, #"    "level": "INFO","#,
        #"    "message": "Invalidated","#, #"    "distribution": "E1""#, "}",
      ],
      [
        "{", #"    "events": ["#, "        {", #"            "timestamp": 1795600800500,"#,
        #"            "message": "{\"timestamp\":\"2026-11-25T10:00:00.123Z\",\"level\":\"INFO\","#
          + #"\"message\":\"Invalidated\",\"distribution\":\"E1\"}\n""#,
        "        }", "    ],", #"    "searchedLogStreams": []"#, "}",
      ],
      [
        #"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1795600800500,"#
          + #""message":"{\"timestamp\":\"2026-11-25T10:00:00.123Z\",\"level\":\"INFO\","#
          + #"\"message\":\"Invalidated\",\"distribution\":\"E1\"}"}]}"#
      ],
    ])
  func shapes(_ lines: [String]) {
    let (records, reader) = read(lines)
    #expect(records.map(\.milliseconds) == [LogReaderTests.time])
    #expect(records.first?.text("message") == "Invalidated")
    #expect(records.first?.text("distribution") == "E1")
    #expect(reader.lines == 1)
    #expect(reader.skipped == 0)
  }

  @Test("have the time of their delivery when they have none of their own")
  func deliveryTime() {
    let (records, _) = read([#"2026-11-25T10:00:00.123Z {"level":"INFO","message":"Invalidated"}"#])
    #expect(records.map(\.milliseconds) == [LogReaderTests.time])
  }

  @Test("of others are skipped and counted")
  func others() {
    let (records, reader) = read([
      "START RequestId: 1 Version: $LATEST", "", #"{"level":"INFO","mess"#, #"{"a":1}"#, "[1]",
      "2026-11-25T10:00:00.123Z\t1\tINFO\tInvalidated distribution=E1", LogReaderTests.line,
    ])
    #expect(records.count == 1)
    #expect(reader.lines == 6)
    #expect(reader.skipped == 5)
  }

  @Test("of Lambda itself are no failure to read")
  func platform() {
    let (records, reader) = read([
      #"{"time":"2026-11-25T10:00:00.123Z","type":"platform.start","record":{"requestId":"1"}}"#
    ])
    #expect(records.map(\.milliseconds) == [LogReaderTests.time])
    #expect(reader.skipped == 0)
  }

  @Test("that begin an object without an end are one skipped line")
  func unfinished() {
    let (records, reader) = read(["{", #"  "events": ["#])
    #expect(records.isEmpty)
    #expect(reader.lines == 1)
    #expect(reader.skipped == 1)
  }
}
