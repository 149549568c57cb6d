/// The rules about one object: values in, values out.
///
/// Each event answers for the copies that its own change made stale, and a late one also for those
/// of the changes that were recorded before it came. `docs/ledger.md` argues for each rule with the
/// interleaving that breaks without it.
package enum ObjectRules {
  /// How long records are kept and trusted after the event time of their change: longer than any
  /// queue keeps a message, its dead-letter queue included.
  static let retention: Int64 = 30 * 86_400_000
  /// How far the clock of S3 and that of this machine may differ, in milliseconds.
  static let clockSkew: Int64 = 15 * 60_000

  /// What may be trusted.
  package struct Trust: Sendable {
    /// Only changes that happened after this count, in milliseconds since 1970; nil when none does,
    /// because settings have changed or are not known to have stayed.
    var since: Int64?
    /// In milliseconds since 1970.
    var now: Int64
  }

  /// What is to happen with the changes of one object that came together.
  package struct Decision: Equatable, Sendable {
    /// The changes, by their place in the argument, that an accepted invalidation after them serves
    /// already.
    var covered: Set<Int> = []
    /// The changes whose bytes are those from before, where none of those that came together has to
    /// be sent.
    var unchanged: Set<Int> = []
    /// What enters the caller references of the others, so that CloudFront does not repeat an
    /// earlier answer; nil for nothing.
    var mark: String?
    /// What is to be recorded before anything is sent; nil when nothing is.
    var seen: SeenRecord?
  }

  /// Decides about changes by what was accepted alone.
  static func decide(
    _ facts: [ObjectFact], accepted: AcceptedRecord?, trust: Trust
  ) -> Decision {
    Decision(covered: covered(facts, accepted, trust))
  }

  /// Decides about changes by what was recorded and accepted.
  static func decide(
    _ facts: [ObjectFact], seen: SeenRecord?, accepted: AcceptedRecord?, trust: Trust
  ) -> Decision {
    let batch = Batch(facts, seen, trust)
    var decision = Decision(covered: covered(facts, accepted, trust))
    decision.seen = batch.record
    let others = facts.indices.filter { !decision.covered.contains($0) }
    if others.allSatisfy({ batch.isUnchanged(facts[$0]) }) {
      decision.unchanged = Set(others)
    } else {
      decision.mark = batch.mark(for: others.map { facts[$0] })
    }
    return decision
  }

  /// Returns what to record as accepted once every path of some changes was; nil when what was read
  /// is as new, or nothing is known of their order.
  static func accept(_ sent: [ObjectFact], before: AcceptedRecord?) -> AcceptedRecord? {
    let placed = sent.compactMap { fact in fact.place.map { (place: $0, identity: fact.identity) } }
    guard let newest = placed.max(by: { $0.place.isCountedBefore($1.place) }) else { return nil }
    if let before, !before.place.isCountedBefore(newest.place) { return nil }
    return AcceptedRecord(place: newest.place, identity: newest.identity)
  }

  private static func covered(
    _ facts: [ObjectFact], _ accepted: AcceptedRecord?, _ trust: Trust
  ) -> Set<Int> {
    guard let accepted, let since = trust.since, accepted.place.time > since else { return [] }
    return Set(
      facts.indices.filter { index in
        guard let place = facts[index].place else { return false }
        return facts[index].identity == accepted.identity || place.isBefore(accepted.place)
      })
  }
}

/// The changes of one object that came together, with what was recorded before.
private struct Batch {
  private let seen: SeenRecord?
  private let trust: ObjectRules.Trust
  /// Those with a place, each once, oldest first.
  private let ordered: [(place: ObjectFact.Place, fact: ObjectFact)]
  /// Whether sequencers and times of all of them agree, the recorded one among them.
  private let isRegular: Bool
  /// Up to when the order is in doubt, in milliseconds since 1970.
  private let doubt: Int64?

  init(_ facts: [ObjectFact], _ seen: SeenRecord?, _ trust: ObjectRules.Trust) {
    self.seen = seen
    self.trust = trust
    let placed = Set(facts).compactMap { fact in fact.place.map { (place: $0, fact: fact) } }
    ordered = placed.sorted {
      ($0.place.sequencer, $0.place.time, $0.fact.identity)
        < ($1.place.sequencer, $1.place.time, $1.fact.identity)
    }
    var places = ordered.map(\.place)
    if let seen, let place = seen.place,
      !ordered.contains(where: { $0.fact.identity == seen.identity })
    {
      places.append(place)
      places.sort { ($0.sequencer, $0.time) < ($1.sequencer, $1.time) }
    }
    let agrees = zip(places, places.dropFirst()).allSatisfy { $0.isBefore($1) }
    let isPlaced = facts.allSatisfy { $0.place != nil }
    isRegular = agrees && isPlaced
    var doubts = [seen?.doubt].compactMap { $0 }
    if !agrees { doubts += places.map(\.time) }
    // It happened before it came here.
    if !isPlaced { doubts.append(trust.now + ObjectRules.clockSkew) }
    doubt = doubts.max()
  }

  /// What is to be recorded; nil when the table knows it all.
  var record: SeenRecord? {
    if let newest = ordered.last,
      seen?.place.map({ $0.isCountedBefore(newest.place) }) ?? true
    {
      let isTrusted = doubt.map { newest.place.time > $0 } ?? true
      return SeenRecord(
        place: newest.place, identity: newest.fact.identity,
        content: isTrusted ? newest.fact.content : nil, isUnchanged: isUnchanged(newest.fact),
        doubt: doubt)
    }
    guard doubt != seen?.doubt else { return nil }
    var record = seen ?? SeenRecord(place: nil)
    record.doubt = doubt
    return record
  }

  /// Whether a change left the object's bytes as they were.
  func isUnchanged(_ fact: ObjectFact) -> Bool {
    guard isRegular, let place = fact.place, let since = trust.since, isTrusted(place.time) else {
      return false
    }
    if let seen, seen.identity == fact.identity {
      return seen.isUnchanged && place.time > since
    }
    // A late one: nobody knows what was between it and what is recorded.
    if let newest = seen?.place, !newest.isCountedBefore(place) { return false }
    guard let content = fact.content, let predecessor = predecessor(of: place) else { return false }
    return predecessor.content == content && isTrusted(predecessor.time)
      && predecessor.time > max(since, trust.now - ObjectRules.retention)
  }

  /// The greatest change below a place, of those that came together and the recorded one.
  private func predecessor(of place: ObjectFact.Place) -> (time: Int64, content: String?)? {
    let inBatch = ordered.last { $0.place.isCountedBefore(place) }
    guard let seen, let recorded = seen.place, recorded.isCountedBefore(place),
      !(inBatch.map { recorded.isCountedBefore($0.place) } ?? false)
    else { return inBatch.map { ($0.place.time, $0.fact.content) } }
    return (recorded.time, seen.content)
  }

  /// What enters the caller references of changes that are sent: the recorded change where it is
  /// not their newest one and not older, or where its order is in doubt.
  func mark(for sent: [ObjectFact]) -> String? {
    guard let recorded = record ?? seen, recorded.place != nil else { return nil }
    let newest = ordered.last { entry in sent.contains(entry.fact) }
    if let newest, newest.fact.identity == recorded.identity {
      return recorded.isVoid ? "void " + recorded.identity : nil
    }
    return (recorded.isVoid ? "void " : "") + recorded.identity
  }

  private func isTrusted(_ time: Int64) -> Bool { doubt.map { time > $0 } ?? true }
}
