/// A way to cover what is in one directory, with a given number of wildcards.
struct PartialPlan {
  /// A wildcard of a plan.
  enum Wildcard: Hashable {
    /// One that was asked for, by its index among the paths.
    case fixed(Int)
    /// One for a directory, by its index among the nodes.
    case directory(Int)
  }

  /// The wildcards that were asked for and are left out.
  var leftOut = 0
  /// The plain paths that no wildcard covers.
  var plainCount = 0
  /// What its plain paths and wildcards count towards the threshold.
  var weight = 0
  /// The depths of the wildcards, added up.
  var depth = 0
  /// The wildcards, bytewise ascending.
  var wildcards: [Wildcard] = []

  /// The paths billed.
  var billed: Int { plainCount + wildcards.count }

  /// Joins the plans of two directories side by side, the bytewise lower one first.
  static func + (left: PartialPlan, right: PartialPlan) -> PartialPlan {
    PartialPlan(
      leftOut: left.leftOut + right.leftOut, plainCount: left.plainCount + right.plainCount,
      weight: left.weight + right.weight, depth: left.depth + right.depth,
      wildcards: left.wildcards + right.wildcards)
  }
}
