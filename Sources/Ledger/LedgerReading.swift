/// What the ledger knows of the changes of one event.
package struct LedgerReading {
  /// What is to become of a change.
  package enum Verdict: Equatable, Sendable {
    /// It is sent. The mark, where there is one, enters the caller reference.
    case send(mark: String?)
    /// An accepted invalidation after it serves it already.
    case covered
    /// Its bytes are those from before.
    case unchanged
  }

  /// The changes of one object.
  struct Object {
    let id: ObjectID
    let indices: [Int]
    let facts: [ObjectFact]
    var accepted: AcceptedRecord?
    /// Whether the changes are known to the table, or need not be.
    var isRecorded = true
    var decision = ObjectRules.Decision()
  }

  /// The objects, in the order of their first changes.
  var objects: [Object] = []
  /// What went wrong with the table, for the log; nil when nothing did.
  package internal(set) var problem: String?

  /// What is to become of each change.
  package var verdicts: [Verdict] {
    var verdicts = [Verdict](
      repeating: .send(mark: nil), count: objects.map(\.indices.count).reduce(0, +))
    for object in objects {
      for (place, index) in object.indices.enumerated() where verdicts.indices.contains(index) {
        verdicts[index] =
          object.decision.covered.contains(place)
          ? .covered
          : object.decision.unchanged.contains(place)
            ? .unchanged : .send(mark: object.decision.mark)
      }
    }
    return verdicts
  }

  /// The changes that somebody has to deliver again, because the table does not know of them.
  package var unrecorded: Set<Int> {
    Set(objects.filter { !$0.isRecorded }.flatMap(\.indices))
  }
}
