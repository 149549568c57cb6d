import Logging

/// Says a warning once in the life of an execution environment, however often it is true.
///
/// What it remembers is bounded: names come from outside. After so many it says all again.
final class OnceLog {
  private let logger: Logger
  private var told: Set<String> = []
  private static let capacity = 1_000

  init(_ logger: Logger) {
    self.logger = logger
  }

  /// Says a warning.
  ///
  /// - Parameter topic: what it is about, where its words are not the same every time.
  func warn(_ message: String, topic: String? = nil) {
    if told.count >= OnceLog.capacity { told.removeAll() }
    if told.insert(topic ?? message).inserted { logger.warning("\(message)") }
  }
}
