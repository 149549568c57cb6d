import ArgumentParser
import Clock
import CloudFrontAPI
import CloudFrontModel
import Encoding
import FunctionSettings
import OperatorAPI

/// `cfbridge wait TARGET [ID…]`: waits for invalidations, or for the function to make them.
struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until invalidations are completed, or until an upload is invalidated.",
    usage: """
      cfbridge wait <target> [<id> ...] [--timeout <time>]
      cfbridge wait <target> --since <time> --path <path> ... [--key <key> ...]
             [--function <name>] [--queue <url> ...] [--completed]
      """,
    discussion: """
      Without --since it waits for the invalidations that are named, or for all that are in \
      progress. With --since it waits until the function has invalidated the paths or keys after \
      that time. It plans them with the function's settings first: what needs no invalidation \
      counts as done, and it says why.

      Example: cfbridge wait www.example.com --since 10m --path /index.html

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp(
      "A distribution's id, domain name or alias, an origin's domain name, or a bucket."))
  var target: String

  @Argument(help: ArgumentHelp("Invalidations; without any, all that are in progress."))
  var id: [String] = []

  @Option(help: ArgumentHelp("How long to wait, such as 90, 15m or 1h.", valueName: "time"))
  var timeout = TimeSpan.quarterOfAnHour

  @Option(
    help: ArgumentHelp(
      "Wait for invalidations accepted after this moment: ISO 8601 by AWS's clock, such as "
        + "2026-11-25T10:00:00Z, or a time ago, such as 10m.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("A viewer path that must be covered; repeatable."))
  var path: [String] = []

  @Option(help: ArgumentHelp("An object key whose paths must be covered; repeatable."))
  var key: [String] = []

  @Option(
    help: ArgumentHelp(
      "Plan with the settings of this Lambda function instead of this environment's.",
      valueName: "name"))
  var function: String?

  @Option(
    help: ArgumentHelp(
      "The URL of a queue that feeds the function; repeatable. Once all are empty for --settle, "
        + "nothing more can come.", valueName: "url"))
  var queue: [String] = []

  @Option(
    help: ArgumentHelp("How long the queues must be empty before it gives up.", valueName: "time"))
  var settle = TimeSpan.halfAMinute

  @Flag(help: "With --since, also wait until what covers the paths is completed.")
  var completed = false

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    if since != nil {
      guard !path.isEmpty || !key.isEmpty else {
        throw ValidationError("--since needs --path or --key.")
      }
      guard id.isEmpty else { throw ValidationError("--since and ids exclude each other.") }
    } else if !path.isEmpty || !key.isEmpty || !queue.isEmpty || function != nil || completed {
      throw ValidationError("--path, --key, --queue, --function and --completed need --since.")
    }
  }

  func run() throws {
    let account = try output.account.open()
    let client = try account.cloudFront()
    if let since { return try waitForFunction(since, account, client) }
    let found = try Target.find(target, in: client)
    var items: [CompletionWait.Item] = []
    if id.isEmpty {
      for distribution in found.distributions {
        let history = History(client: client, distribution: distribution.id)
        for record in try history.read(limit: 300) where !record.isCompleted {
          items.append(.init(distribution: distribution.id, id: record.id))
        }
      }
      if items.isEmpty { Output.note("note", "nothing is in progress on \(found.name).") }
    } else {
      for id in id {
        items.append(.init(distribution: try found.invalidation(id, in: client).0, id: id))
      }
    }
    try CompletionWait(client: client, output: output).run(items, limit: timeout)
  }

  // MARK: - Waiting for the function

  private func waitForFunction(
    _ since: String, _ account: Account, _ client: CloudFrontClient
  ) throws(CommandFailure) {
    let source = try FunctionSource.read(function: function, account)
    let settings = try source.settings()
    let found: Target
    do throws(CommandFailure) {
      found = try Target.find(target, in: client, named: settings.bucketDistributions)
    } catch {
      // A bucket that nobody serves needs no invalidation; a wrong id is a mistake.
      guard error.status == .notFound, target.contains(where: { $0.isLowercase }) else {
        throw error
      }
      Output.note("note", error.text)
      let report = CoverageReport(output: output)
      for subject in path + key { report.done(subject, "no distribution serves \(target)") }
      return
    }
    let clock = try AWSClock.read(account, found, client)
    let start = try clock.moment(since)
    let expectation = try Expectation.plan(
      paths: path, keys: key, TargetPlanning(found, client, settings), source)
    let queues = try queue.map { url throws(CommandFailure) in
      try WatchedQueue(url: url, account)
    }
    let covering = try CoverageWait(
      client: client, report: CoverageReport(output: output), start: start, queues: queues,
      settle: settle
    ).run(expectation, limit: timeout)
    guard completed else { return }
    try CompletionWait(client: client, output: output).run(covering, limit: timeout)
  }
}

/// AWS's clock, which need not be this machine's.
struct AWSClock {
  /// What AWS's clock shows now, in milliseconds since 1970.
  let now: Int64
  /// Whose clock it is, for people.
  let owner: String

  /// Reads S3's clock from the answer to any question about the bucket; without a bucket, or an
  /// answer, CloudFront's.
  static func read(
    _ account: Account, _ target: Target, _ client: CloudFrontClient
  ) throws(CommandFailure) -> AWSClock {
    if let bucket = target.bucket {
      let s3 = try account.service(.s3)
      if let date = try? s3.head(Array("index.html".utf8), in: bucket).date {
        return AWSClock(now: date, owner: "S3's")
      }
    }
    if let first = target.distributions.first {
      let state = try calling { () throws(CloudFrontError) in try client.state(of: first.id) }
      if let date = state.answeredAt { return AWSClock(now: date, owner: "CloudFront's") }
    }
    return AWSClock(now: TimeSource.system.wallMilliseconds(), owner: "this machine's")
  }

  /// Reads the value of `--since`.
  func moment(_ text: String) throws(CommandFailure) -> Int64 {
    if let span = TimeSpan(text) { return now - span.seconds * 1000 }
    // A date alone is its midnight, and a moment without a zone is in UTC.
    let candidates = [text, text + "Z", text + "T00:00:00Z"]
    guard
      let moment = candidates.lazy.compactMap({ CivilTime(iso8601: $0) }).first?
        .millisecondsSinceEpoch
    else {
      throw CommandFailure(
        .usage,
        "--since \(text) is neither a moment such as 2026-11-25T10:00:00Z nor a time ago such as"
          + " 10m.")
    }
    // A second more, since S3's Date has no fraction.
    guard moment <= now + 1000 else {
      throw CommandFailure(
        .usage,
        "--since \(text) lies in the future by \(owner) clock, which"
          + " shows \(Age.moment(now)). If the clock of the machine that wrote it is wrong, name a"
          + " time ago such as 10m.")
    }
    return moment
  }
}
