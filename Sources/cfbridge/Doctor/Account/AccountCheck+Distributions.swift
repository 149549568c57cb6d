import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import InvalidationSending
import JSON
import OperatorAPI
import PlanReporting

// The distributions that serve the bucket.
extension AccountCheck {
  static let distributionChecks = [
    AccountCheck(name: "distributions", subject: .distributions) { world throws(CommandFailure) in
      let serving = try world.serving()
      guard !serving.isEmpty else {
        return failure(
          "distributions", "No distribution of this account serves the bucket.",
          ["none of \(try world.distributions().count) has \(world.bucket ?? "") as an origin"],
          cure: "If an access point or a domain of your own stands between, name the distribution"
            + " in BUCKET_DISTRIBUTIONS. If it is another account's, install the bridge there.")
      }
      let evidence = serving.map { state in
        let routes =
          ServingDistribution(
            state.distribution, bucket: world.bucket ?? "", region: ""
          )?.routes ?? []
        let rule = routes.first.map { "origin \($0.originID ?? "")" } ?? "the settings"
        return "\(state.distribution.title) by \(rule)"
      }
      let settings = try world.settings()
      let timeout = (try? world.configuration())?["Timeout"]?.integerValue ?? 120
      let forecast = DeliveryForecast(
        distributions: serving.count, paths: 1, settings: settings, shares: settings.rateShares,
        timeout: Int(timeout))
      guard forecast.isEnough || forecast.isHandedOn else {
        return warning(
          "distributions", "One delivery can't tell every distribution of a change.",
          evidence + [
            "it tells \(forecast.toldWords) of \(serving.count) within \(timeout) s, the last one"
              + " \(forecast.lastWords)"
          ],
          cure: "Raise the function's timeout, up to 900 s, or switch on the work queue"
            + " (WorkQueue=on; docs/scaling.md).")
      }
      return ok(
        "distributions", Counted.words(serving.count, "serves", "serve") + " the bucket", evidence)
    },
    AccountCheck(name: "enabled", subject: .distributions) { world throws(CommandFailure) in
      let off = try world.serving().filter { !$0.distribution.isEnabled }
      guard !off.isEmpty else { return [] }
      return warning(
        "enabled", "A distribution that serves the bucket is switched off.",
        off.map { "\($0.distribution.title) is disabled" },
        cure: "Enable it, or delete it. DISABLED_DISTRIBUTIONS chooses whether it is invalidated.")
    },
    AccountCheck(name: "deployed", subject: .distributions) { world throws(CommandFailure) in
      let changing = try world.serving().filter { $0.status == "InProgress" }
      guard !changing.isEmpty else { return [] }
      return warning(
        "deployed", "A change of a distribution has not reached every edge.",
        changing.map { "\($0.distribution.title) is being deployed" },
        cure: "Wait a few minutes: aws cloudfront wait distribution-deployed.")
    },
    AccountCheck(name: "root-object", subject: .distributions) { world throws(CommandFailure) in
      let without = try world.serving().filter { state in
        let routes =
          ServingDistribution(
            state.distribution, bucket: world.bucket ?? "", region: "")?.routes ?? []
        return state.distribution.defaultRootObject?.isEmpty != false
          && routes.contains { $0.kind == .rest && $0.originPath.isEmpty }
      }
      guard !without.isEmpty else { return [] }
      return warning(
        "root-object", "Who asks for / gets a listing or a refusal.",
        without.map { "\($0.distribution.title) has no default root object" },
        cure: "Set the distribution's default root object, such as index.html.")
    },
    AccountCheck(name: "behaviors", subject: .distributions) { world throws(CommandFailure) in
      var evidence: [String] = []
      for state in try world.serving() {
        let distribution = state.distribution
        let routes =
          ServingDistribution(distribution, bucket: world.bucket ?? "", region: "")?.routes ?? []
        let origins = Set(routes.compactMap(\.originID))
        let mine = distribution.allBehaviors.filter { behavior in
          let group = distribution.originGroups.first { $0.id == behavior.targetOriginID }
          return !origins.isDisjoint(with: group?.members ?? [behavior.targetOriginID])
        }
        if mine.isEmpty, !origins.isEmpty {
          evidence.append("no behavior of \(distribution.title) leads to the bucket")
        }
        for behavior in mine where distribution.cachePolicy(of: behavior)?.canCache == false {
          evidence.append("\(behavior.name) of \(distribution.title) keeps no copies")
        }
      }
      guard !evidence.isEmpty else { return [] }
      return warning(
        "behaviors",
        "Some keys can't be reached, or are never kept, so that nothing is invalidated"
          + " for them.", evidence,
        cure: "If that is not meant, correct the behavior's origin or its cache policy.")
    },
    AccountCheck(name: "in-progress", subject: .distributions) { world throws(CommandFailure) in
      let busy = try world.serving().filter { $0.invalidationsInProgress ?? 0 > 10 }
      guard !busy.isEmpty else { return [] }
      return warning(
        "in-progress", "Many invalidations are in progress, so that new ones may be refused.",
        busy.map { "\($0.distribution.title): \($0.invalidationsInProgress ?? 0)" },
        cure: "See who sends them: cfbridge audit. cfbridge pause FUNCTION is the brake.")
    },
    AccountCheck(name: "other-tools", subject: .distributions) { world throws(CommandFailure) in
      try otherTools(world)
    },
    AccountCheck(name: "pricing-plan", subject: .distributions) { world throws(CommandFailure) in
      let client = try world.account.service(.pricingplanmanager, region: "us-east-1")
      let plans = try asking { () throws(ServiceError) in try client.pricingPlans() }
      return pricingPlan(plans, of: try world.serving().map(\.distribution))
    },
  ]

  private static func pricingPlan(
    _ plans: [PricingPlan], of distributions: [Distribution]
  ) -> [Finding] {
    var evidence: [String] = []
    var ending: [String] = []
    for distribution in distributions {
      let plan = plans.first { $0.resources.contains { $0.hasSuffix("/\(distribution.id)") } }
      guard let plan else {
        evidence.append("\(distribution.title): pay as you go")
        continue
      }
      let words = "\(distribution.title): plan \(plan.tier), where paths are not billed"
      switch (plan.status, plan.change) {
      case ("FAILED", _), ("PENDING_APPROVAL", _):
        ending.append(
          "\(distribution.title): plan \(plan.tier) is \(plan.status), so that paths may be billed")
      case (_, let change?) where change.kind == "CANCELLATION":
        ending.append("\(words) until \(change.date)")
      default: evidence.append(words)
      }
    }
    guard ending.isEmpty else {
      return warning(
        "pricing-plan", "A flat-rate plan is not in force, or ends.", ending + evidence,
        cure: "See to the plan on the distribution's page in the console. Without one, a path costs"
          + " $0.005 after 1,000 a month.")
    }
    let isPlanned = evidence.contains { $0.contains(": plan ") }
    return ok(
      "pricing-plan",
      isPlanned ? "on a plan" : "pay as you go: $0.005 a path after 1,000 a month",
      isPlanned ? evidence : [])
  }

  /// Whether somebody besides the bridge invalidates the same distributions.
  private static func otherTools(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    var evidence: [String] = []
    for state in try world.serving().prefix(5) {
      let history = History(client: try world.cloudFront(), distribution: state.distribution.id)
      let records = try history.details(try history.read(limit: 10))
      let others = records.filter { record in
        let reference = record.callerReference ?? ""
        return !reference.hasPrefix("v1-") && !reference.hasPrefix("cfbridge-")
      }
      guard let first = others.first else { continue }
      evidence.append(
        "\(others.count) of the last \(Counted.words(records.count, "invalidation")) of"
          + " \(state.distribution.title) \(others.count == 1 ? "is" : "are") not the bridge's, such as \(first.id) with the reference"
          + " \(first.callerReference ?? "")")
    }
    guard !evidence.isEmpty else { return [] }
    return warning(
      "other-tools", "Another tool invalidates the same distribution.", evidence,
      cure: "Switch it off where the bridge does its work, or you pay twice: cfbridge audit says"
        + " who it is.")
  }
}
