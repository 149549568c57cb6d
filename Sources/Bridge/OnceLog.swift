import Logging

/// Says a warning once in the life of an execution environment, however often it is true.
final class OnceLog {
  private let logger: Logger
  private var told: Set<String> = []

  init(_ logger: Logger) {
    self.logger = logger
  }

  func warn(_ message: String) {
    if told.insert(message).inserted { logger.warning("\(message)") }
  }
}
