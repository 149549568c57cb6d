import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import S3Events

/// Changes that are handed on together, because the same distributions are still to be told of
/// them.
struct Parcel {
  /// The ids that serve the changes; of work that was handed on before, those that it is for.
  let ids: [String]
  /// What the changes were handed on for before; nil when they come from an event.
  let scope: WorkScope?
  private(set) var changes: [ObjectChange] = []
  /// For each change, the index of the message it came in.
  private(set) var messages: [Int] = []
  /// For each change, the index of its item.
  private(set) var items: [Int] = []

  /// Packs the changes of some messages of which distributions are still to be told. What needs no
  /// path is not among them.
  static func all(of round: Round, messages: Set<Int>) -> [Parcel] {
    var parcels: [Parcel] = []
    // Items of a group have the same distributions, and came in messages of the same scope.
    var places: [Int: Int?] = [:]
    let planning = round.planning
    let settled = Set(planning.plan.ignored.filter { $0.reason.isSettled }.map(\.item))
    for (index, item) in planning.items.enumerated() {
      let message = planning.messageOfItem[index]
      guard messages.contains(message), !settled.contains(index),
        case .change(let change) = item.cause
      else { continue }
      var place = item.group.flatMap { places[$0] }
      if place == nil {
        let ids = item.serving.map(\.distribution.id)
        let isDone = round.untold.isDisjoint(with: ids)
        if !isDone {
          parcels.append(
            Parcel(ids: ids.map(\.description), scope: planning.scopes[message]))
        }
        place = .some(isDone ? nil : parcels.count - 1)
        if let group = item.group { places[group] = place }
      }
      guard case .some(.some(let number)) = place else { continue }
      parcels[number].changes.append(change)
      parcels[number].messages.append(message)
      parcels[number].items.append(index)
    }
    return parcels
  }

  private init(ids: [String], scope: WorkScope?) {
    self.ids = ids
    self.scope = scope
  }

  /// What the changes are handed on for: the slices that have an untold distribution. Empty when
  /// they can't be handed on, because their slice has no halves.
  func scopes(untold: Set<DistributionID>) -> [WorkScope] {
    // All that serve the bucket decide about the slices, told or not, because every environment has
    // to come to the same.
    let hops = (scope?.hops ?? 0) + 1
    let slices: [DistributionSlice]
    if let slice = scope?.slice {
      // What nobody can hand on any more has one distribution, so that nothing has to be remembered
      // from one delivery to the next: an environment may be gone by then, or be another one.
      slices = hops == WorkItem.mostHops ? slice.singles(of: ids) : slice.halves
    } else {
      slices = DistributionSlice.dividing(ids)
    }
    let untold = Set(untold.map(\.description))
    return slices.compactMap { slice in
      let own = ids.filter(slice.contains)
      let told = own.filter { !untold.contains($0) }
      guard told.count < own.count else { return nil }
      return WorkScope(
        slice: slice, told: Set(told).union((scope?.told ?? []).filter(slice.contains)),
        hops: hops)
    }
  }
}

extension Outcome {
  /// The messages that can be handed on: nothing is wrong with them but that some distributions'
  /// turn did not come.
  ///
  /// What goes back anyway is not handed on, since the changes would be told twice.
  var handable: Set<Int> {
    var bad: Set<Int> = []
    for failure in failures where !failure.isForOthers { bad.insert(failure.message) }
    // A second round looked up again, so that its distributions are not all that there are.
    for round in rounds.dropFirst() { bad.formUnion(round.failures.all.map(\.message)) }
    let able = Set(failures.map(\.message)).subtracting(bad).filter {
      event.messages[$0].canBeHandedOn
    }
    let back = messagesToReturn(without: able).map(\.index)
    return able.subtracting(back)
  }
}

extension DropReason {
  /// Whether no distribution has to be told of a change, whoever works on it.
  fileprivate var isSettled: Bool { self == .covered || self == .unchanged }
}

extension EventMessage {
  /// Whether it has nothing but changes, and may make another hop.
  var canBeHandedOn: Bool {
    requests.isEmpty && failures.isEmpty && work?.hops ?? 0 < WorkItem.mostHops
  }
}

extension PlanningRound {
  /// Returns the distributions to hand on at once, since a lookup found more of them than can be
  /// told. What others need too is told.
  ///
  /// Work that was handed on before is told in part instead, because each hop should get it
  /// further.
  func surplus(over capacity: Int, in event: DecodedEvent) -> Set<DistributionID> {
    let failed = Set(failures.all.map(\.message))
    var large: Set<DistributionID> = []
    var others: Set<DistributionID> = []
    var seen: Set<Group> = []
    for (item, message) in zip(items, messageOfItem) where item.serving.count > 0 {
      let isLarge =
        item.serving.count > capacity && scopes[message] == nil && !failed.contains(message)
        && event.messages[message].canBeHandedOn
      if let number = item.group,
        !seen.insert(Group(number: number, isLarge: isLarge)).inserted
      {
        continue
      }
      let ids = item.serving.map(\.distribution.id)
      if isLarge { large.formUnion(ids) } else { others.formUnion(ids) }
    }
    return large.subtracting(others)
  }

  private struct Group: Hashable {
    var number: Int
    var isLarge: Bool
  }
}
