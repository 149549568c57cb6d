import InvalidationPlanning
import JSON
import PlanReporting

/// What some plans cost, and what the two simple ways would have cost: a path for each, and `/*`.
struct PlanCost {
  private var billed = 0
  private var uncoalesced = 0
  private var everything = 0

  /// Adds a plan.
  mutating func add(_ plan: Plan) {
    for distribution in plan.distributions where !distribution.paths.isEmpty {
      billed += distribution.cost.billedPaths
      uncoalesced += distribution.cost.uncoalescedPaths
      everything += 1
    }
  }

  /// The cost in a sentence.
  var words: String {
    guard billed > 0 else { return "nothing is billed" }
    return "\(Counted.words(billed, "billed path")), $\(PlanCost.dollars(billed));"
      + " without wildcards \(uncoalesced), $\(PlanCost.dollars(uncoalesced)); /* would be"
      + " \(everything), $\(PlanCost.dollars(everything)), and take every other page from the cache."
      + " The first 1,000 paths of a month are free."
  }

  /// The cost as JSON.
  var json: JSONValue {
    func part(_ paths: Int) -> JSONValue {
      ["dollars": .string("\(PlanCost.dollars(paths))"), "paths": .integer(Int64(paths))]
    }
    return [
      "billed": part(billed), "withoutWildcards": part(uncoalesced), "everything": part(everything),
    ]
  }

  private static func dollars(_ paths: Int) -> Dollars {
    Dollars(micros: paths * InvalidationCost.listPrice.micros)
  }
}
