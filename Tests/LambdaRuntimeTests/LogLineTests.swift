import HTTPTransport
import JSON
import Logging
import Synchronization
import Testing

@testable import LambdaRuntime

@Suite("Log lines")
struct LogLineTests {
  private func line(
    _ message: String = "hello", requestID: String? = "id-1", tenantID: String? = nil,
    fields: [(key: String, value: JSONValue)] = []
  ) -> LogLine {
    LogLine(
      milliseconds: 1_795_238_577_884, level: .info, label: "bridge", message: message,
      requestID: requestID, tenantID: tenantID, fields: fields)
  }

  private func text(_ line: LogLine, _ format: LogSettings.Format) -> String {
    String(decoding: line.bytes(format), as: UTF8.self)
  }

  @Test("a JSON line has Lambda's names, and the fields behind them")
  func json() {
    let line = line(tenantID: "blue", fields: [("size", 5), ("level", "mine")])
    #expect(
      text(line, .json)
        == #"{"timestamp":"2026-11-21T05:22:57.884Z","level":"INFO","message":"hello","#
        + #""requestId":"id-1","tenantId":"blue","logger":"bridge","size":5,"#
        + "\"metadata.level\":\"mine\"}\n")
  }

  @Test("a JSON line says where it comes from as Powertools does; a text line does not")
  func origin() {
    var line = line(fields: [("service", "mine")])
    line.origin = LogOrigin(
      service: "site", functionVersion: "$LATEST", isColdStart: true,
      traceID: LogOrigin.traceID(in: "Self=x;Root=1-5759e988-bd862e3f;Parent=53995c3f;Sampled=1"))
    #expect(
      text(line, .json).contains(
        #""requestId":"id-1","service":"site","function_version":"$LATEST","cold_start":true,"#
          + #""xray_trace_id":"1-5759e988-bd862e3f","logger":"bridge","metadata.service":"mine"}"#))
    #expect(text(line, .text) == "2026-11-21T05:22:57.884Z\tid-1\tINFO\thello service=mine\n")
    #expect(LogOrigin.traceID(in: "Parent=53995c3f") == nil)
  }

  @Test("only the first invocation is a cold start, and none where Lambda started beforehand")
  func coldStarts() {
    for startsCold in [true, false] {
      let context = LogContext(startsCold: startsCold)
      #expect(context.current.isColdStart == nil)
      context.begin(Invocation(requestID: "1", traceID: "Root=1-5"))
      #expect(context.current.isColdStart == startsCold)
      #expect(context.current.traceID == "1-5")
      context.end()
      #expect(context.current.traceID == nil)
      context.begin(Invocation(requestID: "2"))
      #expect(context.current.isColdStart == false)
    }
  }

  @Test("a text line has tabs between time, request id, level and message")
  func textLine() {
    #expect(
      text(line(fields: [("size", 5), ("ids", ["a"])]), .text)
        == "2026-11-21T05:22:57.884Z\tid-1\tINFO\thello size=5 ids=[\"a\"]\n")
    #expect(
      text(line(requestID: nil, tenantID: "blue"), .text)
        == "2026-11-21T05:22:57.884Z\t-\tINFO\thello tenantId=blue\n")
  }

  @Test("an error's message stands once in a text line, and in both members of a JSON line")
  func errorMessage() {
    let error = line("no", fields: [("errorType", "Function.X"), ("errorMessage", "no")])
    #expect(text(error, .text) == "2026-11-21T05:22:57.884Z\tid-1\tINFO\tno errorType=Function.X\n")
    #expect(text(error, .json).hasSuffix(#""errorType":"Function.X","errorMessage":"no"}"# + "\n"))
    #expect(
      text(line("no", fields: [("errorMessage", "other")]), .text).hasSuffix(
        "no errorMessage=other\n"))
  }

  @Test("a line break never makes two lines", arguments: ["a\nb", "a\r\nb"])
  func lineBreaks(message: String) throws {
    let text = text(line(message, fields: [("more", "c\nd")]), .text)
    #expect(text == "2026-11-21T05:22:57.884Z\tid-1\tINFO\ta\rb more=c\\nd\n")
    let json = line(message).bytes(.json)
    #expect(json.filter { $0 == 0x0A }.count == 1)
    #expect(try JSONValue.parse(json)["message"] == .string(message))
  }

  @Test("control characters from outside are escaped in a text line")
  func controls() {
    let hostile = "k\u{1B}[2J\r\tERROR\u{7F}\u{85}\u{2028}é"
    let escaped = #"k\u001b[2J\r\tERROR\u007f\u0085\u2028é"#
    #expect(
      text(line(hostile, requestID: "a\tb\nc", fields: [("bucket", .string(hostile))]), .text)
        == "2026-11-21T05:22:57.884Z\ta\\tb\\nc\tINFO\t\(escaped) bucket=\(escaped)\n")
  }

  @Test(
    "times are written in UTC with milliseconds",
    arguments: [
      (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (1_798_761_599_001, "2026-12-31T23:59:59.001Z"),
    ])
  func timestamps(milliseconds: Int64, expected: String) {
    #expect(Timestamp.text(milliseconds) == expected)
  }

  @Test("levels have Lambda's names", arguments: Logger.Level.allCases)
  func levelNames(level: Logger.Level) throws {
    let bench = RuntimeBench([], level: .trace)
    bench.logger.log(level: level, "x")
    let expected: [Logger.Level: String] = [
      .trace: "TRACE", .debug: "DEBUG", .info: "INFO", .notice: "INFO", .warning: "WARN",
      .error: "ERROR", .critical: "FATAL",
    ]
    #expect(try bench.levels().first == expected[level])
  }

  @Test("lines below the level are not written")
  func levelFilter() throws {
    let bench = RuntimeBench([], level: .warning)
    bench.logger.info("no")
    bench.logger.warning("yes")
    #expect(try bench.levels() == ["WARN"])
  }

  @Test("metadata keeps its kinds, and the message's own wins over the logger's")
  func metadata() throws {
    let bench = RuntimeBench([])
    var logger = bench.logger
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info(
      "x",
      metadata: [
        "b": "message", "n": .stringConvertible(7), "t": .stringConvertible(true),
        "list": ["p", "q"], "map": ["k": "v"],
      ])
    let line = try #require(try bench.collector.lines().first)
    #expect(line["a"] == "logger")
    #expect(line["b"] == "message")
    #expect(line["n"] == 7)
    #expect(line["t"] == true)
    #expect(line["list"] == ["p", "q"])
    #expect(line["map"] == ["k": "v"])
  }

  @Test(
    "format and level are read in any case; what is unknown is replaced with a warning",
    arguments: [
      ("JSON", "WARN", LogSettings(format: .json, level: .warning), 0),
      ("json", "debug", LogSettings(format: .json, level: .debug), 0),
      ("Text", "Fatal", LogSettings(format: .text, level: .critical), 0),
      ("", "", LogSettings(), 0), (nil, nil, LogSettings(), 0),
      ("JSON", "LOUD", LogSettings(format: .json), 1), ("xml", "LOUD", LogSettings(), 2),
    ])
  func settings(format: String?, level: String?, expected: LogSettings, warnings: Int) {
    var environment: [String: String] = [:]
    environment["AWS_LAMBDA_LOG_FORMAT"] = format
    environment["AWS_LAMBDA_LOG_LEVEL"] = level
    var settings = LogSettings(environment: environment)
    #expect(settings.warnings.count == warnings)
    settings.warnings = []
    #expect(settings == expected)
  }

  @Test("service and version are read from the environment; an empty service is none")
  func names() {
    let settings = LogSettings(
      environment: ["POWERTOOLS_SERVICE_NAME": "site", "AWS_LAMBDA_FUNCTION_VERSION": "7"])
    #expect(settings.service == "site")
    #expect(settings.functionVersion == "7")
    #expect(LogSettings(environment: ["POWERTOOLS_SERVICE_NAME": ""]).service == nil)
  }

  @Test("a line goes out whole over short writes")
  func partialWrites() {
    let written = Mutex<[UInt8]>([])
    let sink = LineSink { bytes in
      written.withLock { $0.append(contentsOf: bytes.prefix(7)) }
      return min(7, bytes.count)
    }
    sink.put(line(), as: .text)
    #expect(written.withLock { $0 } == line().bytes(.text))
  }

  @Test("a sink that can't write is given up", arguments: [0, -32])
  func failingWrites(result: Int) {
    let calls = Mutex(0)
    let sink = LineSink { _ in
      calls.withLock { $0 += 1 }
      return result
    }
    sink.put(line(), as: .json)
    #expect(calls.withLock { $0 } == 1)
  }

  @Test("a telemetry frame's head has type and level, size and microseconds")
  func telemetryFrame() {
    let bytes = Mutex<[UInt8]>([])
    let sink = LineSink(framed: true) { piece in
      bytes.withLock { $0.append(contentsOf: piece) }
      return piece.count
    }
    sink.put(line(), as: .json)
    let frame = bytes.withLock { $0 }
    let record = line().bytes(.json)
    #expect(Array(frame.prefix(4)) == [0xA5, 0x5A, 0x00, 0x0E])
    #expect(Array(frame[4..<8]) == [0, 0, 0, UInt8(record.count)])
    #expect(frame[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == 1_795_238_577_884_000)
    #expect(Array(frame.dropFirst(16)) == record)
    #expect(
      TelemetryFrame.head(format: .text, level: .critical, milliseconds: 0, size: 0).prefix(4)
        .elementsEqual([0xA5, 0x5A, 0x00, 0x1B]))
  }
}
