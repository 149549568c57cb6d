import CloudFrontModel
import Encoding
import InvalidationPlanning
import JSON
import OperatorAPI
import PlanReporting

/// What invalidations cost, and which of their paths were for nothing.
struct Audit {
  /// Paths and what they cost at list price.
  struct Sum {
    var batches = 0
    var paths = 0

    var dollars: Dollars { Dollars(micros: paths * InvalidationCost.listPrice.micros) }

    var json: JSONValue {
      [
        "batches": .integer(Int64(batches)), "paths": .integer(Int64(paths)),
        "dollars": .string("\(dollars)"),
      ]
    }
  }

  /// Why a path was for nothing.
  enum Waste: String, CaseIterable {
    case duplicate = "duplicates"
    case covered = "covered"
    case unreachable = "unreachable"

    var words: String {
      switch self {
      case .duplicate: "sent a second time within a minute"
      case .covered: "covered by a wildcard of the same minute"
      case .unreachable: "no viewer can reach a copy"
      }
    }
  }

  /// The time in which a path need not be sent twice, in milliseconds.
  private static let window: Int64 = 60_000
  /// The paths of a month that cost nothing.
  static let free = 1_000

  private(set) var total = Sum()
  /// By tool and user.
  private(set) var senders: [String: Sum] = [:]
  private(set) var wasted: [Waste: Sum] = [:]
  /// How often everything was invalidated.
  private(set) var everything = 0
  /// What the planner would have sent.
  var planned = Sum()
  /// What the months cost once their free paths are taken off.
  private(set) var billed = Dollars(micros: 0)
  /// What the function's ledger says.
  struct Recorded {
    /// How many of the batches are the function's.
    var batches: Int
    /// How many of the function's batches CloudFront refused.
    var refused: Int
  }

  /// What the ledger says; nil without one.
  var recorded: Recorded?
  /// The paths of distributions on a flat-rate plan, which nobody bills.
  private(set) var unbilled = 0
  /// The batches whose paths nobody tells.
  private(set) var unknown = 0
  /// What was needed, in the batches in which it was sent, by distribution.
  private(set) var needed: [(distribution: DistributionID, paths: [InvalidatedPath])] = []

  /// Counts.
  ///
  /// - Parameters:
  ///   - isOnPlan: whether a distribution is on a flat-rate plan now.
  ///   - isReachable: whether a viewer can have a copy under a path.
  init(
    _ batches: [AuditedBatch], isOnPlan: (DistributionID) -> Bool,
    isReachable: (DistributionID, InvalidatedPath) -> Bool
  ) {
    var months: [String: Int] = [:]
    let sorted = batches.sorted { $0.time < $1.time }
    for batch in sorted {
      let count = batch.paths?.count ?? 0
      let sender = batch.user.isEmpty ? batch.tool : "\(batch.tool)\t\(batch.user)"
      total.batches += 1
      senders[sender, default: Sum()].batches += 1
      guard let paths = batch.paths else {
        unknown += 1
        continue
      }
      total.paths += count
      senders[sender, default: Sum()].paths += count
      let moment = CivilTime(millisecondsSinceEpoch: batch.time)
      if isOnPlan(batch.distribution) {
        unbilled += count
      } else {
        months["\(moment.year)-\(moment.month)", default: 0] += count
      }
      everything += paths.count { $0.bytes.elementsEqual("/*".utf8) }
    }
    let excess = months.values.reduce(0) { $0 + max(0, $1 - Audit.free) }
    billed = Dollars(micros: excess * InvalidationCost.listPrice.micros)
    for (_, group) in Dictionary(grouping: sorted, by: \.distribution)
      .sorted(by: { $0.key.description < $1.key.description })
    {
      sort(group, isReachable)
    }
  }

  /// Tells needed paths from wasted ones, for one distribution's batches in their order. Each path
  /// counts for one reason, the first that applies.
  private mutating func sort(
    _ batches: [AuditedBatch], _ isReachable: (DistributionID, InvalidatedPath) -> Bool
  ) {
    var sent: [InvalidatedPath: Int64] = [:]
    var start: Int64?
    // The batches are in their order, so that those of the same minute are neighbours.
    var near = 0..<0
    for batch in batches {
      while near.lowerBound < batches.count,
        batches[near.lowerBound].time < batch.time - Audit.window
      {
        near = near.lowerBound + 1..<max(near.upperBound, near.lowerBound + 1)
      }
      while near.upperBound < batches.count,
        batches[near.upperBound].time <= batch.time + Audit.window
      {
        near = near.lowerBound..<near.upperBound + 1
      }
      let wildcards = batches[near].flatMap { $0.paths ?? [] }.filter(\.isWildcard)
      var kept: [InvalidatedPath] = []
      for path in batch.paths ?? [] {
        let reason: Waste?
        if let last = sent[path], batch.time - last <= Audit.window {
          reason = .duplicate
        } else if wildcards.contains(where: { $0 != path && $0.subsumes(path) }) {
          reason = .covered
        } else if !isReachable(batch.distribution, path) {
          reason = .unreachable
        } else {
          reason = nil
        }
        sent[path] = batch.time
        if let reason {
          wasted[reason, default: Sum()].paths += 1
        } else {
          kept.append(path)
        }
      }
      guard !kept.isEmpty else { continue }
      // What one minute brings, the bridge sends together.
      if let first = start, batch.time - first <= Audit.window, let last = needed.indices.last,
        needed[last].distribution == batch.distribution
      {
        needed[last].paths += kept
      } else {
        needed.append((batch.distribution, kept))
        start = batch.time
      }
    }
  }

  /// The paths that were for nothing.
  var waste: Sum {
    Sum(batches: 0, paths: wasted.values.reduce(0) { $0 + $1.paths })
  }

  /// The result in a sentence.
  func line(days: Int) -> String {
    "\(Counted.words(total.paths, "path")) in \(Counted.words(days, "day")), $\(total.dollars) at"
      + " list price; \(waste.paths) of them, $\(waste.dollars),"
      + " \(waste.paths == 1 ? "was" : "were") for nothing; the bridge would have sent"
      + " \(planned.paths), $\(planned.dollars)."
  }
}

extension InvalidatedPath {
  /// Whether a wildcard covers another item as well.
  fileprivate func subsumes(_ other: InvalidatedPath) -> Bool {
    isWildcard && other.bytes.starts(with: bytes.dropLast())
      && other.bytes.first != UInt8(ascii: "#")
  }
}
