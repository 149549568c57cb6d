import Testing

@testable import Probing

@Suite("Probes")
struct ProbeTests {
  /// A probe whose children end at some pieces.
  private func probe(fatal: Set<Int>, attempts: Counter = Counter()) -> Probe {
    Probe { pieces, _, work in
      attempts.count += 1
      var finished = 0
      for piece in pieces {
        guard !fatal.contains(piece) else { return finished }
        work(piece)
        finished += 1
      }
      return finished
    }
  }

  private final class Counter {
    var count = 0
  }

  @Test("find each fatal piece and go on with those after it")
  func fatal() {
    let attempts = Counter()
    var tried: [Int] = []
    let result = probe(fatal: [2, 3, 9], attempts: attempts)
      .result(of: [1, 2, 3, 4, 9], limit: .seconds(1)) { tried.append($0) }
    #expect(result == Probe.Result(fatal: [2, 3, 9]))
    #expect(tried == [1, 4])
    #expect(attempts.count == 4 - 1)
  }

  @Test("take one attempt where nothing is fatal, and none for no piece")
  func harmless() {
    let attempts = Counter()
    let probe = probe(fatal: [], attempts: attempts)
    #expect(probe.result(of: [], limit: .seconds(1)) { _ in } == Probe.Result())
    #expect(attempts.count == 0)
    #expect(probe.result(of: [5, 6], limit: .seconds(1)) { _ in } == Probe.Result())
    #expect(attempts.count == 1)
  }

  @Test("leave what comes after 64 fatal pieces untried")
  func manyFatal() {
    let pieces = Array(0..<100)
    let result = probe(fatal: Set(pieces)).result(of: pieces, limit: .seconds(1)) { _ in }
    #expect(result == Probe.Result(fatal: Set(0..<64), untried: Set(64..<100)))
  }

  @Test("trust everything where nothing can be tried")
  func impossible() {
    let broken = Probe { _, _, _ in nil }
    for probe in [broken, Probe.none] {
      let result = probe.result(of: [1], limit: .seconds(1)) { _ in Issue.record("it was done") }
      #expect(result == Probe.Result())
    }
  }
}
