package import CloudFrontModel

// What a delivery counts before it sends anything.
extension PlanningSession {
  /// The distributions by what they serve: those of a set serve the same groups.
  package var sets: [[DistributionID]] {
    var places: [[Int]: Int] = [:]
    var sets: [[DistributionID]] = []
    for id in distributions {
      let groups = (serving[id] ?? []).map(\.group)
      if let place = places[groups] {
        sets[place].append(id)
      } else {
        places[groups] = sets.count
        sets.append([id])
      }
    }
    return sets
  }

  /// Returns what the first distribution of a set would be told, where only what covers a change at
  /// each of them counts as accepted before.
  ///
  /// - Parameters: as those of ``makePlan(of:_:isTimeUp:)``.
  package func sample(
    of set: [DistributionID], _ served: [ServingDistribution], isTimeUp: () -> Bool
  ) -> DistributionPlan? {
    guard let first = set.first else { return nil }
    var session = self
    session.acceptance = acceptance.common(to: set)
    return session.makePlan(of: first, served, isTimeUp: isTimeUp)
  }

  /// Returns the items that a distribution is still to be told of, after all that it accepted.
  ///
  /// - Parameter served: how it serves each group, as in ``makePlan(of:_:isTimeUp:)``.
  package func open(
    of id: DistributionID, _ served: () -> [ServingDistribution]?, isTimeUp: () -> Bool
  ) -> Set<Int> {
    guard acceptance.knows(id), let served = served() else { return Set(items(of: id)) }
    var session = self
    guard let plan = session.makePlan(of: id, served, isTimeUp: isTimeUp) else { return [] }
    return Set(plan.paths.flatMap { $0.reasons.map(\.item) })
  }
}
