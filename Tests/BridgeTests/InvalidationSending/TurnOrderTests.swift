import CloudFrontModel
import Testing

@testable import InvalidationSending

@Suite("The order of turns")
struct TurnOrderTests {
  private let ids: [DistributionID] = ["E1", "E2", "E3", "E4"]

  @Test("begins with the oldest change, and takes an unknown time for now")
  func oldest() {
    let times: [DistributionID: Int64] = ["E1": 300, "E2": 100, "E4": 200]
    let order = TurnOrder().order(ids, now: 1_000, random: 0) { times[$0] }
    #expect(order == ["E2", "E4", "E1", "E3"])
  }

  @Test("begins anywhere among those that wait equally long", arguments: [0, 0.3, 0.6, 0.99])
  func equals(random: Double) {
    let order = TurnOrder().order(ids, now: 1_000, random: random) { _ in 5 }
    let first = Int(random * 4)
    #expect(order == Array(ids[first...]) + ids[..<first])
  }

  @Test("a few urgent ones come first, then they and the others take turns")
  func urgent() {
    let many = (1...8).map { DistributionID("E\($0)") }
    let urgent: Set<DistributionID> = ["E4", "E5", "E6", "E7", "E8"]
    let order = TurnOrder().order(
      many, now: 1_000, random: 0, isUrgent: { urgent.contains($0) }, oldestChange: { _ in 5 })
    #expect(order == ["E4", "E5", "E6", "E1", "E7", "E2", "E8", "E3"])
  }

  @Test("all or none urgent makes no difference", arguments: [true, false])
  func alike(isUrgent: Bool) {
    let order = TurnOrder().order(
      ids, now: 1_000, random: 0.5, isUrgent: { _ in isUrgent }, oldestChange: { _ in 5 })
    #expect(order == ["E3", "E4", "E1", "E2"])
  }

  @Test("whoever was served waits since then, so that nobody waits for ever")
  func starvation() {
    var turns = TurnOrder()
    var told: [DistributionID: Int] = [:]
    // One request at a time, and a change that comes back until the last of them is told.
    for time in 1...400 {
      let order = turns.order(ids, now: Int64(time), random: 0) { _ in 0 }
      told[order[0], default: 0] += 1
      turns.serve(order[0], at: Int64(time))
    }
    #expect(ids.allSatisfy { told[$0] == 100 })
  }
}
