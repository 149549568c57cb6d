package import CloudFrontModel

// What a delivery counts before it sends anything.
extension PlanningSession {
  /// One distribution of each set of groups, with how many have the same set.
  package var samples: [(id: DistributionID, distributions: Int)] {
    var places: [[Int]: Int] = [:]
    var samples: [(id: DistributionID, distributions: Int)] = []
    for id in distributions {
      let set = (serving[id] ?? []).map(\.group)
      if let place = places[set] {
        samples[place].distributions += 1
      } else {
        places[set] = samples.count
        samples.append((id, 1))
      }
    }
    return samples
  }

  /// Returns what a distribution would be told if nothing had been accepted before.
  ///
  /// - Parameters: as those of ``makePlan(of:_:isTimeUp:)``.
  package func sample(
    of id: DistributionID, _ served: [ServingDistribution], isTimeUp: () -> Bool
  ) -> DistributionPlan? {
    var session = self
    session.acceptance = .nothing
    return session.makePlan(of: id, served, isTimeUp: isTimeUp)
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
