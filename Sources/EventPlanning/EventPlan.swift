package import InvalidationPlanning
package import S3Events

/// One event, decoded and planned: everything the bridge knows before it sends anything.
package struct EventPlan: Sendable {
  /// The decoded event.
  package let event: DecodedEvent
  /// What its changes and requests lead to, and what failed, in the order of the messages.
  package let round: PlanningRound

  /// All changes and requests of its messages that could be looked up.
  package var items: [PlanItem] { round.items }
  /// The batches to send.
  package var plan: Plan { round.plan }
  /// What failed already, each failure once.
  package var failures: [MessageFailure] { round.failures.all }
  /// What needs nothing, by reason.
  package var ignored: [IgnoredReason: Int] { event.ignored(in: [round]) }
}

extension DecodedEvent {
  /// The number of records, events and requests that arrived.
  package var recordCount: Int { messages.reduce(0) { $0 + $1.recordCount } }

  /// What needs nothing after some rounds of planning, by reason: the last round in which an item
  /// was planned counts.
  package func ignored(in rounds: [PlanningRound]) -> [IgnoredReason: Int] {
    var counts: [IgnoredReason: Int] = [:]
    for message in messages {
      for (reason, count) in message.ignored { counts[.unserved(reason), default: 0] += count }
    }
    for (index, round) in rounds.enumerated() {
      let anew = rounds.indices.contains(index + 1) ? rounds[index + 1].again : []
      for (item, reason) in round.plan.ignored where !anew.contains(item) {
        counts[.dropped(reason), default: 0] += 1
      }
    }
    return counts
  }
}
