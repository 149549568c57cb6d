/// What came of one world or of many.
struct Totals {
  var seeds = 0
  var time = Duration.zero
  var changes = 0
  var deliveries = 0
  var coldStarts = 0
  var calls = 0
  /// What went wrong by intent, by kind.
  var faults: [String: Int] = [:]
  var invalidations = 0
  var paths = 0
  var pathsPaidAgain = 0
  var repeatedBatches = 0
  var deadLetters = 0
  var violations: [(seed: UInt64, kind: String, text: String)] = []
  /// Of everything that happened: the same for every run of a seed.
  var digest: UInt64 = 0

  /// What else there was, by kind.
  var met: [String: Int] = [:]

  mutating func meet(_ kind: String) { met[kind, default: 0] += 1 }

  var faultCount: Int { faults.values.reduce(0, +) }

  mutating func add(_ other: Totals) {
    seeds += other.seeds
    time += other.time
    changes += other.changes
    deliveries += other.deliveries
    coldStarts += other.coldStarts
    calls += other.calls
    faults.merge(other.faults) { $0 + $1 }
    met.merge(other.met) { $0 + $1 }
    invalidations += other.invalidations
    paths += other.paths
    pathsPaidAgain += other.pathsPaidAgain
    repeatedBatches += other.repeatedBatches
    deadLetters += other.deadLetters
    violations += other.violations
    digest ^= other.digest
  }

  var text: String {
    let kinds = faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    let others = met.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return """
      seeds               \(seeds)
      simulated hours     \(time.components.seconds / 3600)
      object changes      \(changes)
      invocations         \(deliveries), \(coldStarts) of them cold
      CloudFront calls    \(calls)
      faults injected     \(faultCount): \(kinds.joined(separator: ", "))
      met on the way      \(others.joined(separator: ", "))
      invalidations       \(invalidations) with \(paths) paths
      paths paid again    \(pathsPaidAgain), for changes that were covered before
      repeated requests   \(repeatedBatches), answered with the invalidation made before
      dead letters        \(deadLetters), all redriven in the end
      violations          \(violations.count)
      digest              \(String(digest, radix: 16)), the same for the same worlds

      """
  }
}
