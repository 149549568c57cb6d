package import InvalidationPlanning
package import S3Events

/// An event, decoded and planned: everything the bridge knows before it sends anything.
package struct EventPlan: Sendable {
  package let event: DecodedEvent
  /// The first round of planning, in the order of the messages.
  package let round: PlanningRound

  /// The changes and requests whose distributions could be looked up.
  package var items: [PlanItem] { round.items }
  /// The batches to send.
  package var plan: Plan { round.plan }
  /// The failures so far, each once.
  package var failures: [MessageFailure] { round.failures.all }
  /// The number of records and requests that need no path, by reason.
  package var ignored: [IgnoredReason: Int] { event.ignored(in: [round]) }
}

extension DecodedEvent {
  /// The number of records, events and requests that arrived.
  package var recordCount: Int { messages.reduce(0) { $0 + $1.recordCount } }

  /// Counts the records and requests that need no path after some rounds of planning, by reason.
  /// The last round that planned an item decides.
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
