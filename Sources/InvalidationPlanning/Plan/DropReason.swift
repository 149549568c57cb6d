/// Why a change or a path is not sent: a closed list; later versions only add to it.
///
/// The raw values stand in logs, summaries and `cfbridge plan --json`.
package enum DropReason: String, Hashable, Sendable, CaseIterable, Comparable {
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
  /// The object was created under a name that never changes its bytes (`IMMUTABLE_KEYS`), so no
  /// copy can be out of date.
  case immutableName
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
  /// An invalidation that CloudFront accepted after the change covers it already, as this execution
  /// environment or the ledger knows.
  case covered
  /// The ledger says that the object's bytes are those from before the change.
  case unchanged

  /// Orders by raw value, so that every listing has the same order.
  package static func < (left: DropReason, right: DropReason) -> Bool {
    left.rawValue < right.rawValue
  }
}
