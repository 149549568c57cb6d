import AWSProfiles
import JSON
import OperatorAPI

// The ways from the bucket to the function besides its queue: EventBridge, and a direct call.
extension AccountCheck {
  static let wiringChecks = [
    AccountCheck(name: "eventbridge", subject: .bucket) { world throws(CommandFailure) in
      try eventBridge(world)
    },
    AccountCheck(name: "function-policy", subject: .function) { world throws(CommandFailure) in
      try functionPolicy(world)
    },
  ]

  /// The kinds of events that EventBridge has for changes of objects.
  private static let kinds = ["Object Created", "Object Deleted"]

  private static func eventBridge(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let name = "eventbridge"
    let told = try world.notification()
    guard world.has(.function) else { return [] }
    let receivers = try world.receivers()
    let isDirect = told.rules.contains { receivers.contains($0.target) }
    let rules = try world.eventRules()
    let evidence = rules.map { rule in
      "rule \(rule.name) is \(rule.state), for"
        + " \(rule.kinds.map { $0.joined(separator: ", ") } ?? "events of every kind")"
    }
    let bucket = world.bucket ?? ""
    guard told.tellsEventBridge else {
      guard !rules.isEmpty else { return ok(name, "not used") }
      return failure(
        name, "A rule waits for the bucket's events, and EventBridge is not told of any.", evidence,
        cure: "Switch on Amazon EventBridge in the notifications of \(bucket):"
          + " scripts/deploy.sh --bucket \(bucket) does.")
    }
    let running = rules.filter(\.isOn)
    guard !running.isEmpty else {
      if let rule = rules.first {
        return failure(
          name, "The rule that passes the bucket's events on is switched off.", evidence,
          cure: "aws events enable-rule --name \(rule.name).")
      }
      guard !isDirect else { return ok(name, "on, but no rule passes anything to the function") }
      return failure(
        name, "EventBridge is told of everything, and no rule passes it on to the function.",
        receivers.map { "no rule has \($0) as its target" },
        cure: "Add a rule for source aws.s3 and bucket \(bucket), with the function's queue as its"
          + " target.")
    }
    guard !isDirect else {
      return warning(
        name, "The function is told of each change twice: by the bucket and by EventBridge.",
        evidence, cure: "Take one of them away: the notification, or the rule \(running[0].name).")
    }
    let missing = kinds.filter { kind in
      !running.contains { $0.kinds?.contains(kind) ?? true }
    }
    guard missing.isEmpty else {
      return warning(
        name, "The rule does not pass on every kind of change.", evidence,
        cure: "Add \(missing.joined(separator: ", ")) to the rule's detail-type.")
    }
    return ok(name, "told of everything, and a rule passes it on", evidence)
  }

  /// Whether the bucket, or the rule, may call the function where it does so itself.
  private static func functionPolicy(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let name = "function-policy"
    let arn = try world.functionARN()
    let bucket = world.bucket ?? ""
    let rules = world.has(.bucket) ? try world.notification().rules : []
    let isCalled = rules.contains { $0.target == arn || $0.target.hasPrefix(arn + ":") }
    guard isCalled else { return ok(name, "the bucket does not call the function itself") }
    let text = try world.document(.policy)?["Policy"]?.stringValue ?? "{}"
    let policy = PolicyDocument((try? JSONValue.parse(Array(text.utf8))) ?? .object([]))
    let senders = policy.statements(for: "s3.amazonaws.com").filter {
      PolicyDocument(["Statement": .array([$0])]).allows("lambda:InvokeFunction")
    }
    let command =
      "aws lambda add-permission --function-name \(AccountWorld.name(of: arn)) --statement-id"
      + " bucket --action lambda:InvokeFunction --principal s3.amazonaws.com --source-arn"
      + " arn:aws:s3:::\(bucket) --source-account \(try world.identity().account)"
    let named = senders.filter { statement in
      let condition = String(decoding: statement["Condition"]?.encoded() ?? [], as: UTF8.self)
      return condition.contains(":::\(bucket)\"") || condition.contains("*")
        || !condition.lowercased().contains("sourcearn")
    }
    guard let first = named.first else {
      return failure(
        name, "The function lets nobody call it for this bucket.",
        [
          senders.isEmpty
            ? "no statement allows s3.amazonaws.com" : "its policy names other buckets"
        ],
        cure: "\(command).")
    }
    let condition = String(decoding: first["Condition"]?.encoded() ?? [], as: UTF8.self)
    guard condition.lowercased().contains("sourceaccount") else {
      return warning(
        name, "Whoever owns the bucket's name one day may call the function.",
        ["the statement has no condition aws:SourceAccount"],
        cure: "Remove the statement, and add it with the account: \(command).")
    }
    return ok(name, "the bucket may call the function")
  }
}
