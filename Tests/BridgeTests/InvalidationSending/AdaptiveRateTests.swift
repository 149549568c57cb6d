import Testing

@testable import InvalidationSending

@Suite("A rate that finds its limit")
struct AdaptiveRateTests {
  private func rate() -> AdaptiveRate { AdaptiveRate(start: 0.5, from: 0.05, to: 5, now: .zero) }

  @Test("rises by a tenth with each accepted call that had to wait, and with no other")
  func rises() {
    var rate = rate()
    rate.accept(hadToWait: false, at: .seconds(1))
    #expect(rate.perSecond == 0.5)
    rate.accept(hadToWait: true, at: .seconds(2))
    #expect(abs(rate.perSecond - 0.55) < 1e-9)
    for second in 3..<100 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond == 5)
  }

  @Test("halves when it is refused, down to the least rate")
  func halves() {
    var rate = rate()
    rate.refuse(hadToWait: true, at: .seconds(1))
    #expect(rate.perSecond == 0.25)
    for second in 2..<10 { rate.refuse(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond == 0.05)
  }

  @Test("uses four fifths of a refused rate, and tries it again only after ten minutes")
  func leavesAFifth() {
    var rate = rate()
    rate.refuse(hadToWait: true, at: .seconds(1))
    for second in 2...600 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(abs(rate.perSecond - 0.4) < 1e-9)
    for second in 601...608 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond > 0.5)
    #expect(rate.perSecond < 0.51)
  }

  @Test(
    "does not try a low rate again before 80 calls, and after 45 minutes at the latest",
    arguments: [(0.04, 2_000), (0.02, 2_700)])
  func rests(start: Double, seconds: Int) {
    var rate = AdaptiveRate(start: start, from: 0.005, to: 0.5, now: .zero)
    rate.refuse(hadToWait: true, at: .zero)
    for second in 1..<seconds { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(abs(rate.perSecond - start * 0.8) < 1e-9)
    rate.accept(hadToWait: true, at: .seconds(seconds))
    #expect(rate.perSecond > start * 0.82)
  }

  @Test("what a burst pays for raises a limit that was met before by a tenth and no more")
  func burst() {
    var rate = rate()
    rate.refuse(hadToWait: true, at: .seconds(1))
    for second in 601...624 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond > 0.6)
    rate.refuse(hadToWait: true, at: .seconds(625))
    for second in 626...900 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(abs(rate.perSecond - 0.5 * 1.1 * 0.8) < 1e-9)
  }

  @Test("the refusal of a burst halves the rate for now, but shows no limit")
  func ownBurst() {
    var rate = rate()
    rate.refuse(hadToWait: false, at: .seconds(1))
    #expect(rate.perSecond == 0.25)
    for second in 2...40 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond == 5)
  }

  @Test("more than a burst accepted above a limit shows that it is gone")
  func outgrown() {
    var rate = rate()
    rate.refuse(hadToWait: true, at: .seconds(1))
    for second in 601...650 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(rate.perSecond == 5)
    rate.refuse(hadToWait: true, at: .seconds(651))
    for second in 652...710 { rate.accept(hadToWait: true, at: .seconds(second)) }
    #expect(abs(rate.perSecond - 4) < 1e-9)
  }

  @Test("is what it was at the start after ten idle minutes, and only then")
  func idle() {
    var rate = rate()
    rate.use(at: .seconds(1))
    rate.refuse(hadToWait: true, at: .seconds(1))
    rate.use(at: .seconds(600))
    #expect(rate.perSecond == 0.25)
    rate.use(at: .seconds(1_200))
    #expect(rate == AdaptiveRate(start: 0.5, from: 0.05, to: 5, now: .seconds(1_200)))
  }

  @Test("a number stays, whatever happens")
  func fixed() {
    var rate = AdaptiveRate(fixed: 0.3, now: .zero)
    rate.accept(hadToWait: true, at: .seconds(1))
    rate.refuse(hadToWait: true, at: .seconds(2))
    rate.use(at: .seconds(5_000))
    #expect(rate.perSecond == 0.3)
  }
}
