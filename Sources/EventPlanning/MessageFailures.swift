package import Failures

/// A failure of one message of an event.
package struct MessageFailure: Hashable, Sendable {
  /// The message's index in the event.
  package var message: Int
  /// The failure's stable name.
  package var errorType: FailureType
  /// What happened, to which thing, and what to do.
  package var description: String
  /// How long until what the message waits for is expected; nil where nobody can say, so that its
  /// redelivery backs off.
  package var retryAfter: Duration?
  /// Whether it is only that some distributions' turn did not come, so that another invocation can
  /// tell these.
  package var isForOthers = false
}

/// The failures of an event's messages in the order they were added, each once, however many
/// changes of a message it affects.
package struct MessageFailures: Sendable {
  package private(set) var all: [MessageFailure] = []
  private var noted: Set<MessageFailure> = []

  package init() {}

  /// Adds a failure of a message unless it is there already.
  package mutating func add(
    _ message: Int, _ errorType: FailureType, _ description: String, retryAfter: Duration? = nil,
    isForOthers: Bool = false
  ) {
    add(
      MessageFailure(
        message: message, errorType: errorType, description: description, retryAfter: retryAfter,
        isForOthers: isForOthers))
  }

  package mutating func add(_ failures: MessageFailures) { failures.all.forEach { add($0) } }

  private mutating func add(_ failure: MessageFailure) {
    if noted.insert(failure).inserted { all.append(failure) }
  }
}
