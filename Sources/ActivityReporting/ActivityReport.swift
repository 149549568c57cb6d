package import CloudFrontModel
import Encoding
package import InvalidationPlanning

/// What happened in a period: by day, by distribution, and altogether.
package struct ActivityReport: Sendable, Equatable {
  /// One day in UTC.
  package struct Day: Sendable, Equatable {
    /// The date, such as `2026-11-25`.
    package var date: String
    package var tally: Tally
    /// What is billed for its paths, once the month's free ones are used up.
    package var billed: Dollars
    /// The paths for each of the report's distributions, in their order.
    package var paths: [Int]
  }

  /// One distribution.
  package struct Distribution: Sendable, Equatable {
    package var id: DistributionID
    package var tally: Tally
  }

  /// One calendar month, in which the first paths are free.
  package struct Month: Sendable, Equatable {
    /// The month, such as `2026-11`.
    package var name: String
    package var paths: Int
    package var billed: Dollars
  }

  /// A name with a number, the largest first.
  package struct Count: Sendable, Equatable {
    package var name: String
    package var count: Int
  }

  /// The days from the first to the last with anything on it, without a gap.
  package let days: [Day]
  /// The distributions, those with the most paths first.
  package let distributions: [Distribution]
  package let months: [Month]
  package let total: Tally
  /// Changes and paths that needed no invalidation, by reason.
  package let spared: [Count]
  /// The directories with the most paths, at most ``maxDirectories``.
  package let directories: [Count]
  /// How many paths the lines name; lines of large batches name only the first.
  package let namedPaths: Int
  /// The failures, the most frequent first.
  package let failures: [FailureKind]
  package let invocations: Int
  package let coldStarts: Int
  package let records: Int
  package let retries: Int
  /// Invalidations that were logged more than once.
  package let repeats: Int
  /// Whether the source says what was saved; otherwise nothing counts as saved.
  package let knowsSavings: Bool
  /// The paths that are free in a month.
  package let freePaths: Int

  /// Why paths were not billed, and how many.
  package var savings: [Count] {
    [
      Count(name: "sharedPaths", count: total.shared),
      Count(name: "wildcards", count: total.covered),
      Count(name: "duplicates", count: total.duplicates),
    ].filter { $0.count > 0 }
  }

  /// What everything would be billed without free paths.
  package var listDollars: Dollars { ActivityReport.price(of: total.paths) }
  /// What is billed once the months' free paths are used up.
  package var billed: Dollars { Dollars(micros: months.reduce(0) { $0 + $1.billed.micros }) }

  /// The price of a number of paths.
  package static func price(of paths: Int) -> Dollars {
    Dollars(micros: paths * InvalidationCost.listPrice.micros)
  }

  /// The most directories that are kept.
  package static let maxDirectories = 12
  /// The most days that are shown, which is more than CloudWatch Logs usually keeps.
  static let maxDays: Int64 = 1_100

  /// Adds up an activity.
  ///
  /// - Parameter freePaths: the paths of a month that are free, once others took theirs.
  package init(_ activity: Activity, freePaths: Int = 1_000) {
    self.freePaths = freePaths
    distributions = ActivityReport.distributions(of: activity)
    let ids = distributions.map(\.id)
    let numbers = Set(activity.days.keys).union(activity.others.keys)
    let last = numbers.max() ?? 0
    let first = max(numbers.min() ?? 1, last - ActivityReport.maxDays + 1)
    var days: [Day] = []
    var months: [Month] = []
    var total = Tally()
    for number in first...max(first, last) where !numbers.isEmpty {
      let parts = activity.days[number] ?? [:]
      var tally = activity.others[number] ?? Tally()
      for part in parts.values { tally.add(part) }
      let date = ActivityReport.date(number)
      let name = String(date.prefix(7))
      if months.last?.name != name {
        months.append(Month(name: name, paths: 0, billed: Dollars(micros: 0)))
      }
      let month = months.count - 1
      let before = max(0, months[month].paths - freePaths)
      months[month].paths += tally.paths
      let billed = ActivityReport.price(of: max(0, months[month].paths - freePaths) - before)
      months[month].billed.micros += billed.micros
      days.append(
        Day(date: date, tally: tally, billed: billed, paths: ids.map { parts[$0]?.paths ?? 0 }))
      total.add(tally)
    }
    (self.days, self.months, self.total) = (days, months, total)
    spared = ActivityReport.counts(activity.spared)
    directories = Array(
      ActivityReport.counts(activity.directories).prefix(ActivityReport.maxDirectories))
    namedPaths = activity.namedPaths
    knowsSavings = activity.knowsSavings
    failures = activity.failures.values.sorted {
      $0.count == $1.count ? $0.type < $1.type : $0.count > $1.count
    }
    (invocations, coldStarts) = (activity.invocations, activity.coldStarts)
    (records, retries, repeats) = (activity.records, activity.retries, activity.repeats)
  }

  private static func distributions(of activity: Activity) -> [Distribution] {
    var tallies: [DistributionID: Tally] = [:]
    for day in activity.days.values {
      for (id, tally) in day { tallies[id, default: Tally()].add(tally) }
    }
    return tallies.map { Distribution(id: $0.key, tally: $0.value) }.sorted { left, right in
      left.tally.paths == right.tally.paths
        ? left.id < right.id : left.tally.paths > right.tally.paths
    }
  }

  private static func counts(_ counts: [String: Int]) -> [Count] {
    counts.filter { $0.value > 0 }.map { Count(name: $0.key, count: $0.value) }.sorted {
      $0.count == $1.count
        ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.count > $1.count
    }
  }

  private static func date(_ day: Int64) -> String {
    let time = CivilTime(millisecondsSinceEpoch: day * 86_400_000)
    return [(time.year, 4), (time.month, 2), (time.day, 2)].map(CivilTime.digits)
      .joined(separator: "-")
  }
}

extension Tally {
  mutating func add(_ other: Tally) {
    invalidations += other.invalidations
    paths += other.paths
    wildcards += other.wildcards
    naive += other.naive
    asked += other.asked
    duplicates += other.duplicates
    throttled += other.throttled
    withheld += other.withheld
    failures += other.failures
    lags += other.lags
  }
}
