import FunctionSettings
import JSON
import OperatorAPI

// The function, its settings and its rights.
extension AccountCheck {
  static let functionChecks = [
    AccountCheck(name: "function", subject: .function) { world throws(CommandFailure) in
      let configuration = try world.configuration()
      func text(_ name: String) -> String { configuration[name]?.stringValue ?? "" }
      let architecture = configuration["Architectures"]?.arrayValue?.first?.stringValue ?? "x86_64"
      let evidence = [
        "state \(text("State")), last update \(text("LastUpdateStatus")), \(text("Runtime")),"
          + " \(architecture), \(configuration["MemorySize"]?.integerValue ?? 0) MB,"
          + " timeout \(configuration["Timeout"]?.integerValue ?? 0) s"
      ]
      if ["Failed", "Inactive"].contains(text("State")) || text("LastUpdateStatus") == "Failed" {
        return failure(
          "function", "The function can't run.",
          evidence + ["\(text("StateReason")) \(text("LastUpdateStatusReason"))"],
          cure: "Deploy it once more, and read the reason above first.")
      }
      guard text("Runtime").hasPrefix("provided") else {
        return warning(
          "function", "The function's runtime is none that the bridge is built for.", evidence,
          cure: "Choose provided.al2023; or name the bridge's function with --function.")
      }
      return ok("function", "active", evidence)
    },
    AccountCheck(name: "timeout", subject: .function) { world throws(CommandFailure) in
      let timeout = try world.configuration()["Timeout"]?.integerValue ?? 0
      let margin = try world.settings().deadlineMargin.inMilliseconds
      guard timeout * 1000 <= margin * 2 else {
        return ok("timeout", "\(timeout) s, with \(margin) ms kept for the answer")
      }
      return failure(
        "timeout", "The timeout leaves hardly any time to work.",
        ["timeout \(timeout) s, DEADLINE_MARGIN_MS \(margin)"],
        cure: "Raise the function's timeout to 60 s, or lower DEADLINE_MARGIN_MS.")
    },
    AccountCheck(name: "log-level", subject: .function) { world throws(CommandFailure) in
      let logging = try world.configuration()["LoggingConfig"]
      let level = logging?["ApplicationLogLevel"]?.stringValue ?? ""
      guard logging?["LogFormat"]?.stringValue == "JSON",
        ["WARN", "ERROR", "FATAL"].contains(level)
      else { return [] }
      return failure(
        "log-level", "Lambda drops the lines that metrics are made of.",
        ["log format JSON, application log level \(level)"],
        cure: "Set the application log level to INFO.")
    },
    AccountCheck(name: "environment", subject: .function) { world throws(CommandFailure) in
      let variables = try world.variables()
      if let error = try world.configuration()["Environment"]?["Error"]?["Message"]?.stringValue {
        return failure(
          "environment", "The function's variables can't be decrypted.", [error],
          cure: "Allow the function's role, and whoever asks, kms:Decrypt on the key.")
      }
      let size = variables.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      guard size > 3_600 else { return ok("environment", "\(size) of 4,096 bytes") }
      return warning(
        "environment", "The variables have nearly used up what Lambda allows.",
        ["\(size) of 4,096 bytes"],
        cure: "Shorten BUCKET_DISTRIBUTIONS or PATH_RULES, or divide the buckets among functions.")
    },
    AccountCheck(name: "settings", subject: .function) { world throws(CommandFailure) in
      let variables = try world.variables()
      var problems: [String] = []
      do throws(SettingsError) {
        _ = try Settings(environment: variables)
      } catch {
        problems = error.errors.map { "\($0)" }
      }
      let misspelt = MisspeltSetting.all(in: variables).map { "\($0)" }
      if !problems.isEmpty {
        return failure(
          "settings", "The function does not start with these settings.", problems + misspelt,
          cure: "Correct them; cfbridge settings --check --function NAME shows every one.")
      }
      guard misspelt.isEmpty else {
        return warning(
          "settings", "A variable looks like a setting and is none.", misspelt,
          cure: "Correct its name; cfbridge settings lists them.")
      }
      if try world.settings().isDryRun {
        return warning(
          "settings", "The function only pretends: DRY_RUN is set.", ["DRY_RUN is true"],
          cure: "Set DRY_RUN to false.")
      }
      return []
    },
    AccountCheck(name: "concurrency", subject: .function) { world throws(CommandFailure) in
      let reserved = try world.document(.concurrency)?["ReservedConcurrentExecutions"]?.integerValue
      let mapped = try world.mappings().compactMap(\.maximumConcurrency).max().map { Int64($0) }
      if reserved == 0 {
        return failure(
          "concurrency", "The function may not run at all.", ["reserved concurrency is 0"],
          cure: "Delete the reservation: aws lambda delete-function-concurrency.")
      }
      if let reserved, let mapped, mapped > reserved {
        return warning(
          "concurrency", "The mapping starts more invocations than the function may run.",
          ["maximum concurrency of the mapping \(mapped), reserved \(reserved)"],
          cure: "Lower the mapping's maximum concurrency to \(max(2, reserved)), or raise the"
            + " reservation: messages that are throttled count as received.")
      }
      return ok(
        "concurrency",
        "\(reserved.map { "\($0) reserved" } ?? "none reserved"), \(mapped.map { "\($0) for the queue" } ?? "no limit for the queue")"
      )
    },
    AccountCheck(name: "account-concurrency", subject: .function) {
      world throws(CommandFailure) in
      let lambda = try world.lambda()
      let answer = try asking { () throws(ServiceError) in try lambda.accountSettings() }
      let limit = answer["AccountLimit"]
      let total = limit?["ConcurrentExecutions"]?.integerValue ?? 0
      let left = limit?["UnreservedConcurrentExecutions"]?.integerValue ?? total
      let reserved = try world.document(.concurrency)?["ReservedConcurrentExecutions"]
      guard reserved == nil, total > 0, left < 20 else {
        return ok("account-concurrency", "\(left) of \(total) are not reserved")
      }
      return warning(
        "account-concurrency", "Little is left for functions without a reservation.",
        ["\(left) of \(total) concurrent executions are not reserved"],
        cure: "Ask for a higher quota of Lambda's concurrent executions, or reserve 2 for the"
          + " function.")
    },
    AccountCheck(name: "recursion", subject: .function) { world throws(CommandFailure) in
      guard let setting = try world.document(.recursion)?["RecursiveLoop"]?.stringValue else {
        return ok("recursion", "Lambda does not tell")
      }
      return ok("recursion", "RecursiveLoop is \(setting); the bridge makes no loop")
    },
    AccountCheck(name: "permissions", subject: .function) { world throws(CommandFailure) in
      try permissions(world)
    },
  ]

  /// What the function calls, by the wiring that it has.
  private static func permissions(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    var needed = [
      "cloudfront:CreateInvalidation", "cloudfront:GetDistributionConfig",
      "cloudfront:GetCachePolicy",
    ]
    let settings = try world.settings()
    if settings.distributionIDs.isEmpty { needed.append("cloudfront:ListDistributions") }
    if world.has(.queue) {
      needed += [
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility", "sqs:SendMessage",
      ]
    }
    let policies = try world.rolePolicies()
    let missing = needed.filter { action in
      !policies.contains { PolicyDocument($0).allows(action) }
    }
    let refused = needed.filter { action in policies.contains { PolicyDocument($0).denies(action) }
    }
    guard missing.isEmpty, refused.isEmpty else {
      let role = try world.configuration()["Role"]?.stringValue ?? ""
      return failure(
        "permissions", "The function's role may not do what the function has to.",
        missing.map { "no policy of \(role) allows \($0)" }
          + refused.map { "a policy of \(role) denies \($0)" },
        cure: "Allow \((missing + refused).joined(separator: ", ")) in the role's policy;"
          + " docs/deploying.md has the whole of it.")
    }
    return ok(
      "permissions", "the role's policies allow \(needed.count) actions",
      ["permission boundaries and policies of the organization were not looked at"])
  }
}

/// Which actions a policy is about, by its text alone.
struct PolicyDocument {
  private let statements: [JSONValue]

  init(_ document: JSONValue) {
    statements =
      document["Statement"]?.arrayValue ?? document["Statement"].map { [$0] } ?? []
  }

  /// The statements that allow something to a service.
  func statements(for service: String) -> [JSONValue] {
    statements.filter { statement in
      let named = statement["Principal"]?["Service"]
      let names =
        named?.stringValue.map { [$0] } ?? named?.arrayValue?.compactMap(\.stringValue) ?? []
      return statement["Effect"]?.stringValue == "Allow" && names.contains(service)
    }
  }

  /// Whether a statement allows an action, on whatever.
  func allows(_ action: String) -> Bool { matches(action, effect: "Allow", onlyPlain: false) }

  /// Whether a statement denies an action without any condition.
  func denies(_ action: String) -> Bool { matches(action, effect: "Deny", onlyPlain: true) }

  private func matches(_ action: String, effect: String, onlyPlain: Bool) -> Bool {
    statements.contains { statement in
      guard statement["Effect"]?.stringValue == effect,
        !onlyPlain || statement["Condition"] == nil
      else { return false }
      let patterns =
        statement["Action"]?.stringValue.map { [$0] }
        ?? statement["Action"]?.arrayValue?.compactMap(\.stringValue) ?? []
      return patterns.contains { PolicyDocument.covers($0.lowercased(), action.lowercased()) }
    }
  }

  /// Whether a pattern with stars at any place covers a name.
  private static func covers(_ pattern: String, _ name: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return pattern == name }
    guard let first = parts.first, let last = parts.last, name.hasPrefix(first) else {
      return false
    }
    var rest = name.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
