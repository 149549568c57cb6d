import Failures
package import InvalidationPlanning

/// One look at who serves what, and the plan that follows from it.
///
/// The first round of an event holds all that it asks for. A second one holds what the first found
/// gone, looked up anew.
package struct PlanningRound: Sendable {
  /// The changes and requests that could be looked up, with who serves them.
  package private(set) var items: [PlanItem] = []
  /// For each item, the index of the message it came in.
  package private(set) var messageOfItem: [Int] = []
  /// The items of the round before that this one plans anew.
  package let again: Set<Int>
  /// The batches to send.
  package internal(set) var plan = Plan()
  /// What failed already.
  package internal(set) var failures = MessageFailures()

  init(again: Set<Int> = []) {
    self.again = again
  }

  mutating func add(_ item: PlanItem, of message: Int) {
    items.append(item)
    messageOfItem.append(message)
  }

  /// The messages that some items came in, each once, in their order.
  package func messages(of items: some Sequence<Int>) -> [Int] {
    Set(items.map { messageOfItem[$0] }).sorted()
  }

  mutating func fail(items: some Sequence<Int>, _ errorType: FailureType, _ description: String) {
    for message in messages(of: items) { failures.add(message, errorType, description) }
  }
}
