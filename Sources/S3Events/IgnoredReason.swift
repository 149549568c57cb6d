/// Why something that arrived leads to no path: a closed list; later versions only add to it.
///
/// The raw values stand in logs, summaries and `cfbridge plan --json`.
package enum IgnoredReason: String, Hashable, Sendable, CaseIterable, Comparable {
  /// S3's `s3:TestEvent`, sent whenever a bucket's notifications are configured.
  case testEvent
  /// An event after which the served bytes are the same, such as `ObjectTagging:Put`.
  case eventNotServed
  /// An event name this version does not know.
  case unknownEvent
  /// An EventBridge event of another source.
  case notS3
  /// No distribution has the bucket (or the request's target) as an origin.
  case noDistribution
  /// The key lies outside the origin path of every matching origin: no viewer can reach it.
  case outsideOriginPath
  /// A cache behavior leads the path to another origin: no viewer can reach the object there.
  case unreachable
  /// The behavior that serves the path keeps no copies.
  case notCached
  /// A rule or the lack of one leaves the key out (`PATH_RULES`).
  case excluded
  /// A wildcard of the same batch covers the path.
  case subsumed
  /// The distribution is disabled, so it serves nobody.
  case disabledDistribution
  /// The distribution is a staging one, and a setting leaves those out.
  case stagingDistribution
  /// The distribution serves tenants alone; CloudFront takes no invalidation for it.
  case tenantOnlyDistribution

  /// This execution environment has already invalidated for this very change.
  case duplicate

  /// Orders by raw value, so that every listing has the same order.
  package static func < (left: IgnoredReason, right: IgnoredReason) -> Bool {
    left.rawValue < right.rawValue
  }
}
