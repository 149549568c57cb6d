import FunctionSettings
import JSON
import OperatorAPI

// The function and its settings.
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
        try Settings(environment: variables).checkLedger()
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
      let reserved = try world.document(.concurrency)?["ReservedConcurrentExecutions"]?.integerValue
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
      guard setting == "Allow" else { return ok("recursion", "loops end: \(setting)") }
      return warning(
        "recursion", "Lambda's guard against endless loops is off.",
        ["RecursiveLoop is \(setting), and the bridge needs no loop, not with a work queue either"],
        cure: "aws lambda put-function-recursion-config --function-name"
          + " \(AccountWorld.name(of: try world.functionARN())) --recursive-loop Terminate.")
    },
  ]
}
