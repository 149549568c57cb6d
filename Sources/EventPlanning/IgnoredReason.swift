package import InvalidationPlanning
package import S3Events

/// Why something that arrived leads to no path: what the event says, or why the planner drops it.
package enum IgnoredReason: Hashable, Sendable, Comparable {
  /// The event changes nothing that viewers see.
  case unserved(UnservedReason)
  /// The planner has a reason to send nothing.
  case dropped(DropReason)

  /// The name in logs, summaries and `cfbridge plan --json`.
  package var rawValue: String {
    switch self {
    case .unserved(let reason): reason.rawValue
    case .dropped(let reason): reason.rawValue
    }
  }

  /// Orders by name, so that every listing has the same order.
  package static func < (left: IgnoredReason, right: IgnoredReason) -> Bool {
    left.rawValue < right.rawValue
  }
}
