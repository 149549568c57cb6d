import CloudFrontModel
import InvalidationPlanning

/// A way to make a batch of viewer paths.
struct Strategy: Sendable {
  /// What it is called in the table.
  var name: String
  /// Makes the batch, and tells whether options had to be loosened for it.
  var plan: @Sendable ([InvalidationPath]) -> (batch: [InvalidationPath], isLoosened: Bool)

  /// One path for each, as the functions do that send what an event names.
  static let naive = Strategy(name: "one path each") { (Set($0).sorted(), false) }

  /// What s3deploy does with more than eight.
  static let levelByLevel = Strategy(name: "level by level at 8") {
    (LevelCollapse.batch($0), false)
  }

  /// Coalescing with these options.
  static func ours(_ name: String, _ options: CoalescingOptions) -> Strategy {
    Strategy(name: name) { paths in
      let coalesced = Coalescer(options).coalesce(paths)
      return (coalesced.paths.map(\.path), coalesced.loosened != nil)
    }
  }

  /// The strategies of the table.
  static let all: [Strategy] = [
    naive, levelByLevel,
    ours("ours, threshold 10", CoalescingOptions(threshold: 10)),
    ours("ours, threshold 5", CoalescingOptions(threshold: 5)),
    ours("ours, threshold 10, depth 2", CoalescingOptions(threshold: 10, minDepth: 2)),
  ]
}
