package import CloudFrontModel
package import S3Events

/// A path that a change leads to and that is not sent to a distribution, and why.
package struct DroppedPath: Hashable, Sendable {
  /// The distribution's id.
  package var distribution: DistributionID
  /// The index of the item planned.
  package var item: Int
  /// The key it came from; nil when a worker named the path.
  package var key: ObjectKey?
  /// The path; nil when the distribution has none for the key.
  package var path: InvalidationPath?
  /// Why it is not sent.
  package var reason: DropReason
  /// The behavior that leads it elsewhere or keeps no copies of it.
  package var behavior: String?
  /// The wildcard that covers it.
  package var coveredBy: InvalidationPath?
}

/// What one distribution dropped: always counted, kept only on request.
struct DroppedPaths {
  private let keepsAll: Bool
  private(set) var paths: [DroppedPath] = []
  private(set) var counts: [DropReason: Int] = [:]

  init(keepsAll: Bool) {
    self.keepsAll = keepsAll
  }

  mutating func add(_ path: @autoclosure () -> DroppedPath, _ reason: DropReason) {
    counts[reason, default: 0] += 1
    if keepsAll { paths.append(path()) }
  }
}
