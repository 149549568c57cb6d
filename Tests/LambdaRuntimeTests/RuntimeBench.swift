import Clock
import HTTPTransport
import JSON
import Logging
import Synchronization

@testable import LambdaRuntime

/// The lines that a test's logger wrote.
final class LineCollector: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var sink: LineSink {
    LineSink { piece in
      self.bytes.withLock { $0.append(contentsOf: piece) }
      return piece.count
    }
  }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Each line, read back as JSON.
  func lines() throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) }
  }
}

/// A client with everything around it in memory.
final class RuntimeBench {
  let transport: ScriptedTransport
  let collector = LineCollector()
  let context = LogContext()
  let termination = Termination()
  let logger: Logger
  private(set) var sleeps: [Duration] = []
  private(set) var traces: [String?] = []

  init(
    _ answers: [Result<HTTPResponse, TransportError>], level: Logger.Level = .info,
    format: LogSettings.Format = .json
  ) {
    transport = ScriptedTransport(answers)
    let (context, sink) = (context, collector.sink)
    logger = Logger(label: "test") { label in
      LineLogHandler(
        label: label, settings: LogSettings(format: format, level: level), context: context,
        wallMilliseconds: { 1_795_238_577_884 }, sink: sink)
    }
  }

  func client() throws -> RuntimeClient {
    let time = TimeSource(
      wallMilliseconds: { 1_795_238_577_884 }, monotonic: { .zero },
      sleep: { self.sleeps.append($0) })
    guard let endpoint = RuntimeEndpoint("127.0.0.1:9001") else {
      throw RuntimeEnd.requestIDMissing
    }
    return RuntimeClient(
      endpoint: endpoint, transport: transport, time: time, logger: logger,
      userAgent: UserAgent(program: "tests", version: "1.2.3"))
  }

  func run(_ handler: RunLoop.Handler) throws -> Int32 {
    let loop = RunLoop(
      client: try client(), termination: termination, context: context, logger: logger,
      setTraceID: { self.traces.append($0) })
    return loop.run(handler)
  }

  /// The levels of the lines so far.
  func levels() throws -> [String] {
    try collector.lines().compactMap { $0["level"]?.stringValue }
  }
}
