package import InvalidationPlanning
package import S3Events

/// Why a record or a request leads to no path.
package enum IgnoredReason: Hashable, Sendable, Comparable {
  /// The event changes nothing that viewers see.
  case unserved(UnservedReason)
  /// The planner decided to send nothing.
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
