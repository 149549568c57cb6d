/// The invalidations of the fake CloudFront, oldest first, found by distribution and by reference.
struct InvalidationHistory {
  private(set) var all: [FakeInvalidation] = []
  /// The places of a distribution's invalidations.
  private var places: [String: [Int]] = [:]
  /// The place of each caller reference, by distribution.
  private var references: [String: [[UInt8]: Int]] = [:]
  /// How many have lost their paths.
  private var bare = 0

  mutating func append(_ invalidation: FakeInvalidation) {
    places[invalidation.distributionID, default: []].append(all.count)
    references[invalidation.distributionID, default: [:]][
      Array(invalidation.callerReference.utf8)] = all.count
    all.append(invalidation)
  }

  /// Returns a distribution's invalidation with a caller reference; nil when there is none.
  func find(_ reference: [UInt8], of distributionID: String) -> FakeInvalidation? {
    references[distributionID]?[reference].map { all[$0] }
  }

  /// Returns the paths of what was created after a time, of one distribution or of all.
  func paths(after time: Int64, of distributionID: String?) -> [String] {
    guard let distributionID else {
      return all.reversed().prefix { $0.createdAt > time }.flatMap(\.paths)
    }
    return (places[distributionID] ?? []).reversed().lazy.map { all[$0] }
      .prefix { $0.createdAt > time }.flatMap(\.paths)
  }

  /// Keeps only some invalidations.
  mutating func keep(where isKept: (FakeInvalidation) -> Bool) {
    let kept = all.filter(isKept)
    self = InvalidationHistory()
    for invalidation in kept { append(invalidation) }
  }

  /// Forgets the paths of what was created before a time.
  mutating func dropPaths(before time: Int64) {
    while bare < all.count, all[bare].createdAt < time {
      all[bare].paths = []
      bare += 1
    }
  }
}
