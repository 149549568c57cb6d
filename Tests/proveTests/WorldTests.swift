import Testing

@testable import prove

@Suite("World") struct WorldTests {
  @Test("keeps every promise in some dozens of worlds")
  func promises() {
    let totals = Simulation.run(1...48, jobs: 2)
    #expect(totals.seeds == 48)
    let first = totals.violations.prefix(5).map { "seed \($0.seed) \($0.text)" }
    #expect(first == [])
    for kind in [
      "distributions that CloudFront does not know", "refusals by intent",
      "batches split by a full quota", "replaced distributions met",
    ] {
      #expect(totals.faults[kind, default: 0] > 0, "no \(kind)")
    }
    for kind in [
      "changes that nobody sees", "requests with a folder", "items of work",
      "items of work of a further hop", "items of work for a part of the distributions",
      "calls of DynamoDB", "objects whose copies must be fresh",
    ] {
      #expect(totals.met[kind, default: 0] > 0, "no \(kind)")
    }
    #expect(totals.invalidations > 0)
  }

  @Test("is the same world whenever its seed is used", arguments: [3, 7, 19] as [UInt64])
  func repeats(seed: UInt64) {
    let first = Command.world(seed)
    let second = Command.world(seed)
    #expect(first.digest == second.digest)
    #expect(first.calls == second.calls)
    #expect(first.time == second.time)
  }

  @Test("replaces environments by their age where a row says so, however short invocations are")
  func lifetime() {
    var load = Load()
    load.waves = [Load.Wave(start: .zero, length: .seconds(3_600), changes: 360)]
    func coldStarts(_ lifetime: Duration?) -> Int {
      let outcome = Outcome(load) {
        $0.concurrency = 1
        $0.batchSize = 1
        $0.lifetime = lifetime
      }
      #expect(outcome.measured.invocations > 300)
      return outcome.totals.coldStarts
    }
    #expect(coldStarts(nil) > 5)
    #expect(coldStarts(.seconds(36_000)) < 4)
    #expect(coldStarts(.seconds(360)) > 5)
  }
}
