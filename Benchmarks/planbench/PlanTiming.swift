import CloudFrontModel
import InvalidationPlanning
import S3Events

import CLibrary

/// How long planning takes and how much memory, beside the naive plan in the same process.
struct PlanTiming {
  let changes: Int
  let distributions: Int

  /// Measures and returns a row of the table.
  ///
  /// The naive plan is one unique, sorted list of `/key` for each distribution: no origin paths, no
  /// index documents, no encoding, no reasons.
  func row() -> String {
    let serving = (0..<distributions).map {
      ServingDistribution.assumed(DistributionID("E\(10_000 + $0)"), originPath: "")
    }
    let keys = (0..<changes).map { "section-\($0 % 10)/part-\($0 % 310)/page-\($0).html" }
    let items = keys.map { key in
      PlanItem(
        .change(
          ObjectChange(
            bucket: "site", region: "eu-central-1", key: ObjectKey(raw: Array(key.utf8)),
            eventName: "ObjectCreated:Put", sequencer: Sequencer("0A"))),
        serving: serving)
    }
    let start = PlanTiming.peakMemory()
    let naive = measure { naivePlan(keys) }
    let naivePeak = PlanTiming.peakMemory()
    let ours = measure { plan(items) }
    let oursPeak = PlanTiming.peakMemory()
    let paths = keys.compactMap { try? InvalidationPath(requested: Array("/\($0)".utf8)) }
    let coalescing = measure { Coalescer().coalesce(paths).paths.count }
    let ratio = ours.time / naive.time
    return "| \(changes) | \(distributions) | \(PlanTiming.milliseconds(naive.time))"
      + " | \(PlanTiming.milliseconds(ours.time)) | \(PlanTiming.oneDecimal(ratio))"
      + " | \(PlanTiming.milliseconds(coalescing.time))"
      + " | \(PlanTiming.oneDecimal(Double(naivePeak - start) / 1_024))"
      + " | \(PlanTiming.oneDecimal(Double(oursPeak - start) / 1_024))"
      + " | \(naive.billed) | \(ours.billed) |"
  }

  static let header = """
    | changes | distributions | naive, ms | ours, ms | ratio | coalescing one, ms | naive, MiB | ours, MiB \
    | naive, paths | ours, paths |
    |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
    """

  private func naivePlan(_ keys: [String]) -> Int {
    var batches: [[[UInt8]]] = []
    for _ in 0..<distributions {
      let paths = Set(keys.map { Array("/\($0)".utf8) })
      batches.append(paths.sorted { $0.lexicographicallyPrecedes($1) })
    }
    return batches.reduce(0) { $0 + $1.count }
  }

  private func plan(_ items: [PlanItem]) -> Int {
    InvalidationPlanner().plan(items).distributions.reduce(0) { $0 + $1.paths.count }
  }

  /// Takes the fastest of five runs, of one where a run takes long.
  private func measure(_ work: () -> Int) -> (time: Double, billed: Int) {
    var fastest = Double.infinity
    var billed = 0
    let clock = ContinuousClock()
    for run in 0..<5 where run == 0 || fastest < 0.5 {
      let time = clock.measure { billed = work() }.components
      fastest = min(fastest, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    }
    return (fastest, billed)
  }

  /// The most memory this process held so far, in KiB. C: `getrusage`.
  private static func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss / 1_024
    #else
      // 0 is RUSAGE_SELF, which the C libraries declare as different types.
      getrusage(0, &usage)
      return usage.ru_maxrss
    #endif
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let micros = Int((seconds * 1_000_000).rounded())
    let rest = String(micros % 1_000 + 1_000).dropFirst()
    return "\(micros / 1_000).\(rest)"
  }

  private static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
