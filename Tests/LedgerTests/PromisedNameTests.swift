import S3Events
import Testing

@testable import Ledger

@Suite("Names that were promised never to change their bytes")
struct PromisedNameTests {
  /// One object with such a name, whose first write is not sent.
  private final class Table {
    var seen: SeenRecord?
    private let trust = ObjectRules.Trust(since: nil, now: 100_000)

    /// Handles changes; true when they have to be sent as if nobody had promised anything.
    func isRewritten(_ changes: ObjectFact..., isWork: Bool = false) -> Bool {
      let decision = ObjectRules.decide(
        changes, seen: seen, accepted: nil, trust: trust, isWork: isWork, isPromised: true)
      seen = decision.seen ?? seen
      return decision.isRewritten
    }
  }

  private static let a1 = ObjectRulesTests.change(1, "A")
  private static let b2 = ObjectRulesTests.change(2, "B")
  private static let a3 = ObjectRulesTests.change(3, "A")

  @Test("are kept by a first write, by the same bytes, and by what says nothing of bytes")
  func kept() {
    let table = Table()
    #expect(!table.isRewritten(Self.a1))
    #expect(!table.isRewritten(Self.a1))
    #expect(!table.isRewritten(ObjectRulesTests.change(2)))
    #expect(!table.isRewritten(Self.a3))
  }

  @Test("are broken by other bytes, whatever the era, the order and the batch")
  func broken() {
    let inOrder = Table()
    _ = inOrder.isRewritten(Self.a1)
    #expect(inOrder.isRewritten(Self.b2))
    let late = Table()
    _ = late.isRewritten(Self.b2)
    #expect(late.isRewritten(Self.a1))
    let together = Table()
    #expect(together.isRewritten(Self.a1, Self.b2))
    var unplaced = Self.b2
    unplaced.place = nil
    let without = Table()
    _ = without.isRewritten(Self.a1)
    #expect(without.isRewritten(unplaced))
  }

  @Test(
    "once broken, stay so: a write that was recorded and never sent is sent when it comes again")
  func remembered() {
    let table = Table()
    _ = table.isRewritten(Self.a1)
    // The environment ends before it sends 2; then the bytes of 2 are uploaded again.
    #expect(table.isRewritten(Self.b2))
    #expect(table.isRewritten(ObjectRulesTests.change(3, "B")))
    #expect(table.isRewritten(Self.b2))
    #expect(table.isRewritten(Self.b2, isWork: true))
    #expect(SeenRecord(text: table.seen?.text ?? "", now: 0) == table.seen)
  }

  @Test("mean nothing where nobody promised")
  func ordinary() {
    let seen = ObjectRules.decide(
      [Self.a1], seen: nil, accepted: nil, trust: ObjectRules.Trust(since: 0, now: 9_000)
    ).seen
    let decision = ObjectRules.decide(
      [Self.b2], seen: seen, accepted: nil, trust: ObjectRules.Trust(since: 0, now: 9_000))
    #expect(!decision.isRewritten && decision.seen?.isRewritten == false)
  }
}
