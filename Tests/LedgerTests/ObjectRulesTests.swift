import Testing

@testable import Ledger

@Suite("The rules about an object")
struct ObjectRulesTests {
  /// What is known of one object, with a clock that every test moves as it likes.
  struct Table {
    var seen: SeenRecord?
    var accepted: AcceptedRecord?
    var trust = ObjectRules.Trust(since: 0, now: 100_000)

    /// Handles changes that came together to the end, and returns the decision.
    mutating func handle(_ changes: ObjectFact...) -> ObjectRules.Decision {
      let decision = ObjectRules.decide(changes, seen: seen, accepted: accepted, trust: trust)
      if let record = decision.seen { seen = record }
      let sent = changes.indices.filter {
        !decision.covered.contains($0) && !decision.unchanged.contains($0)
      }
      accepted = ObjectRules.accept(sent.map { changes[$0] }, before: accepted) ?? accepted
      return decision
    }

    func decide(_ changes: ObjectFact...) -> ObjectRules.Decision {
      ObjectRules.decide(changes, seen: seen, accepted: accepted, trust: trust)
    }
  }

  /// The change with a number; without a content a copy, a delete or what is not known.
  static func change(
    _ number: Int64, _ content: String? = nil, sequencer: String? = nil, time: Int64? = nil
  ) -> ObjectFact {
    let digits = String(number, radix: 16, uppercase: true)
    return ObjectFact(
      identity: "change-\(number)",
      place: ObjectFact.Place(
        sequencer: sequencer ?? String(repeating: "0", count: 8 - digits.utf8.count) + digits,
        time: time ?? number * 1_000),
      content: content)
  }

  // MARK: - The counterexamples of the model, by their numbers

  @Test("1: a predecessor is the greatest of what came together and what is recorded")
  func greatestPredecessor() {
    var table = Table()
    _ = table.handle(Self.change(2, "B"))
    // A viewer keeps B here; then A is uploaded again, and the first A comes late beside it.
    let decision = table.handle(Self.change(1, "A"), Self.change(3, "A"))
    #expect(decision.covered == [0])
    #expect(decision.unchanged == [])
  }

  @Test("2: what a write replaced decides, not what was read before")
  func decidedOnReplaced() {
    var table = Table(seen: nil)
    _ = table.handle(Self.change(1, "A"))
    #expect(table.decide(Self.change(3, "A")).unchanged == [0])
    // Somebody else was faster, and 3 is decided anew on what that one wrote.
    _ = table.handle(Self.change(2, "B"))
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
  }

  @Test("3: a predecessor is trusted by its event time, however late it was recorded")
  func retention() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    table.trust.now = 1_000 + ObjectRules.retention
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
    table.trust.now -= 1
    #expect(table.decide(Self.change(3, "A")).unchanged == [0])
  }

  @Test("4: a predecessor from before the era is not trusted, nor is any where there is no era")
  func sinceForUnchanged() {
    var table = Table()
    _ = table.handle(Self.change(2, "A"))
    table.trust.since = 2_000
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
    table.trust.since = nil
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
    #expect(table.decide(Self.change(3, "A")).seen?.identity == "change-3")
    table.trust.since = 1_999
    #expect(table.decide(Self.change(3, "A")).unchanged == [0])
  }

  @Test("5: what was accepted before the era covers nothing")
  func sinceForCovered() {
    var table = Table()
    _ = table.handle(Self.change(2, "B"))
    table.trust.since = 2_000
    #expect(table.decide(Self.change(1, "A")).covered == [])
    #expect(table.decide(Self.change(2, "B")).covered == [])
    table.trust.since = 1_999
    #expect(table.decide(Self.change(1, "A")).covered == [0])
    let era = Era(fingerprint: "F", since: 1_000)
    #expect(Era.trusted(from: era, fingerprint: "F", margin: 500) == 1_500)
    #expect(Era.trusted(from: era, fingerprint: "G", margin: 500) == nil)
    #expect(Era.trusted(from: nil, fingerprint: "F", margin: 500) == nil)
  }

  @Test("6: neither a change nor its predecessor may be a copy")
  func copies() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    #expect(table.handle(Self.change(2)).unchanged == [])
    #expect(table.handle(Self.change(3, "A")).unchanged == [])
    #expect(table.handle(Self.change(4, "A")).unchanged == [0])
  }

  @Test("8: a change with the sequencer of another takes that one's content out of the game")
  func equalSequencers() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    let twin = Self.change(2, "B", sequencer: "00000001")
    #expect(table.handle(twin).covered == [])
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
  }

  @Test("8: so does a change whose sequencer fell below that of an earlier one")
  func fallingSequencers() {
    var table = Table()
    _ = table.handle(Self.change(4, "A"))
    let late = Self.change(5, "B", sequencer: "00000003")
    #expect(table.handle(late).covered == [])
    #expect(table.decide(Self.change(6, "A")).unchanged == [])
    // The doubt reaches as far as the time of the change that fell, whatever comes in between.
    var other = Table()
    _ = other.handle(Self.change(5, "B", sequencer: "00000001"))
    _ = other.handle(Self.change(2, "A"))
    _ = other.handle(Self.change(3, "A"))
    #expect(other.decide(Self.change(6, "A")).unchanged == [])
  }

  @Test("9: what finds a record as new as itself is recorded, and writes nothing a second time")
  func equalIsRecorded() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    let twin = Self.change(2, "B", sequencer: "00000001")
    #expect(table.handle(twin).seen != nil)
    #expect(table.decide(twin).seen == nil)
    #expect(table.decide(Self.change(1, "A")).seen == nil)
  }

  // MARK: - What the rules say besides

  @Test(
    "the same change, or an older one by sequencer and by time, is covered by what was accepted")
  func covered() {
    var table = Table()
    _ = table.handle(Self.change(5, "B"))
    #expect(table.decide(Self.change(5, "B")).covered == [0])
    #expect(table.decide(Self.change(4, "A"), Self.change(6, "A")).covered == [0])
    #expect(table.decide(Self.change(4, time: 6_000)).covered == [])
    #expect(table.decide(Self.change(7, time: 4_000)).covered == [])
    #expect(table.decide(Self.change(4, time: 5_000)).covered == [])
  }

  @Test("where nothing is recorded, what was accepted covers all the same")
  func coveredAlone() {
    let accepted = AcceptedRecord(place: .init(sequencer: "00000005", time: 5_000), identity: "x")
    let decision = ObjectRules.decide(
      [Self.change(4, "A"), Self.change(6, "A")], accepted: accepted,
      trust: ObjectRules.Trust(since: 0, now: 0))
    #expect(decision == ObjectRules.Decision(covered: [0]))
  }

  @Test("of several changes that came together, one that differs sends them all")
  func batches() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    #expect(table.decide(Self.change(2, "B"), Self.change(3, "A")).unchanged == [])
    #expect(table.decide(Self.change(2, "A"), Self.change(3, "A")).unchanged == [0, 1])
    #expect(table.decide(Self.change(3, "A"), Self.change(2)).unchanged == [])
  }

  @Test("a deletion is recorded, so that nothing is unchanged across it")
  func deletions() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    _ = table.handle(Self.change(2))
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
  }

  @Test("a redelivered change reads its verdict, and is never its own predecessor")
  func redelivery() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    #expect(table.handle(Self.change(2, "A")).unchanged == [0])
    table.accepted = nil
    #expect(table.decide(Self.change(2, "A")).unchanged == [0])
    var other = Table()
    // Recorded, but never sent.
    other.seen = other.decide(Self.change(1, "A")).seen
    #expect(other.decide(Self.change(1, "A")).unchanged == [])
    #expect(other.decide(Self.change(1, "A")).marks[0] == nil)
  }

  @Test("a late change carries what was recorded before it came in its caller reference")
  func late() {
    var table = Table()
    table.seen = table.decide(Self.change(3, "A")).seen
    #expect(table.decide(Self.change(2, "B")).marks[0] == "change-3")
    #expect(table.decide(Self.change(3, "A")).marks[0] == nil)
    #expect(table.decide(Self.change(4, "B")).marks[0] == nil)
    // Of two that come together each has its own, since one may be left to a later delivery.
    #expect(table.decide(Self.change(2, "B"), Self.change(3, "A")).marks == [0: "change-3"])
    // One whose record is void gets another reference than it had before.
    _ = table.handle(Self.change(5, "B", sequencer: "00000003"))
    table.accepted = nil
    #expect(table.decide(Self.change(3, "A")).marks[0] == "void change-3")
  }

  @Test("a change without a place is sent, and puts everything up to now in doubt")
  func unplaced() {
    var table = Table()
    _ = table.handle(Self.change(1, "A"))
    var unknown = Self.change(2, "B")
    unknown.place = nil
    let decision = table.handle(unknown)
    #expect(decision.covered.isEmpty && decision.unchanged.isEmpty)
    #expect(decision.marks[0] == "void change-1")
    #expect(table.decide(Self.change(3, "A")).unchanged == [])
    // Once the doubt lies back far enough, an upload counts again.
    let after = 100_000 + ObjectRules.clockSkew + 1_000
    _ = table.handle(Self.change(after / 1_000, "A"))
    #expect(table.decide(Self.change(after / 1_000 + 1, "A")).unchanged == [0])
    var empty = Table()
    _ = empty.handle(unknown)
    _ = empty.handle(Self.change(1, "A"))
    #expect(empty.decide(Self.change(3, "A")).unchanged == [])
  }

  @Test("the newest of the changes that were sent is noted as accepted, and only upwards")
  func accept() {
    let accepted = ObjectRules.accept([Self.change(3), Self.change(2)], before: nil)
    #expect(accepted?.identity == "change-3")
    #expect(ObjectRules.accept([Self.change(2)], before: accepted) == nil)
    #expect(ObjectRules.accept([Self.change(4)], before: accepted)?.identity == "change-4")
    #expect(ObjectRules.accept([], before: nil) == nil)
  }

  @Test("records are read as they were written, and what cannot be read is not trusted")
  func texts() {
    let records = [
      SeenRecord(place: .init(sequencer: "0A", time: -5), identity: "i", content: "c"),
      SeenRecord(
        place: .init(sequencer: "0A", time: 5), identity: "i", isUnchanged: true, doubt: 7),
      SeenRecord(place: nil, doubt: 9),
    ]
    for record in records { #expect(SeenRecord(text: record.text, now: 1) == record) }
    for text in ["", "2 a b", "1 x 3", "x"] {
      #expect(SeenRecord(text: text, now: 8) == SeenRecord(place: nil, doubt: 8))
      #expect(AcceptedRecord(text: text) == nil)
      #expect(Era(text: text) == nil)
    }
    let accepted = AcceptedRecord(place: .init(sequencer: "0A", time: 5), identity: "i")
    #expect(AcceptedRecord(text: accepted.text) == accepted)
    let era = Era(fingerprint: "f", since: 5)
    #expect(Era(text: era.text) == era)
  }
}
