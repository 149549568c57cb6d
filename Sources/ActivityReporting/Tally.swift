/// The sums of a day, of a distribution, or of everything.
package struct Tally: Sendable, Equatable {
  /// Invalidations that CloudFront accepted.
  package var invalidations = 0
  /// The paths in them, each of which is billed once the free ones are used up.
  package var paths = 0
  /// How many of the paths are wildcards.
  package var wildcards = 0
  /// The paths that the changes asked for, those of each change for themselves.
  package var naive = 0
  /// The same, each once in its batch.
  package var asked = 0
  /// The changes and paths that were not sent, since CloudFront had accepted them before.
  package var duplicates = 0
  /// Calls that CloudFront throttled.
  package var throttled = 0
  /// The paths that a dry run withheld; nothing else here counts them.
  package var withheld = 0
  /// Failures.
  package var failures = 0
  /// From the changes to the acceptance, in milliseconds, one for each invalidation.
  package var lags: [Int64] = []

  /// Whether nothing happened.
  package var isEmpty: Bool { self == Tally() }
  /// The paths that were not billed, since several changes of a batch ask for them.
  package var shared: Int { max(0, naive - asked) }
  /// The paths that were not billed, since a wildcard covers them.
  package var covered: Int { max(0, asked - paths) }
  /// The paths that a function would have paid for that sends every change alone, each time it is
  /// delivered.
  package var saved: Int { shared + covered + duplicates }
  /// The lag, where the log says it.
  package var lag: Percentiles? { Percentiles(lags) }

  mutating func add(_ batch: LoggedFact.Batch) {
    guard batch.invalidation != nil else {
      withheld += batch.count
      return
    }
    naive += batch.naive ?? batch.asked ?? batch.count
    asked += batch.asked ?? batch.count
    invalidations += 1
    paths += batch.count
    wildcards += batch.wildcards
    if let lag = batch.lag { lags.append(lag) }
  }
}

/// How a number of measurements is distributed.
package struct Percentiles: Sendable, Equatable {
  /// Half are at most this.
  package var p50: Int64
  /// Nine in ten are at most this.
  package var p90: Int64
  /// 99 in 100 are at most this.
  package var p99: Int64
  /// The largest.
  package var max: Int64

  /// Computes them by nearest rank; nil without any measurement.
  package init?(_ values: [Int64]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    func rank(_ percent: Int) -> Int64 {
      sorted[Swift.max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
    (p50, p90, p99, max) = (rank(50), rank(90), rank(99), sorted[sorted.count - 1])
  }
}
