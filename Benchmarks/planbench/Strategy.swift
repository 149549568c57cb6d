import CloudFrontModel
import InvalidationPlanning

/// A way to make a batch from viewer paths.
struct Strategy: Sendable {
  /// The name in the table.
  var name: String
  /// Makes the batch, and tells whether its options had to be loosened.
  var plan: @Sendable ([InvalidationPath]) -> (batch: [InvalidationPath], isLoosened: Bool)

  /// Sends one path per object, as simple functions do that send the key of each event.
  static let naive = Strategy(name: "one path each") { (Set($0).sorted(), false) }

  /// Coalesces as s3deploy does.
  static let levelByLevel = Strategy(name: "level by level at 8") {
    (LevelCollapse.batch($0), false)
  }

  /// Coalesces as the bridge does, with these options.
  static func ours(_ name: String, _ options: CoalescingOptions) -> Strategy {
    Strategy(name: name) { paths in
      let coalesced = Coalescer(options).coalesce(paths)
      return (coalesced.paths.map(\.path), coalesced.loosened != nil)
    }
  }

  /// The strategies of the table, in its order.
  static let all: [Strategy] = [
    naive, levelByLevel,
    ours("ours, threshold 10", CoalescingOptions(threshold: 10)),
    ours("ours, threshold 5", CoalescingOptions(threshold: 5)),
    ours("ours, threshold 10, depth 2", CoalescingOptions(threshold: 10, minDepth: 2)),
  ]
}
