package import CloudFrontModel

/// One distribution's batch after subsumption and coalescing.
package struct CoalescedPaths: Sendable {
  /// A path of the batch with those it stands for.
  package struct Path: Hashable, Sendable {
    /// The path to send.
    package var path: InvalidationPath
    /// The paths it covers that are therefore not sent, bytewise ascending.
    package var replaces: [InvalidationPath]
    /// Whether coalescing chose it; false when it was asked for itself.
    package var isChosen: Bool
  }

  /// How far the options had to be loosened until one batch held everything.
  package enum Loosening: Int, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The threshold became 2.
    case threshold = 1
    /// The least depth became 1 as well.
    case minDepth
    /// `/*` was the last resort.
    case rootWildcard

    /// What was loosened, for a log line.
    package var description: String {
      switch self {
      case .threshold: "the wildcard threshold became 2"
      case .minDepth: "the wildcard threshold became 2 and the least depth 1"
      case .rootWildcard: "/* is sent instead"
      }
    }

    /// Orders by how far it goes.
    package static func < (left: Loosening, right: Loosening) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// The batch, unique, bytewise ascending.
  package var paths: [Path]
  /// What fits no batch and is handed back, bytewise ascending: only where `/*` is ruled out.
  package var unsent: [InvalidationPath]
  /// What had to be loosened, worth a warning; nil when the options held.
  package var loosened: Loosening?

  /// The unique paths that were asked for, less what is handed back: the bill without coalescing.
  package var uncoalescedCount: Int {
    paths.reduce(0) { $0 + $1.replaces.count + ($1.isChosen ? 0 : 1) }
  }
}
