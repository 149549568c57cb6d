import S3Events

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
    /// The changes that are covered but at the distributions of some slices, and these.
    var laggards: [Int: Set<DistributionSlice>] = [:]
    /// The changes whose bytes are those from before, where none of those that came together has to
    /// be sent.
    var unchanged: Set<Int> = []
    /// What enters the caller references for others of the changes, by their place, so that
    /// CloudFront does not repeat an earlier answer.
    var marks: [Int: String] = [:]
    /// What is to be recorded before anything is sent; nil when nothing is.
    var seen: SeenRecord?
    /// Whether the object is known to have got other bytes under a name that was promised never to
    /// change them.
    var isRewritten = false

    /// Whether nothing is to be sent for a change.
    func isSettled(_ place: Int) -> Bool { covered.contains(place) || unchanged.contains(place) }
  }

  /// Decides about changes by what was accepted alone.
  static func decide(
    _ facts: [ObjectFact], accepted: AcceptedRecord?, trust: Trust
  ) -> Decision {
    covered(facts, accepted, trust)
  }

  /// Decides about changes by what was recorded and accepted.
  ///
  /// - Parameters:
  ///   - isWork: whether the changes were handed on. Who handed them on has recorded them, and
  ///     found that they have to be sent.
  ///   - isPromised: whether the object's name was promised never to change its bytes.
  static func decide(
    _ facts: [ObjectFact], seen: SeenRecord?, accepted: AcceptedRecord?, trust: Trust,
    isWork: Bool = false, isPromised: Bool = false
  ) -> Decision {
    let batch = Batch(facts, seen, trust, isWork: isWork, isPromised: isPromised)
    var decision = covered(facts, accepted, trust)
    decision.seen = batch.record
    decision.isRewritten = batch.isRewritten
    let others = facts.indices.filter { !decision.covered.contains($0) }
    if others.allSatisfy({ batch.isUnchanged(facts[$0]) }) {
      decision.unchanged = Set(others)
    } else {
      // Each for itself: the others may be left to a later delivery.
      for place in others { decision.marks[place] = batch.mark(for: facts[place]) }
    }
    return decision
  }

  /// Returns what to record as accepted once every path of some changes was; nil when what was read
  /// is as new, or nothing is known of their order.
  ///
  /// - Parameters:
  ///   - laggards: the slices that the changes were handed on for.
  ///   - since: from when on records count, as when the changes were decided about.
  static func accept(
    _ sent: [ObjectFact], laggards: Set<DistributionSlice> = [], before: AcceptedRecord?,
    since: Int64? = nil
  ) -> AcceptedRecord? {
    guard let newest = newest(of: sent) else { return nil }
    var record = AcceptedRecord(
      place: newest.place, identity: newest.identity, laggards: laggards)
    guard let before, !before.place.isCountedBefore(newest.place) else { return record }
    guard before.identity == newest.identity, let since, before.place.time > since else {
      return nil
    }
    // The same change, which only those that lagged were told of now.
    record.laggards = Set(
      laggards.flatMap { slice in before.laggards.compactMap { $0.common(with: slice) } })
    return record == before ? nil : record
  }

  /// Returns what is accepted once every path of some changes was at the distributions of a slice
  /// that they were handed on for; nil when that adds nothing.
  ///
  /// - Parameter laggards: the parts of the slice that they were handed on for again.
  static func accept(
    _ sent: [ObjectFact], of slice: DistributionSlice, laggards: Set<DistributionSlice>,
    before: AcceptedRecord
  ) -> AcceptedRecord? {
    // Only what was accepted of the same change: one of the same place may be another one.
    let own = before.laggards.filter { $0.common(with: slice) == $0 }
    guard let newest = newest(of: sent), newest.identity == before.identity, !own.isEmpty else {
      return nil
    }
    var record = before
    record.laggards.subtract(own)
    record.laggards.formUnion(laggards)
    return record == before ? nil : record
  }

  private static func newest(
    of facts: [ObjectFact]
  ) -> (place: ObjectFact.Place, identity: String)? {
    facts.compactMap { fact in fact.place.map { (place: $0, identity: fact.identity) } }
      .max { $0.place.isCountedBefore($1.place) }
  }

  private static func covered(
    _ facts: [ObjectFact], _ accepted: AcceptedRecord?, _ trust: Trust
  ) -> Decision {
    var decision = Decision()
    guard let accepted, let since = trust.since, accepted.place.time > since else {
      return decision
    }
    for (index, fact) in facts.enumerated() {
      guard let place = fact.place,
        fact.identity == accepted.identity || place.isBefore(accepted.place)
      else { continue }
      if accepted.laggards.isEmpty {
        decision.covered.insert(index)
      } else {
        decision.laggards[index] = accepted.laggards
      }
    }
    return decision
  }
}

/// The changes of one object that came together, with what was recorded before.
private struct Batch {
  private let seen: SeenRecord?
  private let trust: ObjectRules.Trust
  private let isWork: Bool
  /// Whether the name's promise is known to be broken.
  let isRewritten: Bool
  /// Those with a place, each once, oldest first.
  private let ordered: [(place: ObjectFact.Place, fact: ObjectFact)]
  /// Whether sequencers and times of all of them agree, the recorded one among them.
  private let isRegular: Bool
  /// Up to when the order is in doubt, in milliseconds since 1970.
  private let doubt: Int64?

  init(
    _ facts: [ObjectFact], _ seen: SeenRecord?, _ trust: ObjectRules.Trust, isWork: Bool,
    isPromised: Bool
  ) {
    self.seen = seen
    self.trust = trust
    self.isWork = isWork
    // Whatever their order is: the bytes are not always the same. Once that is known, the object is
    // like any other, or a change that was not sent yet would be taken for the first again.
    let contents = Set((facts.map(\.content) + [seen?.content]).compactMap { $0 })
    isRewritten = seen?.isRewritten == true || isPromised && contents.count > 1
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
    if !isPlaced, !isWork { doubts.append(trust.now + ObjectRules.clockSkew) }
    doubt = doubts.max()
  }

  /// What is to be recorded; nil when the table knows it all.
  var record: SeenRecord? {
    if !isWork, let newest = ordered.last,
      seen?.place.map({ $0.isCountedBefore(newest.place) }) ?? true
    {
      let isTrusted = doubt.map { newest.place.time > $0 } ?? true
      return SeenRecord(
        place: newest.place, identity: newest.fact.identity,
        content: isTrusted ? newest.fact.content : nil, isUnchanged: isUnchanged(newest.fact),
        isRewritten: isRewritten, doubt: doubt)
    }
    var record = seen ?? SeenRecord(place: nil)
    record.doubt = doubt
    record.isRewritten = isRewritten
    return record == (seen ?? SeenRecord(place: nil)) || isWork && seen == nil ? nil : record
  }

  /// Whether a change left the object's bytes as they were.
  func isUnchanged(_ fact: ObjectFact) -> Bool {
    guard !isWork, isRegular, let place = fact.place, let since = trust.since, isTrusted(place.time)
    else {
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

  /// What enters the caller references for a change that is sent: the recorded change where it is
  /// another one, or where its order is in doubt.
  func mark(for sent: ObjectFact) -> String? {
    guard let recorded = record ?? seen, recorded.place != nil else { return nil }
    let doubt = recorded.isVoid ? "void " : ""
    return recorded.identity == sent.identity && doubt.isEmpty ? nil : doubt + recorded.identity
  }

  private func isTrusted(_ time: Int64) -> Bool { doubt.map { time > $0 } ?? true }
}
