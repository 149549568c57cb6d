import Clock
import FunctionSettings
import JSON
import OperatorAPI
import PlanReporting

// The queue between bucket and function, and what lies in it.
extension AccountCheck {
  static let queueChecks = [
    AccountCheck(name: "mapping", subject: .queue) { world throws(CommandFailure) in
      guard let mapping = try world.mapping() else { return [] }
      let evidence = [
        "state \(mapping.state), batch size \(mapping.batchSize ?? 0), window"
          + " \(mapping.windowSeconds ?? 0) s, last result \(mapping.lastResult ?? "none")"
      ]
      guard mapping.isOn else {
        return failure(
          "mapping", "The queue does not feed the function.", evidence,
          cure:
            "Switch the mapping on: cfbridge resume \(AccountWorld.name(of: mapping.functionARN)).")
      }
      let wants = try world.settings().queueFailures == .report
      if wants, !mapping.reportsItemFailures {
        return failure(
          "mapping", "Lambda deletes messages that the function hands back.",
          evidence + ["SQS_FAILURES is report, but the mapping has no ReportBatchItemFailures"],
          cure: "Give the mapping the function response type ReportBatchItemFailures.")
      }
      guard mapping.windowSeconds ?? 0 > 0 else {
        return warning(
          "mapping", "Each message may become an invalidation of its own.", evidence,
          cure: "Give the mapping a batching window of 5 s, so that what changes together is"
            + " invalidated together.")
      }
      return ok("mapping", "on", evidence)
    },
    AccountCheck(name: "visibility", subject: .queue) { world throws(CommandFailure) in
      let visibility = try world.queue().number("VisibilityTimeout") ?? 30
      let timeout = Int(try world.configuration()["Timeout"]?.integerValue ?? 0)
      let window = try world.mapping()?.windowSeconds ?? 0
      let evidence = [
        "visibility timeout \(visibility) s, function timeout \(timeout) s, window \(window) s"
      ]
      if visibility < timeout + window {
        return failure(
          "visibility", "Messages come back while the function still works on them.", evidence,
          cure: "Set the queue's visibility timeout to \(timeout * 6 + window) s.")
      }
      guard visibility < timeout * 6 else { return ok("visibility", "\(visibility) s", evidence) }
      return warning(
        "visibility", "The visibility timeout is shorter than AWS advises.", evidence,
        cure: "Set it to six times the function's timeout and the window:"
          + " \(timeout * 6 + window) s.")
    },
    AccountCheck(name: "queue-policy", subject: .queue) { world throws(CommandFailure) in
      try queuePolicy(world)
    },
    AccountCheck(name: "queue-key", subject: .queue) { world throws(CommandFailure) in
      try queueKey(world)
    },
    AccountCheck(name: "dead-letter-queue", subject: .queue) { world throws(CommandFailure) in
      let queue = try world.queue()
      guard queue.deadLetterARN != nil else {
        return failure(
          "dead-letter-queue", "What can't succeed is delivered again and again.",
          ["the queue has no redrive policy"],
          cure: "Give the queue a RedrivePolicy with a dead-letter queue and maxReceiveCount 100.")
      }
      guard let most = queue.maxReceiveCount, most < 50 else { return [] }
      return warning(
        "dead-letter-queue", "A message that only waits is given up too soon.",
        ["maxReceiveCount \(most)"], cure: "Set maxReceiveCount to 100.")
    },
    AccountCheck(name: "backlog", subject: .queue) { world throws(CommandFailure) in
      let queue = try world.queue()
      let now = TimeSource.system.wallMilliseconds()
      let oldest = try? world.oldestMessage(of: queue.arn, now: now)
      let evidence = [
        "\(queue.visible) waiting, \(queue.inFlight) in flight, \(queue.delayed) delayed"
          + (oldest.flatMap { $0 }.map { ", oldest \(Age.words(seconds: $0))" } ?? "")
      ]
      guard queue.visible > 1_000 || oldest.flatMap({ $0 }) ?? 0 > 900 else {
        return ok(
          "backlog", Counted.words(queue.visible, "message waits", "messages wait"), evidence)
      }
      return warning(
        "backlog", "The function does not keep up with the queue.", evidence,
        cure: "Read the function's log for throttling, and docs/scaling.md for its rate.")
    },
    AccountCheck(name: "dead-letters", subject: .queue) { world throws(CommandFailure) in
      guard let dead = try world.deadLetters() else { return [] }
      let count = dead.visible + dead.inFlight + dead.delayed
      guard count > 0 else { return ok("dead-letters", "none") }
      let now = TimeSource.system.wallMilliseconds()
      let oldest = (try? world.oldestMessage(of: dead.arn, now: now)).flatMap { $0 }
      return failure(
        "dead-letters", "\(Counted.words(count, "message was", "messages were")) given up.",
        [
          "\(dead.arn) has \(count)"
            + (oldest.map { ", the oldest is \(Age.words(seconds: $0)) old" } ?? "")
        ],
        cure: "See why, and send back what is still needed: cfbridge redrive --function"
          + " \(try world.function() ?? "") --dry-run.")
    },
  ]

  /// Whether the queue lets S3, EventBridge or SNS send, and only for this account's buckets.
  private static func queuePolicy(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let text = try world.queue().attributes["Policy"] ?? ""
    let document = try? JSONValue.parse(Array(text.utf8))
    let statements =
      document?["Statement"]?.arrayValue ?? document?["Statement"].map { [$0] } ?? []
    let senders = statements.filter { statement in
      guard statement["Effect"]?.stringValue == "Allow" else { return false }
      let service = statement["Principal"]?["Service"]
      let names =
        service?.stringValue.map { [$0] } ?? service?.arrayValue?.compactMap(\.stringValue) ?? []
      return !Set(names).isDisjoint(with: [
        "s3.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com",
      ])
    }
    guard !senders.isEmpty else {
      return failure(
        "queue-policy", "The queue lets no bucket, rule or topic send to it.",
        [text.isEmpty ? "the queue has no policy" : "no statement allows s3.amazonaws.com"],
        cure: "Allow sqs:SendMessage to s3.amazonaws.com with the conditions aws:SourceArn of the"
          + " bucket and aws:SourceAccount of this account.")
    }
    let open = senders.filter { $0["Condition"] == nil }
    guard open.isEmpty else {
      return warning(
        "queue-policy", "Any bucket of any account may send to the queue.",
        ["a statement has no condition"],
        cure: "Add the conditions aws:SourceArn and aws:SourceAccount to the statement.")
    }
    if let bucket = world.bucket {
      let names = senders.contains { statement in
        let condition = String(decoding: statement["Condition"]?.encoded() ?? [], as: UTF8.self)
        let service = String(decoding: statement["Principal"]?.encoded() ?? [], as: UTF8.self)
        return !service.contains("s3.amazonaws.com") || condition.contains(":::\(bucket)\"")
          || condition.contains("*") || !condition.lowercased().contains("sourcearn")
      }
      guard names else {
        return failure(
          "queue-policy", "The queue lets other buckets send, but not \(bucket).",
          ["no statement has aws:SourceArn arn:aws:s3:::\(bucket)"],
          cure: "Add the bucket's ARN to the statement's aws:SourceArn.")
      }
    }
    return ok(
      "queue-policy", Counted.words(senders.count, "statement") + " with conditions")
  }

  /// Whether S3 may use the key that encrypts the queue.
  private static func queueKey(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    guard let key = try world.queue().attributes["KmsMasterKeyId"], !key.isEmpty else {
      return ok("queue-key", "no key of KMS")
    }
    guard !key.hasSuffix("alias/aws/sqs") else {
      return failure(
        "queue-key", "S3 can't send to a queue that AWS's own key of SQS encrypts.",
        ["KmsMasterKeyId is \(key), whose policy nobody can change"],
        cure: "Use SSE-SQS (SqsManagedSseEnabled), or a key of your own whose policy lets"
          + " s3.amazonaws.com use it.")
    }
    let arn = try world.queue().arn
    let kms = try world.account.service(.kms, region: AccountWorld.region(of: arn))
    let policy = try asking { () throws(ServiceError) in try kms.policy(ofKey: key) }
    let lets = PolicyDocument(policy).letsService("s3.amazonaws.com", use: "kms:GenerateDataKey")
    guard !lets else { return ok("queue-key", "S3 may use \(key)") }
    return failure(
      "queue-key", "S3 may not use the key that encrypts the queue.",
      ["the policy of \(key) does not name s3.amazonaws.com"],
      cure: "Allow s3.amazonaws.com kms:GenerateDataKey* and kms:Decrypt in the key's policy.")
  }
}

extension PolicyDocument {
  /// Whether a service may do something.
  func letsService(_ service: String, use action: String) -> Bool {
    statements(for: service).contains { PolicyDocument(["Statement": .array([$0])]).allows(action) }
  }
}
