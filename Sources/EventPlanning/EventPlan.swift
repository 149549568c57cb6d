package import InvalidationPlanning
package import S3Events

/// One event, decoded and planned: everything the bridge knows before it sends anything.
package struct EventPlan {
  /// What went wrong with one message of the event.
  package struct Failure: Hashable, Sendable {
    /// The message's index in the event.
    package var message: Int
    /// The stable name of what went wrong.
    package var errorType: String
    /// What went wrong, with which thing, and what to do.
    package var description: String
  }

  /// The decoded event.
  package var event: DecodedEvent
  /// All changes and requests of its messages that could be looked up.
  package var items: [PlanItem] = []
  /// For each item, the index of the message it came in.
  package var messageOfItem: [Int] = []
  /// The batches to send.
  package var plan = Plan()
  /// What needs nothing, by reason.
  package var ignored: [IgnoredReason: Int]
  /// What failed already, in the order of the messages, each once.
  package private(set) var failures: [Failure] = []

  init(event: DecodedEvent) {
    self.event = event
    ignored = event.messages.reduce(into: [:]) { sum, message in
      sum.merge(message.ignored) { $0 + $1 }
    }
    for (index, message) in event.messages.enumerated() {
      for error in message.failures { fail(index, error.errorType, error.description) }
    }
  }

  /// The number of records, events and requests that arrived.
  package var recordCount: Int { event.messages.reduce(0) { $0 + $1.recordCount } }

  /// Notes a failure of a message, once however many of its changes it hits.
  package mutating func fail(_ message: Int, _ errorType: String, _ description: String) {
    let failure = Failure(message: message, errorType: errorType, description: description)
    if noted.insert(failure).inserted { failures.append(failure) }
  }

  /// Notes a failure of every message that one of these items came in.
  package mutating func fail(
    items: some Sequence<Int>, _ errorType: String, _ description: String
  ) {
    for message in Set(items.map { messageOfItem[$0] }).sorted() {
      fail(message, errorType, description)
    }
  }

  /// Takes back that some items need nothing, since they are planned anew.
  mutating func forgetIgnored(_ items: Set<Int>) {
    for (item, reason) in plan.ignored where items.contains(item) {
      ignored[reason, default: 0] -= 1
      if ignored[reason] == 0 { ignored[reason] = nil }
    }
    plan.ignored.removeAll { items.contains($0.item) }
  }

  private var noted: Set<Failure> = []
  /// The buckets and targets that nobody serves and that were warned of.
  var unserved: Set<String> = []
}
