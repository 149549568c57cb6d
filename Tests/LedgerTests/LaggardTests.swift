import S3Events
import Testing

@testable import Ledger

@Suite("The rules about distributions that changes were handed on for")
struct LaggardTests {
  private static let halves = [0, 1].compactMap { DistributionSlice(index: $0, of: 2) }
  private static let trust = ObjectRules.Trust(since: 0, now: 100_000)

  private static func change(_ number: Int64, sequencer: String? = nil) -> ObjectFact {
    ObjectRulesTests.change(number, "\(number)", sequencer: sequencer)
  }

  private static let accepted = AcceptedRecord(
    place: .init(sequencer: "00000005", time: 5_000), identity: "change-5",
    laggards: Set(halves))

  @Test("are not covered, while all others are, and a newer change is covered nowhere")
  func covered() {
    let decision = ObjectRules.decide(
      [Self.change(5), Self.change(4), Self.change(6)], seen: nil, accepted: Self.accepted,
      trust: Self.trust)
    #expect(decision.covered.isEmpty)
    #expect(decision.laggards == [0: Set(Self.halves), 1: Set(Self.halves)])
    let untrusted = ObjectRules.Trust(since: 5_000, now: 100_000)
    #expect(
      ObjectRules.decide([Self.change(5)], accepted: Self.accepted, trust: untrusted).laggards
        .isEmpty)
  }

  @Test("are completed one slice at a time, and then the change is covered")
  func completed() throws {
    let one = try #require(
      ObjectRules.accept(
        [Self.change(5)], of: Self.halves[0], laggards: [], before: Self.accepted))
    #expect(one.laggards == [Self.halves[1]])
    let all = try #require(
      ObjectRules.accept([Self.change(5)], of: Self.halves[1], laggards: [], before: one))
    #expect(all.laggards.isEmpty)
    #expect(
      ObjectRules.decide([Self.change(5)], accepted: all, trust: Self.trust).covered == [0])
    // The second time there is nothing to take off.
    #expect(
      ObjectRules.accept([Self.change(5)], of: Self.halves[0], laggards: [], before: one) == nil)
  }

  @Test("a slice that was handed on again leaves its own parts")
  func parts() throws {
    let quarter = try #require(Self.halves[0].halves.last)
    let one = ObjectRules.accept(
      [Self.change(5)], of: Self.halves[0], laggards: [quarter], before: Self.accepted)
    #expect(one?.laggards == [Self.halves[1], quarter])
    // Where that was written and not handed on after all, the whole slice comes again.
    let whole = ObjectRules.accept(
      [Self.change(5)], of: Self.halves[0], laggards: [], before: try #require(one))
    #expect(whole?.laggards == [Self.halves[1]])
  }

  @Test("are completed for the same change alone, not for another one of its place")
  func identity() {
    for other in [Self.change(4), Self.change(6), Self.change(7, sequencer: "00000005")] {
      #expect(
        ObjectRules.accept([other], of: Self.halves[0], laggards: [], before: Self.accepted)
          == nil)
    }
  }

  @Test("a second delivery of the event that told them leaves those that lag still")
  func again() {
    func accept(
      _ change: ObjectFact, _ laggards: [DistributionSlice], since: Int64? = 0
    ) -> AcceptedRecord? {
      ObjectRules.accept([change], laggards: Set(laggards), before: Self.accepted, since: since)
    }
    #expect(accept(Self.change(5), [Self.halves[1]])?.laggards == [Self.halves[1]])
    #expect(accept(Self.change(5), Self.halves) == nil)
    let quarters = Self.halves[0].halves
    #expect(accept(Self.change(5), quarters)?.laggards == Set(quarters))
    // What a part was told before is not forgotten.
    var before = Self.accepted
    before.laggards = [quarters[1]]
    let whole = ObjectRules.accept(
      [Self.change(5)], laggards: Set(Self.halves), before: before, since: 0)
    #expect(whole == nil)
    // Under other settings all were told, and nothing was taken from what was there.
    #expect(accept(Self.change(5), [], since: nil) == nil)
    #expect(accept(Self.change(4), []) == nil)
    let newer = accept(Self.change(6), [])
    #expect(newer?.identity == "change-6" && newer?.laggards.isEmpty == true)
  }

  @Test("a change that was handed on is recorded already, never unchanged, and late like any other")
  func work() {
    let seen = SeenRecord(
      place: .init(sequencer: "00000006", time: 6_000), identity: "change-6", content: "A")
    func decide(_ fact: ObjectFact) -> ObjectRules.Decision {
      ObjectRules.decide([fact], seen: seen, accepted: nil, trust: Self.trust, isWork: true)
    }
    #expect(decide(Self.change(5)).marks[0] == "change-6")
    #expect(decide(Self.change(6)).marks[0] == nil)
    let newer = decide(ObjectRulesTests.change(7, "A"))
    #expect(newer.seen == nil && newer.unchanged.isEmpty)
    // What came meanwhile may contradict it, and that is told to whoever comes next.
    let fallen = decide(ObjectRulesTests.change(7, sequencer: "00000002"))
    #expect(fallen.seen?.doubt == 7_000)
    #expect(
      ObjectRules.decide(
        [Self.change(5)], seen: nil, accepted: nil, trust: Self.trust, isWork: true
      ).seen == nil)
  }

  @Test("are read as they were written")
  func texts() {
    #expect(AcceptedRecord(text: Self.accepted.text) == Self.accepted)
    #expect(Self.accepted.text.hasSuffix(" 0/2,1/2"))
    for text in ["1 0A 5 i 2/2", "1 0A 5 i 0/3", "1 0A 5 i x", "1 0A 5 i 0/2 y"] {
      #expect(AcceptedRecord(text: text) == nil)
    }
  }
}
