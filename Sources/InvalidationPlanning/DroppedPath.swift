public import S3Events

/// A path that a change leads to and that is not sent to a distribution, and why.
public struct DroppedPath: Hashable, Sendable {
  /// The distribution's id.
  public var distribution: String
  /// The index of the item planned.
  public var item: Int
  /// The key it came from; nil when a worker named the path.
  public var key: ObjectKey?
  /// The path; nil when the distribution has none for the key.
  public var path: InvalidationPath?
  /// Why it is not sent.
  public var reason: IgnoredReason
  /// The behavior that leads it elsewhere or keeps no copies of it.
  public var behavior: String?
  /// The wildcard that covers it.
  public var coveredBy: InvalidationPath?
}

/// What one distribution dropped: always counted, kept only on request.
struct DroppedPaths {
  private let keepsAll: Bool
  private(set) var paths: [DroppedPath] = []
  private(set) var counts: [IgnoredReason: Int] = [:]

  init(keepsAll: Bool) {
    self.keepsAll = keepsAll
  }

  mutating func add(_ path: @autoclosure () -> DroppedPath, _ reason: IgnoredReason) {
    counts[reason, default: 0] += 1
    if keepsAll { paths.append(path()) }
  }
}
