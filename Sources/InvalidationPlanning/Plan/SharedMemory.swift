package import CloudFrontModel
package import S3Events

/// What the memory that execution environments share says of the items of a plan.
package struct SharedMemory: Sendable {
  /// The items that need no path, by index, and whether that is because they are
  /// ``DropReason/covered`` or ``DropReason/unchanged``.
  package var settled: [Int: DropReason]
  /// The items that are covered but at the distributions of some slices, by index, and these.
  package var laggards: [Int: Set<DistributionSlice>] = [:]
  /// The identities of items that came late, by index: they stand for the items in caller
  /// references, or CloudFront would repeat the answer it gave before.
  package var late: [Int: ChangeIdentity]
  /// The items that somebody has to deliver again, because they could not be recorded.
  package var unrecorded: Set<Int>
  /// Those of them that are not to be sent either.
  package var held: Set<Int> = []
  /// The items whose objects got other bytes although ``PlanOptions/immutableNames`` says that they
  /// never do.
  package var rewritten: Set<Int> = []

  /// Creates a memory; without arguments it knows nothing.
  package init(
    settled: [Int: DropReason] = [:], late: [Int: ChangeIdentity] = [:],
    unrecorded: Set<Int> = []
  ) {
    self.settled = settled
    self.late = late
    self.unrecorded = unrecorded
  }

  /// Whether an item needs no path at a distribution.
  package func covers(_ item: Int, at id: DistributionID) -> Bool {
    guard let laggards = laggards[item] else { return false }
    let name = id.description
    return !laggards.contains { $0.contains(name) }
  }

  /// Returns what stands for an item in caller references and in the memory of accepted paths.
  package func identity(of item: Int, among items: [PlanItem]) -> ChangeIdentity {
    late[item] ?? items[item].identity
  }
}
