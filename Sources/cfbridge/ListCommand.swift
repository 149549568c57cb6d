import ArgumentParser
import CloudFrontAPI
import CloudFrontModel
import FunctionSettings
import InvalidationPlanning
import JSON
import LambdaRuntime
import OperatorAPI
import PlanReporting

/// `cfbridge ls [TARGET]`: lists distributions.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the account's distributions.",
    usage: "cfbridge ls [<target> | --bucket <bucket>] [--json]",
    discussion: """
      With a target, or with --bucket, it shows everything about each distribution: aliases, \
      origins with their paths, cache behaviors and how many invalidations are in progress.

      Example: cfbridge ls --bucket www.example.com

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp(
      "A distribution's id, domain name or alias, an origin's domain name, or a bucket."))
  var target: String?

  @Option(help: "List those that serve this bucket, and by which rule.")
  var bucket: String?

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    if target != nil, bucket != nil {
      throw ValidationError("Name a target or --bucket, not both.")
    }
  }

  func run() throws {
    let client = try output.account.open().cloudFront()
    if let bucket {
      let served = try serving(bucket, client)
      try show(served.map(\.distribution), client, rules: served.map(\.rules))
    } else if let target {
      try show(try Target.find(target, in: client).distributions, client, rules: [])
    } else {
      brief(try Target.list(client))
    }
  }

  // MARK: - Who serves a bucket

  private struct Served {
    var distribution: Distribution
    var rules: [String]
  }

  /// Finds who serves a bucket, as the function does with the settings of this environment.
  private func serving(
    _ bucket: String, _ client: CloudFrontClient
  ) throws(CommandFailure) -> [Served] {
    let settings = try EnvironmentSettings.read()
    let named =
      settings.bucketDistributions[bucket].map { ("BUCKET_DISTRIBUTIONS names it", $0) }
      ?? (settings.distributionIDs.isEmpty
        ? nil : ("CLOUDFRONT_DISTRIBUTION_ID names it", settings.distributionIDs))
    if let (rule, ids) = named {
      var served: [Served] = []
      for id in ids {
        let state = try calling { () throws(CloudFrontError) in try client.state(of: id) }
        let routes = ServingDistribution(state.distribution, bucket: bucket, region: "")?.routes
        served.append(
          Served(
            distribution: state.distribution,
            rules: [rule] + (routes ?? []).map(ListCommand.rule)))
      }
      return served
    }
    let all = try Target.list(client)
    let found = DistributionSearch.serving(bucket: bucket, region: "", among: all)
    guard !found.isEmpty else {
      throw CommandFailure(
        .notFound,
        "None of the account's \(Counted.words(all.count, "distribution")) has bucket \(bucket) as an origin."
          + " If an access point or a domain of your own stands between, name the distribution in"
          + " BUCKET_DISTRIBUTIONS.")
    }
    return found.map {
      Served(distribution: $0.distribution, rules: $0.routes.map(ListCommand.rule))
    }
  }

  private static func rule(_ route: ServingDistribution.Route) -> String {
    let endpoint =
      switch route.kind {
      case .rest: "REST endpoint"
      case .website: "website endpoint"
      case .accelerate: "accelerate endpoint"
      case nil: "origin"
      }
    let folder = route.originPath.isEmpty ? "" : ", which shows the folder \(route.originPath)"
    return "origin \(route.originID ?? "") is the bucket's \(endpoint)\(folder)"
  }

  // MARK: - Output

  /// One line for each distribution.
  private func brief(_ distributions: [Distribution]) {
    if output.json {
      for distribution in distributions { Output.write(ListCommand.json(distribution).line) }
      return
    }
    let screen = output.screen
    let rows = distributions.map { distribution -> [Screen.Cell] in
      let others = distribution.aliases.count - 1
      let name = distribution.aliases.first ?? distribution.domainName
      return [
        Screen.Cell("\(distribution.id)", .bold), ListCommand.state(distribution),
        Screen.Cell(name + (others > 0 ? " and \(others) more" : "")),
        Screen.Cell(
          distribution.origins.map { $0.domainName + $0.originPath }.joined(separator: " ")),
      ]
    }
    screen.print(screen.table(rows))
    if distributions.isEmpty { Output.note("note", "the account has no distributions.") }
  }

  /// Everything about some distributions.
  private func show(
    _ distributions: [Distribution], _ client: CloudFrontClient, rules: [[String]]
  ) throws(CommandFailure) {
    let screen = output.screen
    for (index, listed) in distributions.enumerated() where !Output.isClosed {
      let state = try calling { () throws(CloudFrontError) in try client.state(of: listed.id) }
      let why = rules.indices.contains(index) ? rules[index] : []
      if output.json {
        let members: JSONValue = [
          "status": .string(state.status),
          "inProgressInvalidations": state.invalidationsInProgress.map { .integer(Int64($0)) }
            ?? .null,
          "servedBy": .array(why.map { .string($0) }),
        ]
        Output.write(ListCommand.json(state.distribution).adding(members).line)
      } else {
        let head = screen.table([
          [
            Screen.Cell("\(listed.id)", .bold), ListCommand.state(state.distribution),
            Screen.Cell(state.distribution.domainName),
          ]
        ])
        screen.print(head + screen.table(rows(state, rules: why), indent: 2))
      }
    }
  }

  private func rows(_ state: DistributionState, rules: [String]) -> [[Screen.Cell]] {
    let distribution = state.distribution
    var rows: [[Screen.Cell]] = rules.map { ["serves", Screen.Cell($0)] }
    rows += distribution.aliases.map { ["alias", Screen.Cell($0)] }
    rows += distribution.origins.map { origin in
      ["origin", Screen.Cell("\(origin.id): \(origin.domainName)\(origin.originPath)")]
    }
    rows += distribution.originGroups.map { group in
      ["group", Screen.Cell("\(group.id): \(group.members.joined(separator: ", "))")]
    }
    rows += distribution.allBehaviors.map { behavior in
      let caches = distribution.cachePolicy(of: behavior)?.canCache == false
      return [
        "behavior",
        Screen.Cell(
          "\(behavior.name) to \(behavior.targetOriginID)\(caches ? ", not cached" : "")"
            + (behavior.mayRewrite ? ", with an edge function" : "")),
      ]
    }
    if let root = distribution.defaultRootObject, !root.isEmpty {
      rows.append(["root", Screen.Cell(root)])
    }
    if state.status == "InProgress" {
      rows.append(["status", Screen.Cell("a change is being deployed", .yellow)])
    }
    let count = state.invalidationsInProgress ?? 0
    rows.append([
      "in progress",
      Screen.Cell(Counted.words(count, "invalidation"), count > 0 ? .yellow : .plain),
    ])
    return rows
  }

  private static func state(_ distribution: Distribution) -> Screen.Cell {
    if !distribution.isEnabled { return Screen.Cell("disabled", .red) }
    if distribution.isStaging { return Screen.Cell("staging", .yellow) }
    if distribution.connectionMode == .tenantOnly { return Screen.Cell("tenants", .yellow) }
    return Screen.Cell("enabled", .green)
  }

  private static func json(_ distribution: Distribution) -> JSONValue {
    [
      "id": .string("\(distribution.id)"),
      "state": .string(state(distribution).text),
      "domainName": .string(distribution.domainName),
      "aliases": .array(distribution.aliases.map { .string($0) }),
      "origins": .array(
        distribution.origins.map { origin in
          [
            "id": .string(origin.id), "domainName": .string(origin.domainName),
            "originPath": .string(origin.originPath),
          ]
        }),
      "behaviors": .array(
        distribution.allBehaviors.map { behavior in
          ["pathPattern": .string(behavior.name), "target": .string(behavior.targetOriginID)]
        }),
    ]
  }
}

/// The settings of this process's environment, for commands of the account.
enum EnvironmentSettings {
  static func read(
    _ environment: [String: String] = ProcessEnvironment.current
  ) throws(CommandFailure) -> Settings {
    do {
      return try Settings(environment: environment)
    } catch {
      throw CommandFailure(
        .usage, error.errors.map { "The setting \($0)" }.joined(separator: "\n"))
    }
  }
}

extension JSONValue {
  /// The value as a line of its own, keys sorted.
  var line: [UInt8] { encoded(sortedKeys: true) + [0x0A] }
}
