import VirtualWorld

/// Keeps account of the changes of a table's row: who has to forget what, who was told, and how
/// long each had to wait.
///
/// Because every object has one viewer path on each of many distributions, a number for each object
/// and distribution says everything: how many of the object's changes are covered there.
final class FanOut {
  private struct Change {
    var key: Int
    /// Which of its object's changes it is.
    var ordinal: Int32
    var at: Duration
    /// The distributions that are still to be told.
    var open: Int
  }

  let ids: [String]
  private let paths: [String]
  private let placeOfID: [String: Int]
  private let keyOfPath: [String: Int]
  private var changesOfKey: [[Int]]
  private var covered: [[Int32]]
  /// Which of an object's first 64 changes were paid for, a bit each.
  private var paid: [[UInt64]]
  private var changes: [Change] = []

  /// How long a distribution waited for a change to be told.
  private(set) var waits = Waits()
  /// How long a change waited for its last distribution.
  private(set) var lasts = Waits()
  /// When the last of all was told.
  private(set) var lastToldAt = Duration.zero
  /// The distributions and changes that are still to be told.
  private(set) var open = 0

  init(_ load: Load) {
    ids = (0..<load.distributions).map { "E\(100_000 + $0)" }
    paths = (0..<load.keys).map { "/f\($0 / max(1, load.keysOfFolder))/k\($0).css" }
    placeOfID = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    keyOfPath = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
    changesOfKey = Array(repeating: [], count: load.keys)
    covered = Array(repeating: Array(repeating: 0, count: load.keys), count: load.distributions)
    paid = Array(repeating: Array(repeating: 0, count: load.keys), count: load.distributions)
  }

  /// The object's key, of which its path is made.
  func key(_ number: Int) -> [UInt8] { Array(paths[number].utf8.dropFirst()) }

  /// The key of the object that changed; nil when there is no such change.
  func object(of change: Int) -> [UInt8]? {
    changes.indices.contains(change) ? key(changes[change].key) : nil
  }

  func change(key: Int, at now: Duration) -> Int {
    changes.append(
      Change(key: key, ordinal: Int32(changesOfKey[key].count), at: now, open: ids.count))
    changesOfKey[key].append(changes.count - 1)
    open += ids.count
    return changes.count - 1
  }

  /// Whether one of some changes is of one of some objects.
  func concerns(_ batch: [Int], _ objects: Set<Int>) -> Bool {
    batch.contains { objects.contains(changes[$0].key) }
  }

  /// The objects of some changes, each with its changes among these, a bit each.
  func objects(of batch: Set<Int>) -> [Int: UInt64] {
    var objects: [Int: UInt64] = [:]
    for change in batch.lazy.map({ self.changes[$0] }) {
      objects[change.key, default: 0] |= 1 << UInt64(min(change.ordinal, 63))
    }
    return objects
  }

  /// What came of the paths of an invalidation.
  struct Accepted {
    /// Those that were paid for before, for the very same changes: the objects of each.
    var twice: [Set<Int>] = []
    /// Those whose changes another invalidation after them had covered.
    var covered = 0
    /// The first that nothing calls for.
    var stray: String?
  }

  /// Notes an accepted invalidation.
  func accept(
    _ accepted: [String], on id: String, for batch: [Int: UInt64], at now: Duration
  ) -> Accepted {
    guard let distribution = placeOfID[id] else { return Accepted(stray: accepted.first) }
    var result = Accepted()
    for path in accepted {
      let keys =
        path.utf8.last == UInt8(ascii: "*")
        ? paths.indices.filter { paths[$0].hasPrefix(path.dropLast()) }
        : keyOfPath[path].map { [$0] } ?? []
      let causes = keys.compactMap { key in batch[key].map { (key: key, changes: $0) } }
      if causes.isEmpty {
        result.stray = result.stray ?? path
      } else if causes.allSatisfy({ $0.changes & ~paid[distribution][$0.key] == 0 }) {
        result.twice.append(Set(causes.map(\.key)))
      } else if causes.allSatisfy({ cause in
        63 - cause.changes.leadingZeroBitCount < covered[distribution][cause.key]
      }) {
        result.covered += 1
      }
      for cause in causes { paid[distribution][cause.key] |= cause.changes }
      for key in keys { meet(key, distribution, now) }
    }
    return result
  }

  private func meet(_ key: Int, _ distribution: Int, _ now: Duration) {
    let first = Int(covered[distribution][key])
    for index in changesOfKey[key][first...] {
      waits.add(now - changes[index].at)
      changes[index].open -= 1
      open -= 1
      if changes[index].open == 0 { lasts.add(now - changes[index].at) }
      lastToldAt = now
    }
    covered[distribution][key] = Int32(changesOfKey[key].count)
  }

  /// What of a change is not covered yet, as text; nil when all is.
  func gap(of index: Int) -> String? {
    let change = changes[index]
    guard change.open > 0 else { return nil }
    let left = ids.indices.filter { covered[$0][change.key] <= change.ordinal }
    return left.first.map {
      "change \(index) of \(paths[change.key]) at \(change.at.text) is not invalidated on"
        + " \(ids[$0]) and \(left.count - 1) more"
    }
  }

  var changeCount: Int { changes.count }
}

/// How long something waited, counted by the second.
struct Waits {
  private var counts: [Int] = []
  private(set) var count = 0

  mutating func add(_ wait: Duration) {
    let seconds = max(0, Int(wait.components.seconds))
    if seconds >= counts.count {
      counts += Array(repeating: 0, count: seconds + 1 - counts.count)
    }
    counts[seconds] += 1
    count += 1
  }

  var longest: Int { counts.lastIndex { $0 > 0 } ?? 0 }
  var median: Int { quantile(0.5) }

  func quantile(_ part: Double) -> Int {
    var left = Double(count) * part
    for (seconds, number) in counts.enumerated() {
      left -= Double(number)
      if left < 0 { return seconds }
    }
    return longest
  }
}
