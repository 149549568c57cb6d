public import Logging
import Synchronization

/// swift-log's handler for Lambda: one line per message, in JSON or as text.
public struct LineLogHandler: LogHandler {
  /// The lowest level that is written.
  public var logLevel: Logger.Level
  /// Written as further fields with every line.
  public var metadata: Logger.Metadata = [:]
  /// Asked for further fields with every line.
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let format: LogSettings.Format
  private let origin: LogOrigin
  private let context: LogContext
  private let wallMilliseconds: @Sendable () -> Int64
  private let sink: LineSink

  /// Creates a handler.
  ///
  /// - Parameters:
  ///   - context: knows the invocation whose ids go into each line.
  ///   - wallMilliseconds: the clock, in milliseconds since 1970.
  public init(
    label: String, settings: LogSettings, context: LogContext,
    wallMilliseconds: @escaping @Sendable () -> Int64, sink: LineSink
  ) {
    self.label = label
    logLevel = settings.level
    format = settings.format
    origin = LogOrigin(service: settings.service, functionVersion: settings.functionVersion)
    self.context = context
    self.wallMilliseconds = wallMilliseconds
    self.sink = sink
  }

  /// Accesses one of the fields that go into every line.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line. Where fields have the same key, the message's own wins.
  public func log(event: LogEvent) {
    var fields = metadata
    func add(_ more: Logger.Metadata?) {
      guard let more, !more.isEmpty else { return }
      if fields.isEmpty { fields = more } else { fields.merge(more) { $1 } }
    }
    add(metadataProvider?.get())
    if let error = event.error {
      add((error as? FunctionError)?.metadata ?? ["errorMessage": "\(error)"])
    }
    add(event.metadata)
    let current = context.current
    var origin = origin
    origin.isColdStart = current.isColdStart
    origin.traceID = current.traceID
    let line = LogLine(
      milliseconds: wallMilliseconds(), level: event.level, label: label,
      message: event.message.description, requestID: current.requestID,
      tenantID: current.tenantID, origin: origin, fields: fields.jsonMembers)
    sink.put(line, as: format)
  }
}

/// The invocation that log lines belong to, shared by the run loop and the log handlers.
public final class LogContext: Sendable {
  /// What lines show of an invocation; nothing outside one.
  struct Current: Sendable {
    var requestID: String?
    var tenantID: String?
    var traceID: String?
    var isColdStart: Bool?
  }

  private struct State {
    var current = Current()
    /// Whether the next invocation is the one that Lambda started the environment for.
    var isCold: Bool
  }

  private let state: Mutex<State>

  /// Creates a context outside any invocation.
  ///
  /// - Parameter startsCold: whether Lambda starts the execution environment for an invocation that
  ///   waits for it, and not beforehand (provisioned concurrency).
  public init(startsCold: Bool = true) {
    state = Mutex(State(isCold: startsCold))
  }

  var current: Current { state.withLock { $0.current } }

  /// The request id of the invocation at work.
  public var requestID: String? { current.requestID }

  /// The tenant of the invocation at work.
  public var tenantID: String? { current.tenantID }

  /// Puts an invocation's ids into all lines from here on.
  public func begin(_ invocation: Invocation) {
    state.withLock { state in
      state.current = Current(
        requestID: invocation.requestID, tenantID: invocation.tenantID,
        traceID: invocation.traceID.flatMap { LogOrigin.traceID(in: $0) },
        isColdStart: state.isCold)
      state.isCold = false
    }
  }

  /// Takes them out again.
  public func end() {
    state.withLock { $0.current = Current() }
  }
}
