import VirtualWorld

/// Keeps account of what changed, who has to forget it, and who was told.
///
/// It derives viewer paths with the simulation's own code, ``ViewerPaths``, and compares them
/// decoded.
struct Ledger {
  /// One viewer path of one change on one distribution.
  struct Duty {
    var change: Int
    var path: [UInt8]
    var isMet = false
  }

  /// That a path is invalidated for a change.
  struct Claim: Hashable {
    var distribution: String
    var path: [UInt8]
    var change: Int
  }

  /// One object change.
  struct Change {
    var bucket: String
    var key: [UInt8]
    var at: Duration
    /// Whether it changes nothing that viewers see.
    var isSilent: Bool
    /// The duties by distribution.
    var duties: [String: [Int]] = [:]
  }

  private(set) var changes: [Change] = []
  private var duties: [String: [Duty]] = [:]
  /// What was accepted, and how many changes there had been by then.
  private var accepted: [String: [(pattern: Pattern, changes: Int)]] = [:]
  /// The open duties of a distribution by path.
  private var open: [String: [[UInt8]: [Int]]] = [:]
  /// Distributions that are gone: nothing is owed to them.
  private var gone: Set<String> = []
  /// What ``ViewerPaths`` derived before.
  private var derived: [Place: ViewerPaths] = [:]

  /// Notes a change and what follows from it for the distributions that must know of it.
  mutating func change(
    bucket: String, key: [UInt8], at now: Duration, distributions: [SimulatedDistribution],
    isSilent: Bool = false
  ) -> Int {
    var change = Change(bucket: bucket, key: key, at: now, isSilent: isSilent)
    for distribution in distributions {
      for path in viewerPaths(of: key, in: bucket, on: distribution).owed.sorted(by: Ledger.isLess)
      {
        let index = duties[distribution.id, default: []].count
        duties[distribution.id, default: []].append(Duty(change: changes.count, path: path))
        open[distribution.id, default: [:]][path, default: []].append(index)
        change.duties[distribution.id, default: []].append(index)
      }
    }
    changes.append(change)
    return changes.count - 1
  }

  /// Drops what is owed to a distribution that was deleted.
  mutating func remove(_ distribution: String) {
    gone.insert(distribution)
    open[distribution] = nil
  }

  /// Notes an accepted invalidation: it covers every change before it that its paths match.
  ///
  /// - Returns: how many of its paths were paid for although all they are for was covered before.
  mutating func accept(_ paths: [String], on distribution: String, for batch: Set<Int>) -> Int {
    guard !gone.contains(distribution) else { return 0 }
    let own = batch.flatMap { changes[$0].duties[distribution] ?? [] }
      .compactMap { duties[distribution]?[$0] }
    var wasted = 0
    for path in paths {
      let pattern = Pattern(path)
      accepted[distribution, default: []].append((pattern, changes.count))
      let causes = own.filter { pattern.matches($0.path) }
      if !causes.isEmpty, causes.allSatisfy(\.isMet) { wasted += 1 }
      let met =
        pattern.isWildcard
        ? (open[distribution] ?? [:]).keys.filter(pattern.matches) : [pattern.prefix]
      for path in met {
        for index in open[distribution]?.removeValue(forKey: path) ?? [] {
          duties[distribution]?[index].isMet = true
        }
      }
    }
    return wasted
  }

  /// What an invalidation of some paths means for some changes, path by path; wildcards are left
  /// out, since they cover what nobody thought of.
  func claims(
    _ paths: [String], on distribution: String, for batch: Set<Int>
  ) -> [String: Set<Claim>] {
    // Of the same object, so that a change counts to which a distribution is too new to owe
    // anything.
    let ofObject = Dictionary(grouping: batch) { Object(changes[$0]) }
    var claims: [[UInt8]: Set<Claim>] = [:]
    for (_, alike) in ofObject {
      let indices = alike.flatMap { changes[$0].duties[distribution] ?? [] }
      for path in Set(indices.compactMap { duties[distribution]?[$0].path }) {
        claims[path, default: []].formUnion(
          alike.map { Claim(distribution: distribution, path: path, change: $0) })
      }
    }
    return paths.reduce(into: [:]) { $0[$1] = claims[ViewerPaths.decode($1)] }
  }

  /// A path of an invalidation.
  private struct Pattern {
    let prefix: [UInt8]
    let isWildcard: Bool

    init(_ path: String) {
      let path = ViewerPaths.decode(path)
      isWildcard = path.last == UInt8(ascii: "*")
      prefix = isWildcard ? path.dropLast() : path
    }

    func matches(_ path: [UInt8]) -> Bool {
      isWildcard ? path.starts(with: prefix) : path == prefix
    }
  }

  private struct Object: Hashable {
    var bucket: String
    var key: [UInt8]

    init(_ change: Change) {
      bucket = change.bucket
      key = change.key
    }
  }

  /// What of a change is not covered yet, as text; nil when all is.
  ///
  /// - Parameter isAsked: which distributions matter.
  func gap(of index: Int, where isAsked: (String) -> Bool = { _ in true }) -> String? {
    let change = changes[index]
    for (distribution, indices) in change.duties.sorted(by: { $0.key < $1.key })
    where !gone.contains(distribution) && isAsked(distribution) {
      for duty in indices.compactMap({ duties[distribution]?[$0] }) where !duty.isMet {
        return "change \(index) of \(change.bucket)/\(String(decoding: change.key, as: UTF8.self))"
          + " at \(change.at.text): \(String(decoding: duty.path, as: UTF8.self)) on"
          + " \(distribution) is not invalidated"
      }
    }
    return nil
  }

  /// The changes of which a copy of an object can still be, though the object is not any more:
  /// viewers may have asked at any time since the last invalidation of a path.
  ///
  /// - Parameters:
  ///   - changes: all changes of the object that viewers see, in their order.
  ///   - content: what the object is after a change; nil is the time before the first.
  func stale(_ own: [Int], content: (Int?) -> Int) -> (changes: [Int], text: String)? {
    guard let last = own.last else { return nil }
    let distributions = Set(own.flatMap { changes[$0].duties.keys })
    for id in distributions.sorted() where !gone.contains(id) {
      let owing = own.filter { changes[$0].duties[id] != nil }
      guard let first = owing.first else { continue }
      for path in Set(owing.flatMap { paths(of: $0, on: id) }).sorted(by: Ledger.isLess) {
        let told = (accepted[id] ?? []).last { $0.pattern.matches(path) }?.changes ?? 0
        let since = max(told, first)
        let later = own.filter { $0 >= since }
        let before = own.last { $0 < since }
        let contents = ([before] + later.map(Optional.some)).map(content)
        if contents.contains(where: { $0 != content(last) }) {
          return (
            (before.map { [$0] } ?? []) + later,
            "copies of \(String(decoding: path, as: UTF8.self)) on \(id) can be older than change"
              + " \(last) of \(changes[last].bucket)/"
              + String(decoding: changes[last].key, as: UTF8.self)
          )
        }
      }
    }
    return nil
  }

  private func paths(of change: Int, on distribution: String) -> [[UInt8]] {
    (changes[change].duties[distribution] ?? []).compactMap {
      duties[distribution]?[$0].path
    }
  }

  /// What of a change is not covered on a distribution that it was not owed to when it happened.
  mutating func gap(of index: Int, on distribution: SimulatedDistribution) -> String? {
    let change = changes[index]
    guard !gone.contains(distribution.id), !change.isSilent else { return nil }
    let paths = viewerPaths(of: change.key, in: change.bucket, on: distribution)
    for path in paths.owed.sorted(by: Ledger.isLess) {
      let isMet = (accepted[distribution.id] ?? []).contains { entry in
        entry.changes > index && entry.pattern.matches(path)
      }
      guard isMet else {
        return "change \(index): \(String(decoding: path, as: UTF8.self)) on \(distribution.id)"
          + " is not invalidated"
      }
    }
    return nil
  }

  /// Returns the first path of a request that none of some changes accounts for; nil when there is
  /// none.
  ///
  /// - Parameter isExact: whether nothing can have kept the product from reading what it needs.
  mutating func stray(
    _ paths: [String], on distribution: SimulatedDistribution, for batch: Set<Int>, isExact: Bool
  ) -> String? {
    var known: Set<[UInt8]> = []
    for change in batch.map({ changes[$0] }) where !change.isSilent {
      let paths = viewerPaths(of: change.key, in: change.bucket, on: distribution)
      known.formUnion(paths.owed)
      if !isExact { known.formUnion(paths.tolerated) }
    }
    return paths.first { path in
      let pattern = Pattern(path)
      return pattern.isWildcard
        ? !known.contains(where: pattern.matches) : !known.contains(pattern.prefix)
    }
  }

  private struct Place: Hashable {
    var distribution: String
    var bucket: String
    var key: [UInt8]
  }

  private mutating func viewerPaths(
    of key: [UInt8], in bucket: String, on distribution: SimulatedDistribution
  ) -> ViewerPaths {
    let place = Place(distribution: distribution.id, bucket: bucket, key: key)
    if let derived = derived[place] { return derived }
    let paths = ViewerPaths(of: key, in: bucket, on: distribution)
    derived[place] = paths
    return paths
  }

  private static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }
}
