/// Tries pieces of work that may end the process, so that one of them does not end the others.
///
/// A message can be such that the function ends while it handles it: it takes all memory, or meets
/// a defect. No code of ours runs then, and SQS delivers the whole batch again. A probe finds the
/// message that is to blame.
package struct Probe {
  /// What became of the pieces.
  package struct Result: Equatable, Sendable {
    /// The pieces that ended the process they were tried in, or took too long.
    package var fatal: Set<Int> = []
    /// The pieces that were not tried, because too many before them were fatal.
    package var untried: Set<Int> = []
  }

  /// Does pieces of work one after the other, each within a time, where they can do no harm.
  ///
  /// - Returns: how many it finished; nil when it could not try at all.
  package typealias Attempt = (
    _ pieces: ArraySlice<Int>, _ limit: Duration, _ work: (Int) -> Void
  ) -> Int?

  /// The most attempts of one probe. Each finds one fatal piece.
  static let mostAttempts = 64

  private let attempt: Attempt?

  /// Creates a probe.
  package init(_ attempt: @escaping Attempt) {
    self.attempt = attempt
  }

  private init() {
    attempt = nil
  }

  /// A probe that trusts every piece and does none.
  package static var none: Probe { Probe() }

  /// Tries some pieces of work.
  ///
  /// - Parameter limit: the longest time for one piece.
  package func result(
    of pieces: [Int], limit: Duration, _ work: (Int) -> Void
  ) -> Result {
    var result = Result()
    guard let attempt else { return result }
    var left = pieces[...]
    for _ in 0..<Probe.mostAttempts {
      // Where it can't be tried, it is done as if there were no probe.
      guard !left.isEmpty, let finished = attempt(left, limit, work) else { return result }
      left = left.dropFirst(finished)
      if let culprit = left.popFirst() { result.fatal.insert(culprit) }
    }
    result.untried = Set(left)
    return result
  }
}
