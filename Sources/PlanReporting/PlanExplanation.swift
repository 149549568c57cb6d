import CloudFrontModel
package import EventPlanning
package import InvalidationPlanning
import S3Events

/// Says in words why each path of a plan is there and why others are not.
package struct PlanExplanation {
  private let planned: EventPlan
  private let names: KeyNames
  private let dropped: [DistributionID: [DroppedPath]]

  /// Explains a plan.
  package init(_ planned: EventPlan) {
    self.planned = planned
    names = KeyNames(planned)
    dropped = Dictionary(grouping: planned.plan.dropped, by: \.distribution)
  }

  /// Every path of every distribution, sent or not, each with its reasons; then what led to no
  /// path at all. One statement a line.
  package var lines: [String] {
    var lines: [String] = []
    for distribution in planned.plan.distributions {
      lines.append("distribution \(distribution.id)")
      for path in distribution.paths {
        lines.append("  path     \(path.path)")
        if !path.replaced.isEmpty {
          let count = path.replaced.count
          lines.append(
            "           instead of \(Counted.words(count, "path")): one wildcard bills one path, for"
          )
        }
        lines += causes(of: path).map { "           \($0)" }
      }
      lines += distribution.deferred.map { "  unsent   \($0.path): MAX_WILDCARDS rules it out" }
      if distribution.requests > 1 {
        lines.append("  requests \(distribution.requests), since one has no room for all paths")
      }
      lines.append("  cost     \(words(distribution.cost))")
      if let loosened = distribution.loosened {
        lines.append("  warning  to send every path would take longer than an hour, so \(loosened)")
      }
      lines += distribution.warnings.map { "  warning  \($0)" }
      lines += dropped(on: distribution.id)
      lines.append("  caller reference \(distribution.callerReference)")
    }
    for id in silentDistributions {
      lines += ["distribution \(id): nothing is sent"] + dropped(on: id)
    }
    lines += planned.plan.warnings.sorted().map { "warning    \($0)" }
    return lines
  }

  private func causes(of path: PlannedPath) -> [String] {
    path.reasons.map { reason in
      let key = reason.key.map { names.name($0) } ?? ""
      var words = PlanExplanation.words(reason.rule, key: key, rule: reason.ruleNumber)
      if let origin = reason.origin { words += ", through origin \(origin)" }
      if let behavior = reason.behavior { words += ", behavior \(behavior)" }
      if reason.isForCachedError { words += ", which keeps only errors: its 404 may be cached" }
      if let plus = reason.plus { words += ", \(PlanExplanation.words(plus))" }
      if reason.isUncertain { words += ": it asks another origin, but an edge function may not" }
      return words
    }
  }

  private func words(_ cost: InvalidationCost) -> String {
    "\(Counted.words(cost.billedPaths, "billed path")), $\(cost.dollars);"
      + " without wildcards \(cost.uncoalescedPaths), $\(cost.uncoalescedDollars)"
  }

  private func dropped(on distribution: DistributionID) -> [String] {
    var shown: Set<String> = []
    let lines = (dropped[distribution] ?? []).map { dropped in
      let key = dropped.key.map { "the key \(names.name($0))" }
      let name = dropped.path?.description ?? key ?? "all paths"
      let suffix = dropped.path == nil ? "" : key.map { ", for \($0)" } ?? ""
      return "  dropped  \(name): \(dropped.reason.rawValue), \(why(dropped))\(suffix)"
    }
    // A distribution that is left out is left out for every change alike.
    return lines.filter { shown.insert($0).inserted }
  }

  private func why(_ dropped: DroppedPath) -> String {
    switch (dropped.reason, dropped.behavior, dropped.coveredBy) {
    case (.unreachable, let behavior?, _): "behavior \(behavior) asks another origin"
    case (.notCached, let behavior?, _): "behavior \(behavior) keeps no copies"
    case (.subsumed, _, let wildcard?): "\(wildcard) covers it"
    default: PlanExplanation.words(dropped.reason)
    }
  }

  /// The distributions of which nothing is sent though they serve something that changed.
  private var silentDistributions: [DistributionID] {
    let sending = Set(planned.plan.distributions.map(\.id))
    return Set(dropped.keys).subtracting(sending).sorted()
  }

  /// What a rule makes of a key.
  package static func words(_ rule: PathRule, key: String, rule number: Int? = nil) -> String {
    switch rule {
    case .key: "the key \(key)"
    case .indexDocument: "the directory that shows \(key)"
    case .defaultRootObject: "the root, which shows \(key)"
    case .cleanURL: "the key \(key) without its ending"
    case .rewritten: "rule \(number ?? 0) of PATH_RULES for the key \(key)"
    case .wildcardCut: "the key \(key), cut: CloudFront can't name a * in a path"
    case .lengthCut:
      "the key \(key), cut: CloudFront takes \(InvalidationPath.maxLength) characters"
    case .tildeCut: "the key \(key), cut: CloudFront may not find a ~ in a path"
    case .queryStrings: "every query string of the key \(key)"
    case .requested: "asked for"
    }
  }

  /// What is done about a `+`, and why.
  private static func words(_ plus: PlusSpelling) -> String {
    switch plus {
    case .encodedAsSet: "+ as %2B alone: PLUS_FORMS"
    case .bothAsSet: "+ as %2B and as it is: PLUS_FORMS"
    case .encodedForREST: "+ as %2B alone: to S3 a + in a URL is a space"
    case .bothForOrigin:
      "+ as %2B and as it is: the origin is not known to be S3's REST endpoint"
    case .bothForFunctions: "+ as %2B and as it is: an edge function may make one of the other"
    }
  }

  /// What a reason for sending nothing means.
  package static func words(_ reason: IgnoredReason) -> String {
    switch reason {
    case .unserved(let reason): words(reason)
    case .dropped(let reason): words(reason)
    }
  }

  private static func words(_ reason: UnservedReason) -> String {
    switch reason {
    case .testEvent: "S3 says that notifications are configured"
    case .eventNotServed: "viewers see the same after it"
    case .noncurrentVersionExpired: "lifecycle deleted an old version, which nobody saw any more"
    case .namesNoKeys: "CloudTrail does not name the keys of DeleteObjects"
    case .unknownEvent: "this version does not know the event's name"
    case .notS3: "an event of another service"
    }
  }

  private static func words(_ reason: DropReason) -> String {
    switch reason {
    case .noDistribution: "no distribution has the bucket as an origin"
    case .outsideOriginPath: "the key lies outside the origin path"
    case .duplicate: "already invalidated for this very change"
    case .covered: "an accepted invalidation after the change serves it already (ledger)"
    case .unchanged: "the object's bytes are those from before (ledger)"
    case .unreachable: "a cache behavior leads its paths to another origin"
    case .notCached: "the behavior that serves it keeps no copies"
    case .excluded: "PATH_RULES leaves the key out"
    case .immutableName: "IMMUTABLE_KEYS says that its bytes never change"
    case .subsumed: "a wildcard of the same batch covers it"
    case .disabledDistribution: "the distribution is disabled"
    case .stagingDistribution: "the distribution is a staging one"
    case .tenantOnlyDistribution: "the distribution serves tenants alone"
    }
  }
}
