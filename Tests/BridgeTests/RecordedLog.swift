import LocalCloud
import Logging
import Testing

/// Keeps what is logged.
struct RecordedLog: Sendable {
  struct Line: Sendable {
    var level: Logger.Level
    var message: String
    var metadata: Logger.Metadata
  }

  private let store = Locked<[Line]>([])

  var lines: [Line] { store.withLock { $0 } }

  func messages(_ level: Logger.Level) -> [String] {
    lines.filter { $0.level == level }.map(\.message)
  }

  var logger: Logger { Logger(label: "tests") { [store] _ in Handler(store: store) } }

  private struct Handler: LogHandler {
    let store: Locked<[Line]>
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let told = "\(event.message) \(event.metadata ?? [:])"
      if told.contains(FakeCredentials.example.secretAccessKey) {
        Issue.record("a log line shows the secret key: \(event.message)")
      }
      store.withLock {
        $0.append(
          Line(
            level: event.level, message: event.message.description,
            metadata: event.metadata ?? [:]))
      }
    }
  }
}
