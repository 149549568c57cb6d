/// One distribution's batch after subsumption and coalescing.
public struct CoalescedPaths: Sendable {
  /// A path of the batch with those it stands for.
  public struct Path: Hashable, Sendable {
    /// The path to send.
    public var path: InvalidationPath
    /// The paths it covers that are therefore not sent, bytewise ascending.
    public var replaces: [InvalidationPath]
    /// Whether coalescing chose it; false when it was asked for itself.
    public var isChosen: Bool
  }

  /// How far the options had to be loosened until one batch held everything.
  public enum Loosening: Int, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The threshold became 2.
    case threshold = 1
    /// The least depth became 1 as well.
    case minDepth
    /// `/*` was the last resort.
    case rootWildcard

    /// What was loosened, for a log line.
    public var description: String {
      switch self {
      case .threshold: "the wildcard threshold became 2"
      case .minDepth: "the wildcard threshold became 2 and the least depth 1"
      case .rootWildcard: "only /* fits"
      }
    }

    /// Orders by how far it goes.
    public static func < (left: Loosening, right: Loosening) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// The batch, unique, bytewise ascending.
  public var paths: [Path]
  /// What fits no batch and is handed back, bytewise ascending: only where `/*` is ruled out.
  public var unsent: [InvalidationPath]
  /// What had to be loosened, worth a warning; nil when the options held.
  public var loosened: Loosening?

  /// The unique paths that were asked for, less what is handed back: the bill without coalescing.
  public var uncoalescedCount: Int {
    paths.reduce(0) { $0 + $1.replaces.count + ($1.isChosen ? 0 : 1) }
  }
}
