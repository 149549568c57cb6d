import Logging

/// Logs each warning once in the life of an execution environment.
///
/// Remembers at most 1,000 topics, because names come from outside. When full it forgets them all,
/// so a warning may repeat.
final class OnceLog {
  private let logger: Logger
  private var told: Set<String> = []
  private static let capacity = 1_000

  init(_ logger: Logger) {
    self.logger = logger
  }

  /// Logs a warning unless its topic was logged before.
  ///
  /// - Parameter topic: what the warning is about; needed where its text varies.
  func warn(_ message: String, topic: String? = nil) {
    if told.count >= OnceLog.capacity { told.removeAll() }
    if told.insert(topic ?? message).inserted { logger.warning("\(message)") }
  }
}
