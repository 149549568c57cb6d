import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import JSON
import OperatorAPI

// The distributions that serve the bucket.
extension AccountCheck {
  /// How many distributions one delivery can tell before its time is over.
  private static let mostDistributions = 25

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
      guard serving.count <= mostDistributions else {
        return warning(
          "distributions",
          "A change is told to \(serving.count) distributions, one after the other.",
          evidence,
          cure: "Raise the function's timeout, or divide the distributions with"
            + " BUCKET_DISTRIBUTIONS among several functions.")
      }
      return ok("distributions", "\(serving.count) serve the bucket", evidence)
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
      let mine = try world.serving().map(\.distribution.id.description)
      let told = plans.compactMap { plan -> String? in
        let arns = plan["resourceArns"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let arn = arns.first(where: { arn in mine.contains { arn.hasSuffix("/\($0)") } })
        else { return nil }
        return "\(AccountWorld.name(of: arn)) is on plan \(plan["planTier"]?.stringValue ?? ""),"
          + " where paths are not billed"
      }
      return ok(
        "pricing-plan",
        told.isEmpty ? "pay as you go: $0.005 a path after 1,000 a month" : "on a plan",
        told)
    },
  ]

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
        "\(others.count) of the last \(records.count) invalidations of \(state.distribution.title)"
          + " are not the bridge's, such as \(first.id) with the reference"
          + " \(first.callerReference ?? "")")
    }
    guard !evidence.isEmpty else { return [] }
    return warning(
      "other-tools", "Another tool invalidates the same distribution.", evidence,
      cure: "Switch it off where the bridge does its work, or you pay twice: cfbridge audit says"
        + " who it is.")
  }
}
