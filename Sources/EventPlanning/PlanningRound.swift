import Failures
package import InvalidationPlanning
package import S3Events

/// One round of lookups, and the plan that follows from them.
///
/// The first round of an event covers all its changes and requests. A second one looks up and plans
/// those once more whose distribution turned out to be gone.
package struct PlanningRound: Sendable {
  /// The changes and requests that could be looked up, with their distributions.
  package private(set) var items: [PlanItem] = []
  /// For each item, the index of the message it came in.
  package private(set) var messageOfItem: [Int] = []
  /// The items of the previous round that this one plans again, by index.
  package let again: Set<Int>
  /// What work that was handed on is for, by message.
  package let scopes: [Int: WorkScope]
  /// The batches to send.
  package internal(set) var plan = Plan()
  /// The failures so far.
  package internal(set) var failures = MessageFailures()

  init(again: Set<Int> = [], scopes: [Int: WorkScope] = [:]) {
    self.again = again
    self.scopes = scopes
  }

  mutating func add(_ item: PlanItem, of message: Int) {
    items.append(item)
    messageOfItem.append(message)
  }

  /// Returns the items of some messages, by message, changed in some way.
  func items(
    of messages: Set<Int>, _ change: ([PlanItem]) -> [PlanItem]
  ) -> [Int: [PlanItem]] {
    var found: [Int: [PlanItem]] = [:]
    for (item, message) in zip(change(items), messageOfItem) where messages.contains(message) {
      found[message, default: []].append(item)
    }
    return found
  }

  /// Takes the items of some messages out.
  mutating func drop(_ messages: Set<Int>) {
    guard !messages.isEmpty else { return }
    let kept = items.indices.filter { !messages.contains(messageOfItem[$0]) }
    items = kept.map { items[$0] }
    messageOfItem = kept.map { messageOfItem[$0] }
  }

  /// Returns the messages that some items came in, each once, in ascending order.
  package func messages(of items: some Sequence<Int>) -> [Int] {
    Set(items.map { messageOfItem[$0] }).sorted()
  }

  mutating func fail(
    items: some Sequence<Int>, _ errorType: FailureType, _ description: String,
    retryAfter: Duration? = nil, isForOthers: Bool = false
  ) {
    for message in messages(of: items) {
      failures.add(
        message, errorType, description, retryAfter: retryAfter, isForOthers: isForOthers)
    }
  }
}
