import JSON
import Logging
import Synchronization
import Testing

@testable import LambdaRuntime

@Suite("Metrics in the log")
struct EmbeddedMetricsTests {
  private func line(
    _ metrics: [EmbeddedMetrics.Metric], _ settings: LogSettings = LogSettings(format: .json)
  ) throws -> JSONValue {
    let written = Mutex<[UInt8]>([])
    let sink = LineSink { bytes in
      written.withLock { $0.append(contentsOf: bytes) }
      return bytes.count
    }
    let context = LogContext()
    context.begin(Invocation(requestID: "id-1"))
    MetricsLog(
      settings: settings, context: context, sink: sink,
      wallMilliseconds: { 1_795_238_577_884 }
    ).put(EmbeddedMetrics(namespace: "N", dimensions: [("service", "s")], metrics: metrics))
    let bytes = written.withLock { $0 }
    #expect(bytes.last == 0x0A)
    return try JSONValue.parse(Array(bytes.dropLast()))
  }

  @Test("are one JSON object with level, time and all that the directive names")
  func directive() throws {
    let line = try line([
      .init("Paths", .count, [3]), .init("Lag", .milliseconds, [4, 5]), .init("None", .count, []),
    ])
    #expect(
      line == [
        "timestamp": "2026-11-21T05:22:57.884Z", "level": "INFO", "message": "Metrics",
        "requestId": "id-1",
        "_aws": [
          "Timestamp": 1_795_238_577_884,
          "CloudWatchMetrics": [
            [
              "Namespace": "N", "Dimensions": [["service"]],
              "Metrics": [
                ["Name": "Paths", "Unit": "Count"], ["Name": "Lag", "Unit": "Milliseconds"],
              ],
            ]
          ],
        ],
        "service": "s", "Paths": 3, "Lag": [4, 5],
      ])
  }

  @Test(
    "pass Lambda's filter at every level, and are JSON in a log of text",
    arguments: [
      (Logger.Level.debug, "INFO"), (.info, "INFO"), (.warning, "WARN"), (.critical, "FATAL"),
    ])
  func levels(level: Logger.Level, name: String) throws {
    for format in [LogSettings.Format.json, .text] {
      let line = try line([.init("Paths", .count, [3])], LogSettings(format: format, level: level))
      #expect(line["level"] == .string(name))
    }
  }

  @Test("have at most a hundred values each, the least and the greatest among them")
  func manyValues() throws {
    let line = try line([.init("Lag", .milliseconds, (0..<1_000).reversed())])
    let values = try #require(line["Lag"]?.arrayValue)
    #expect(values.count == 100)
    #expect(values.first == 0)
    #expect(values.last == 999)
  }
}
