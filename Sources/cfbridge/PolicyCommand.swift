import ArgumentParser
import JSON

/// `cfbridge policy COMMAND…`: the least that commands need.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Print the least IAM policy for some commands.",
    usage: """
      cfbridge policy <command> ... [--distribution <id> ...] [--bucket <bucket>]
             [--function <name>] [--queue <name>] [--dead-letters <name>]
      cfbridge policy --trust <owner/repository>
      """,
    discussion: """
      Prints the policy as JSON, for the account and the region that are named. A star stands only \
      where the action knows no resources, or where you name none. It asks no account. With --trust \
      it prints the trust policy of a role that a workflow of that repository on GitHub may take.

      Example: cfbridge policy invalidate wait --account 123456789012
      """)

  @Argument(help: ArgumentHelp("Commands, such as invalidate.", valueName: "command"))
  var command: [String] = []

  @Option(help: ArgumentHelp("The account's number.", valueName: "number"))
  var account = "123456789012"

  @Option(help: ArgumentHelp("The region of queue and function.", valueName: "region"))
  var region = "us-east-1"

  @Option(help: ArgumentHelp("A distribution; repeatable. Otherwise all.", valueName: "id"))
  var distribution: [String] = []

  @Option(help: ArgumentHelp("The bucket. Otherwise all.", valueName: "bucket"))
  var bucket = "*"

  @Option(help: ArgumentHelp("The function's name.", valueName: "name"))
  var function = "s3-cloudfront-bridge"

  @Option(help: ArgumentHelp("The queue's name. Otherwise all.", valueName: "name"))
  var queue = "*"

  @Option(help: ArgumentHelp("The dead-letter queue's name. Otherwise all.", valueName: "name"))
  var deadLetters = "*"

  @Option(help: ArgumentHelp("The function's role, for doctor.", valueName: "name"))
  var role = "s3-cloudfront-bridge"

  @Option(help: ArgumentHelp("The ledger's table. Otherwise none is asked.", valueName: "name"))
  var ledger: String?

  @Option(
    help: ArgumentHelp(
      "Print a trust policy for this repository's main branch.", valueName: "repository"))
  var trust: String?

  func validate() throws {
    guard (trust == nil) != command.isEmpty else {
      throw ValidationError("Name commands, or a repository with --trust.")
    }
    for name in command where CommandPermissions.table[name] == nil {
      throw ValidationError(
        "\(name) asks no account, or is no command. These do:"
          + " \(CommandPermissions.table.keys.sorted().joined(separator: ", ")).")
    }
  }

  func run() throws {
    let document = trust.map(trustPolicy) ?? policy
    Output.write(Array(PrettyJSON.text(document).utf8))
  }

  private var policy: JSONValue {
    var actions: [CommandPermissions.Resource: Set<String>] = [:]
    for name in command {
      for (resource, names) in CommandPermissions.table[name] ?? [:] {
        actions[resource, default: []].formUnion(names)
      }
    }
    // Most have none.
    if ledger == nil { actions[.table] = nil }
    let statements = actions.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      resource, names -> JSONValue in
      [
        "Sid": .string(resource.rawValue), "Effect": "Allow",
        "Action": .array(names.sorted().map { .string($0) }),
        "Resource": .array(arns(of: resource).map { .string($0) }),
      ]
    }
    return ["Version": "2012-10-17", "Statement": .array(statements)]
  }

  private func arns(of resource: CommandPermissions.Resource) -> [String] {
    func regional(_ service: String, _ rest: String) -> String {
      "arn:aws:\(service):\(region):\(account):\(rest)"
    }
    return switch resource {
    case .anything: ["*"]
    case .distribution:
      (distribution.isEmpty ? ["*"] : distribution).map {
        "arn:aws:cloudfront::\(account):distribution/\($0)"
      }
    case .cachePolicy: ["arn:aws:cloudfront::\(account):cache-policy/*"]
    case .bucket: ["arn:aws:s3:::\(bucket)"]
    case .objects: ["arn:aws:s3:::\(bucket)/*"]
    case .function: [regional("lambda", "function:\(function)")]
    case .mapping: [regional("lambda", "event-source-mapping:*")]
    case .queue: [regional("sqs", queue)]
    case .deadLetters: [regional("sqs", deadLetters)]
    case .role: ["arn:aws:iam::\(account):role/\(role)"]
    case .policies: ["arn:aws:iam::\(account):policy/*"]
    case .key: [regional("kms", "key/*")]
    case .rule: [regional("events", "rule/*")]
    case .table: [regional("dynamodb", "table/\(ledger ?? "*")")]
    case .logs: [regional("logs", "log-group:/aws/lambda/\(function):*")]
    }
  }

  /// https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
  private func trustPolicy(_ repository: String) -> JSONValue {
    let host = "token.actions.githubusercontent.com"
    let principal: JSONValue = [
      "Federated": .string("arn:aws:iam::\(account):oidc-provider/\(host)")
    ]
    let wanted: JSONValue = .object([
      (key: "\(host):aud", value: "sts.amazonaws.com"),
      (key: "\(host):sub", value: .string("repo:\(repository):ref:refs/heads/main")),
    ])
    let condition: JSONValue = ["StringEquals": wanted]
    let statement: JSONValue = [
      "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": condition,
    ]
    return ["Version": "2012-10-17", "Statement": .array([statement])]
  }
}

/// What each command calls, by what the call is about.
enum CommandPermissions {
  enum Resource: String, CaseIterable {
    case anything = "Everything"
    case distribution = "Distributions"
    case cachePolicy = "CachePolicies"
    case bucket = "Bucket"
    case objects = "Objects"
    case function = "Function"
    case mapping = "Mappings"
    case queue = "Queue"
    case deadLetters = "DeadLetters"
    case role = "Role"
    case policies = "Policies"
    case key = "Keys"
    case rule = "Rules"
    case table = "Ledger"
    case logs = "Logs"
  }

  typealias Needs = [Resource: [String]]

  /// GetCallerIdentity needs no permission, and S3 tells the time whoever asks.
  static let table: [String: Needs] = [
    "plan": planning, "sync": sending, "invalidate": sending, "ls": reading,
    "invalidations": history + [.table: ["dynamodb:Query", "dynamodb:UpdateItem"]],
    "wait": history + planning + [
      .function: ["lambda:GetFunctionConfiguration"], .queue: ["sqs:GetQueueAttributes"],
    ],
    "report": [.logs: ["logs:FilterLogEvents"], .table: ["dynamodb:Query"]],
    "settings": [.function: ["lambda:GetFunctionConfiguration"]],
    "enqueue": mappings + [.queue: ["sqs:SendMessage", "sqs:GetQueueUrl"]],
    "pause": switching, "resume": switching,
    "redrive": mappings + planning + history + [
      .queue: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
      .deadLetters: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
    ],
    "audit": history + planning + [
      .anything: ["cloudtrail:LookupEvents", "pricingplanmanager:ListSubscriptions"],
      .table: ["dynamodb:Query"],
    ],
    "doctor": mappings + history + [
      .anything: [
        "lambda:GetAccountSettings", "cloudwatch:GetMetricStatistics",
        "pricingplanmanager:ListSubscriptions", "events:ListRuleNamesByTarget",
      ],
      .rule: ["events:DescribeRule"],
      .table: ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"],
      .bucket: [
        "s3:ListBucket", "s3:GetBucketNotification", "s3:GetBucketPolicy", "s3:GetBucketLogging",
        "s3:GetBucketVersioning",
      ],
      .objects: ["s3:GetObject"],
      .function: [
        "lambda:GetFunctionConcurrency", "lambda:GetFunctionRecursionConfig", "lambda:GetPolicy",
      ],
      .queue: ["sqs:GetQueueAttributes"], .deadLetters: ["sqs:GetQueueAttributes"],
      .role: [
        "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
      ],
      .policies: ["iam:GetPolicy", "iam:GetPolicyVersion"], .key: ["kms:GetKeyPolicy"],
    ],
  ]

  private static let reading: Needs = [
    .anything: ["cloudfront:ListDistributions"], .distribution: ["cloudfront:GetDistribution"],
  ]
  private static let planning =
    reading + [
      .distribution: ["cloudfront:GetDistributionConfig"],
      .cachePolicy: ["cloudfront:GetCachePolicy"],
    ]
  private static let sending =
    planning + [
      .distribution: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
    ]
  private static let history =
    reading + [
      .distribution: ["cloudfront:ListInvalidations", "cloudfront:GetInvalidation"]
    ]
  private static let mappings: Needs = [
    .anything: ["lambda:ListEventSourceMappings"], .function: ["lambda:GetFunctionConfiguration"],
  ]
  private static let switching =
    mappings + [
      .anything: ["cloudwatch:GetMetricStatistics"],
      .mapping: ["lambda:UpdateEventSourceMapping"], .queue: ["sqs:GetQueueAttributes"],
    ]
}

extension CommandPermissions.Needs {
  /// Joins what two calls need.
  fileprivate static func + (left: Self, right: Self) -> Self {
    left.merging(right) { $0 + $1 }
  }
}

/// JSON for people, in lines.
enum PrettyJSON {
  static func text(_ value: JSONValue) -> String { lines(value, "") + "\n" }

  private static func lines(_ value: JSONValue, _ margin: String) -> String {
    let inner = margin + "  "
    switch value {
    case .object(let members) where !members.isEmpty:
      let rows = members.map { key, value in
        inner + String(decoding: JSONValue.string(key).encoded(), as: UTF8.self) + ": "
          + lines(value, inner)
      }
      return "{\n" + rows.joined(separator: ",\n") + "\n\(margin)}"
    case .array(let values) where values.count > 1 || values.first?.objectValue != nil:
      let rows = values.map { inner + lines($0, inner) }
      return "[\n" + rows.joined(separator: ",\n") + "\n\(margin)]"
    default: return String(decoding: value.encoded(), as: UTF8.self)
    }
  }
}
