package import S3Events

/// What the ledger knows of the changes of one event.
package struct LedgerReading {
  /// What is to become of a change.
  package enum Verdict: Equatable, Sendable {
    /// It is sent. The mark, where there is one, enters the caller reference.
    case send(mark: String?)
    /// An accepted invalidation after it serves it already.
    case covered
    /// One does, but at the distributions of some slices, where it is sent.
    case laggards(Set<DistributionSlice>, mark: String?)
    /// Its bytes are those from before.
    case unchanged
  }

  /// The changes of one object.
  struct Object {
    let id: ObjectID
    let indices: [Int]
    let facts: [ObjectFact]
    /// The slice that the changes were handed on for; nil for changes that come from an event.
    var slice: DistributionSlice?
    /// Whether the object's name was promised never to change its bytes.
    var isPromised = false
    /// What the table has as accepted.
    var accepted: String?
    /// From when on what it has is trusted, in milliseconds since 1970; nil when nothing is.
    var since: Int64?
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
        verdicts[index] = object.decision.verdict(place)
      }
    }
    return verdicts
  }

  /// The changes that somebody has to deliver again, because the table does not know of them.
  package var unrecorded: Set<Int> {
    Set(objects.filter { !$0.isRecorded }.flatMap(\.indices))
  }

  /// Those of them that must not be sent before the table was read: they were handed on, and
  /// CloudFront might only repeat an earlier answer.
  package var held: Set<Int> {
    Set(objects.filter { !$0.isRecorded && $0.slice != nil }.flatMap(\.indices))
  }

  /// The changes of objects that got other bytes although their names were promised never to
  /// change them.
  package var rewritten: Set<Int> {
    Set(objects.filter { $0.isPromised && $0.decision.isRewritten }.flatMap(\.indices))
  }
}

extension ObjectRules.Decision {
  fileprivate func verdict(_ place: Int) -> LedgerReading.Verdict {
    if covered.contains(place) { return .covered }
    if unchanged.contains(place) { return .unchanged }
    if let laggards = laggards[place] { return .laggards(laggards, mark: marks[place]) }
    return .send(mark: marks[place])
  }
}
