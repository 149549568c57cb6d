import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import S3Events

// What is known of changes that only some of their distributions were told of.
extension Round {
  /// The most slices that a change's record names as those that lag: with 64 an item of the ledger
  /// is smaller than 1 KB, for which a write is billed once.
  private static let mostSlices = 64

  /// Returns the changes of some messages that distributions were told of, but not all that need
  /// it, by item, with slices that have all the others.
  ///
  /// A change is not among them when it is not certain that all its distributions are known.
  func partlyTold(of messages: Set<Int>) -> [Int: Set<DistributionSlice>] {
    let messages = messages.subtracting(failedBefore)
    guard !messages.isEmpty else { return [:] }
    let unplanned = planning.plan.unplanned.union(planning.plan.failures.map(\.item))
    var slices: [Need: Set<DistributionSlice>] = [:]
    var told: [Int: Set<DistributionSlice>] = [:]
    for (index, item) in planning.items.enumerated() {
      let message = planning.messageOfItem[index]
      guard messages.contains(message), planning.scopes[message] == nil,
        !unplanned.contains(index), case .change = item.cause
      else { continue }
      var need = Need()
      for id in item.serving.lazy.map(\.distribution.id) where !memory.covers(index, at: id) {
        if !planned.contains(id) || refusedAt[id]?.contains(index) == true {
          need.open.append(id)
        } else {
          need.told.append(id)
        }
      }
      // What led to no path was told nowhere.
      guard need.told.isEmpty ? memory.laggards[index] != nil : acceptedItems.contains(index)
      else { continue }
      // Most changes of a batch have the same need.
      if slices[need] == nil { slices[need] = need.slices(most: Round.mostSlices) }
      told[index] = slices[need]
    }
    return told
  }

  /// The distributions that need a change and are not covered.
  private struct Need: Hashable {
    var told: [DistributionID] = []
    var open: [DistributionID] = []

    /// The smallest slices with all that are open, of which a record may name these.
    func slices(most: Int) -> Set<DistributionSlice> {
      var slices = Set(open.map { DistributionSlice.smallest(with: $0.description) })
      while slices.count > most { slices = Set(slices.compactMap(\.double)) }
      return slices
    }
  }
}
