package import Failures

/// What went wrong with one message of an event.
package struct MessageFailure: Hashable, Sendable {
  /// The message's index in the event.
  package var message: Int
  /// The stable name of what went wrong.
  package var errorType: FailureType
  /// What went wrong, with which thing, and what to do.
  package var description: String
}

/// What went wrong with an event's messages: each failure once, however many changes of a message
/// it hits, in the order it was noted.
package struct MessageFailures: Sendable {
  /// The failures.
  package private(set) var all: [MessageFailure] = []
  private var noted: Set<MessageFailure> = []

  /// Creates an empty list.
  package init() {}

  /// Notes a failure of a message.
  package mutating func add(_ message: Int, _ errorType: FailureType, _ description: String) {
    add(MessageFailure(message: message, errorType: errorType, description: description))
  }

  /// Notes all failures of another list.
  package mutating func add(_ failures: MessageFailures) { failures.all.forEach { add($0) } }

  private mutating func add(_ failure: MessageFailure) {
    if noted.insert(failure).inserted { all.append(failure) }
  }
}
