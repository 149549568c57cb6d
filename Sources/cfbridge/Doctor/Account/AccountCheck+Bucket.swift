import AWSProfiles
import CloudFrontModel
import JSON
import OperatorAPI

// Who asks, and what the bucket tells whom.
extension AccountCheck {
  static let identityChecks = [
    AccountCheck(name: "identity", subject: .account) { world throws(CommandFailure) in
      let identity: CallerIdentity
      do throws(CommandFailure) {
        identity = try world.identity()
      } catch {
        guard error.status == .denied else { throw error }
        // Nobody needs a permission for this call, so that nothing else will do either.
        return failure(
          "identity", "AWS does not take the credentials.", [error.text],
          cure: "Get new ones, such as with aws login or aws sso login, or choose others with"
            + " --profile.")
      }
      return ok("identity", "\(identity.arn) in account \(identity.account)")
    }
  ]

  static let bucketChecks = [
    AccountCheck(name: "bucket", subject: .bucket) { world throws(CommandFailure) in
      let bucket = world.bucket ?? ""
      guard let region = try world.bucketRegion() else {
        return failure(
          "bucket", "There is no bucket \(bucket).", ["S3 answers HeadBucket with 404"],
          cure: "Correct --bucket, or choose the account with --profile.")
      }
      return ok("bucket", "\(bucket) in \(region)")
    },
    AccountCheck(name: "notification", subject: .bucket) { world throws(CommandFailure) in
      try notification(world)
    },
    AccountCheck(name: "own-logs", subject: .bucket) { world throws(CommandFailure) in
      let (bucket, s3) = (world.bucket ?? "", try world.s3())
      let logging = try asking { () throws(ServiceError) in try s3.logging(ofBucket: bucket) }
      let watched = try world.notification().rules.filter { rule in
        rule.suffix.isEmpty
          && (rule.prefix.hasPrefix(logging.prefix) || logging.prefix.hasPrefix(rule.prefix))
      }
      guard logging.bucket == bucket, let rule = watched.first else { return [] }
      return warning(
        "own-logs", "The bucket's own access logs make events without end.",
        [
          "its logs go to s3://\(bucket)/\(logging.prefix)",
          "\(rule.target) is told of keys that begin with \(rule.prefix.isEmpty ? "anything" : rule.prefix)",
        ],
        cure: "Write the logs to another bucket, or narrow the notification's prefix.")
    },
    AccountCheck(name: "versioning", subject: .bucket) { world throws(CommandFailure) in
      let (bucket, s3) = (world.bucket ?? "", try world.s3())
      let status = try asking { () throws(ServiceError) in try s3.versioning(ofBucket: bucket) }
      guard status == "Enabled" else { return ok("versioning", "versions are not kept") }
      let removals = try world.notification().rules.flatMap(\.events)
      guard
        removals.contains(where: {
          $0.hasPrefix("s3:ObjectRemoved:Delete") && !$0.contains("Marker")
        })
          && !removals.contains(where: {
            $0.hasPrefix("s3:ObjectRemoved:*") || $0.contains("DeleteMarker")
          })
      else { return ok("versioning", "versions are kept, and delete markers are told") }
      return failure(
        "versioning", "A delete in this bucket makes a delete marker, of which nobody is told.",
        ["versioning is \(status ?? ""), the notification has only s3:ObjectRemoved:Delete"],
        cure: "Add s3:ObjectRemoved:DeleteMarkerCreated, or s3:ObjectRemoved:*.")
    },
    AccountCheck(name: "foreign-distributions", subject: .distributions) {
      world throws(CommandFailure) in
      let named = BucketPolicyText(try world.bucketPolicy()).distributions
      let own = Set(try world.distributions().map { "\($0.id)" })
      let foreign = named.filter { arn in
        !arn.hasSuffix("*") && !own.contains(arn.split(separator: "/").last.map(String.init) ?? "")
      }
      guard !foreign.isEmpty else { return [] }
      return warning(
        "foreign-distributions",
        "The bucket policy lets in distributions that are not this account's, which nobody"
          + " invalidates.", foreign.map { "the policy names \($0)" },
        cure: "Install the bridge in that account too, with the bucket's notifications by"
          + " EventBridge; or take the statement out of the policy.")
    },
  ]

  /// The kinds of changes that viewers see, each with the events that tell of it.
  private static let kinds = [
    (
      word: "created", all: "s3:ObjectCreated:*",
      parts: ["Put", "Post", "Copy", "CompleteMultipartUpload"]
    ),
    (word: "removed", all: "s3:ObjectRemoved:*", parts: ["Delete", "DeleteMarkerCreated"]),
    (word: "expired", all: "s3:LifecycleExpiration:*", parts: ["Delete", "DeleteMarkerCreated"]),
  ]

  private static func notification(_ world: AccountWorld) throws(CommandFailure) -> [Finding] {
    let found = try world.notification()
    let bucket = world.bucket ?? ""
    guard !found.rules.isEmpty || found.tellsEventBridge else {
      return failure(
        "notification", "The bucket tells nobody of its changes.",
        ["its notification configuration is empty"],
        cure: "Run scripts/deploy.sh --bucket \(bucket), or add the notification to the queue.")
    }
    let targets = try world.receivers()
    let topics = listenedTopics(found.rules.map(\.target), world)
    let mine = found.rules.filter {
      targets.isEmpty || targets.contains($0.target) || topics.contains($0.target)
    }
    if mine.isEmpty {
      guard found.tellsEventBridge else {
        return failure(
          "notification", "The bucket tells others, but not this function.",
          found.rules.map { "it tells \($0.target)" }
            + targets.map { "the function listens to \($0)" },
          cure: "Run scripts/deploy.sh --bucket \(bucket), which adds to what is there.")
      }
      return ok(
        "notification", "EventBridge is told of everything; its rule chooses what the function gets"
      )
    }
    let events = Set(mine.flatMap(\.events))
    let missing = kinds.filter { kind in
      !events.contains(kind.all)
        && !kind.parts.allSatisfy { events.contains(kind.all.dropLast() + $0) }
    }
    let evidence = mine.map { rule in
      "\(rule.target): \(rule.events.sorted().joined(separator: ", "))"
        + (rule.prefix.isEmpty ? "" : ", prefix \(rule.prefix)")
        + (rule.suffix.isEmpty ? "" : ", suffix \(rule.suffix)")
    }
    guard missing.isEmpty else {
      return warning(
        "notification",
        "The function is not told of every object that was \(missing.map(\.word).joined(separator: " or ")).",
        evidence,
        cure: "Add \(missing.map(\.all).joined(separator: ", ")) to the notification's events.")
    }
    return ok("notification", "created, removed and expired objects are told", evidence)
  }

  /// The topics among the targets that the queue's policy, or the function's, lets send. Whether
  /// they are subscribed is SNS's to tell.
  private static func listenedTopics(_ targets: [String], _ world: AccountWorld) -> [String] {
    let topics = targets.filter { $0.contains(":sns:") }
    guard !topics.isEmpty else { return [] }
    let queue = world.has(.queue) ? try? world.queue().attributes["Policy"] : nil
    let function = world.has(.function) ? try? world.document(.policy)?["Policy"] : nil
    let policies = (queue ?? "") + (function?.stringValue ?? "")
    return topics.filter { policies.contains("\"\($0)\"") }
  }
}
