import CloudFrontModel

/// What a plan rests on, whichever distribution it is for.
struct Form: Hashable {
  private let distribution: Distribution?
  private let routes: [[ServingDistribution.Route]]
  private let groups: [Int]

  init(_ served: [ServingDistribution], _ groups: [Int]) {
    var distribution = served.first?.distribution
    distribution?.id = ""
    distribution?.domainName = ""
    distribution?.aliases = []
    self.distribution = distribution
    routes = served.map(\.routes)
    self.groups = groups
  }

  /// A hash of the distribution's configuration, from which the routes follow.
  var fingerprint: Int { distribution.hashValue }
}

extension PlanItem {
  /// Returns items with one serving distribution of each form in place of all; the others of a form
  /// are planned in the same way.
  package static func withOneOfEachForm(_ items: [PlanItem]) -> [PlanItem] {
    var known: [Int: [ServingDistribution]] = [:]
    return items.map { item in
      var item = item
      if let group = item.group, let serving = known[group] {
        item.serving = serving
        return item
      }
      var forms: Set<Form> = []
      item.serving = item.serving.filter { forms.insert(Form([$0], [])).inserted }
      if let group = item.group { known[group] = item.serving }
      return item
    }
  }
}
