import ArgumentParser
import Bridge
import Clock
import Encoding
import EventPlanning
import FunctionSettings
import JSON
import LambdaRuntime
import LocalCloud

/// `cfbridge serve`: runs the embedded CloudFront alone, for any AWS client.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the embedded CloudFront until standard input ends.",
    usage: """
      cfbridge serve [--distributions <file>] [--completes-after <seconds>]
             [--deny <action> ...] [--page-size <number>] [--json]
      """,
    discussion: """
      Prints the environment variables that make an AWS CLI, an SDK, bootstrap or cfbridge use it; \
      they are ready for `source`. It listens on a free port of 127.0.0.1, checks every signature, \
      offers ListDistributions, GetDistribution, GetDistributionConfig, CreateInvalidation, \
      GetInvalidation and ListInvalidations, and forgets everything when it ends: at the end of \
      its standard input, at Ctrl-C or at SIGTERM.

      At the same address answer S3's HeadObject for the bucket amzn-s3-demo-bucket, Lambda's \
      GetFunctionConfiguration for the function bridge, which has the settings of this process's \
      environment, its event source mapping and role, SQS for the queue bridge and its dead-letter queue \
      bridge-dead-letters, STS's GetCallerIdentity, and CloudWatch Logs' FilterLogEvents for the \
      group /aws/lambda/bridge.

      Example: cfbridge serve --completes-after 2
      """)

  @OptionGroup var account: DistributionOptions

  @Flag(help: "Print one JSON object instead: accessKeyId, endpoint, region, secretAccessKey.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How long an invalidation is in progress, in seconds.", valueName: "seconds"))
  var completesAfter = 20

  @Option(
    help: ArgumentHelp(
      "Deny this action, such as cloudfront:CreateInvalidation; repeatable.", valueName: "action"))
  var deny: [String] = []

  @Option(help: ArgumentHelp("How many items a page of a list has.", valueName: "number"))
  var pageSize = 100

  /// The messages of the queue, for tests: how many are in flight, and for how many seconds.
  @Option(help: ArgumentHelp("Messages in flight in the queue.", visibility: .hidden))
  var inFlight = 0

  @Option(help: ArgumentHelp("Seconds until the queue is empty.", visibility: .hidden))
  var emptyAfter = 0

  /// Lines of the function's log, which it has in CloudWatch Logs; for tests.
  @Option(help: ArgumentHelp("A file with the function's log.", visibility: .hidden))
  var log: String?
  /// The bodies of dead letters, for tests.
  @Option(help: ArgumentHelp("A file that is a dead letter.", visibility: .hidden))
  var deadLetter: [String] = []

  /// The age of the queue's oldest message, for tests.
  @Option(help: ArgumentHelp("The age of the oldest message.", visibility: .hidden))
  var oldest: Int?

  /// The bucket's policy, for tests.
  @Option(help: ArgumentHelp("A file with the bucket's policy.", visibility: .hidden))
  var bucketPolicy: String?

  /// The events of CloudTrail, for tests.
  @Option(help: ArgumentHelp("A file with an event of CloudTrail a line.", visibility: .hidden))
  var trail: String?

  func run() throws {
    let known = try account.knownDistributions()
    var settings = FakeCloudFrontSettings(
      distributions: known.distributions(deadline: nil), cachePolicies: known.cachePolicies)
    settings.completionTime = .seconds(completesAfter)
    settings.deniedActions = Set(deny)
    settings.pageSize = pageSize
    let queues = try queues()
    defer { queues.stop() }
    let cloudFront = try FakeCloudFront(
      settings, services: FakeServices(try services(), queues: queues))
    defer { cloudFront.stop() }
    Output.write(json ? line(cloudFront, settings) : Array(text(cloudFront, settings).utf8))
    _ = try InputFile(name: "-").read()
  }

  /// What the bucket tells the queue.
  private static let notification = """
    <NotificationConfiguration><QueueConfiguration>\
    <Queue>arn:aws:sqs:us-east-1:123456789012:bridge</Queue><Event>s3:ObjectCreated:*</Event>\
    <Event>s3:ObjectRemoved:*</Event></QueueConfiguration></NotificationConfiguration>
    """

  /// What the function's role may do.
  private static let rolePolicy = """
    {"Statement":[{"Effect":"Allow","Action":["cloudfront:CreateInvalidation",\
    "cloudfront:GetDistributionConfig"],\
    "Resource":"arn:aws:cloudfront::123456789012:distribution/*"},\
    {"Effect":"Allow","Action":["cloudfront:ListDistributions","cloudfront:GetCachePolicy"],\
    "Resource":"*"},{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage",\
    "sqs:GetQueueAttributes","sqs:ChangeMessageVisibility"],\
    "Resource":"arn:aws:sqs:us-east-1:123456789012:bridge"},{"Effect":"Allow",\
    "Action":"sqs:SendMessage",\
    "Resource":"arn:aws:sqs:us-east-1:123456789012:bridge-dead-letters"}]}
    """

  /// What the services besides CloudFront have.
  private func services() throws -> FakeServices.Contents {
    var contents = FakeServices.Contents()
    let now = TimeSource.system.wallMilliseconds()
    contents.buckets = ["amzn-s3-demo-bucket": ["index.html": .init(lastModified: now)]]
    contents.bucketSettings["notification"] = ["amzn-s3-demo-bucket": ServeCommand.notification]
    if let bucketPolicy, let bytes = try? InputFile(name: bucketPolicy).read() {
      contents.bucketSettings["policy"] = [
        "amzn-s3-demo-bucket": String(decoding: bytes, as: UTF8.self)
      ]
    }
    if let trail, let bytes = try? InputFile(name: trail).read() {
      contents.trail = bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
    let environment = ProcessEnvironment.current
    contents.functions = [
      "bridge": environment.filter { variable in
        Settings.table.contains { $0.name == variable.key }
      }
    ]
    if inFlight > 0 {
      let emptyAt = now + Int64(emptyAfter) * 1000
      contents.queues = ["bridge": .init(inFlight: inFlight, emptyAt: emptyAt)]
    }
    contents.mappings = [
      "f1d6b9a2-0c8e-4a55-9d3b-6f0f0c1d2e3f": .init(function: "bridge", queue: "bridge")
    ]
    contents.oldestMessages["bridge"] = oldest
    contents.rolePolicies["bridge"] = ServeCommand.rolePolicy
    contents.deniedActions = Set(deny)
    contents.logPageSize = pageSize
    contents.logGroups = ["/aws/lambda/bridge": try logEvents(now: now)]
    return contents
  }

  private func logEvents(now: Int64) throws -> [FakeServices.LogEvent] {
    guard let log else { return [] }
    var events: [FakeServices.LogEvent] = []
    try InputFile(name: log).eachLine { line in
      let record = (try? JSONValue.parse(Array(line)))?["timestamp"]?.stringValue
      events.append(
        FakeServices.LogEvent(
          milliseconds: record.flatMap { CivilTime(iso8601: $0)?.millisecondsSinceEpoch } ?? now,
          message: String(decoding: line, as: UTF8.self)))
    }
    return events
  }

  /// The queue that feeds the function, and its dead-letter queue.
  private func queues() throws -> FakeSQS {
    var settings = FakeSQSSettings()
    settings.deniedActions = Set(deny)
    var work = FakeQueue(
      name: "bridge", visibility: .seconds(360), deadLetterQueue: "bridge-dead-letters",
      maxReceiveCount: 100)
    work.attributes = [
      "MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true",
      "Policy": #"""
      {"Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},\#
      "Action":"sqs:SendMessage","Condition":{"ArnLike":{"aws:SourceArn":\#
      "arn:aws:s3:::amzn-s3-demo-bucket"}}}]}
      """#,
    ]
    let queues = try FakeSQS(settings, queues: [work, FakeQueue(name: "bridge-dead-letters")])
    for file in deadLetter {
      let body = String(decoding: try InputFile(name: file).read(), as: UTF8.self)
      queues.sendDeadLetter(body, to: "bridge-dead-letters")
    }
    return queues
  }

  private func text(_ cloudFront: FakeCloudFront, _ settings: FakeCloudFrontSettings) -> String {
    let keys = FakeCredentials.example
    return """
      # Serves \(settings.distributions.count) distributions until standard input ends.
      export AWS_ENDPOINT_URL=\(cloudFront.endpoint)
      export AWS_ENDPOINT_URL_CLOUDFRONT=\(cloudFront.endpoint)
      export AWS_ACCESS_KEY_ID=\(keys.accessKeyID)
      export AWS_SECRET_ACCESS_KEY=\(keys.secretAccessKey)
      export AWS_REGION=\(settings.region)
      export AWS_DEFAULT_REGION=\(settings.region)

      """
  }

  private func line(_ cloudFront: FakeCloudFront, _ settings: FakeCloudFrontSettings) -> [UInt8] {
    let keys = FakeCredentials.example
    let account: JSONValue = [
      "accessKeyId": .string(keys.accessKeyID),
      "endpoint": .string(cloudFront.endpoint),
      "region": .string(settings.region),
      "secretAccessKey": .string(keys.secretAccessKey),
    ]
    return account.encoded(sortedKeys: true) + [0x0A]
  }
}
