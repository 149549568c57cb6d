import ArgumentParser
import Clock
import CloudFrontAPI
import CloudFrontModel
import JSON
import LambdaRuntime
import OperatorAPI
import PlanReporting
import S3Events

/// `cfbridge invalidations TARGET`: shows what was invalidated.
struct InvalidationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invalidations",
    abstract: "Show what was invalidated, newest first.",
    usage: """
      cfbridge invalidations <target> [--show <id> | --covers <path> | --watch]
             [--limit <number>] [--json]
      """,
    discussion: """
      Each row is an invalidation: its id, status, age and number of paths. The paths cost one \
      call for each invalidation, so --limit bounds how far back they are read.

      Where LEDGER_TABLE or --ledger names the function's table, the rows are what CloudFront \
      answered the function, refusals too: the outcome, the age, the number of paths, and how long \
      after the change CloudFront accepted and completed it.

      Example: cfbridge invalidations www.example.com --covers /blog/index.html

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp(
      "A distribution's id, domain name or alias, an origin's domain name, or a bucket."))
  var target: String

  @Option(help: ArgumentHelp("Show the paths of this invalidation.", valueName: "id"))
  var show: String?

  @Option(
    help: ArgumentHelp(
      "Show only those that cover this path, wildcards included.", valueName: "path"))
  var covers: String?

  @Option(help: ArgumentHelp("How many invalidations to read.", valueName: "number"))
  var limit = 20

  @Option(
    help: ArgumentHelp(
      "The table of the function's ledger, by name or ARN, instead of LEDGER_TABLE.",
      valueName: "table"))
  var ledger: String?

  @Flag(help: "Go on, and print a line whenever something begins or ends, until Ctrl-C.")
  var watch = false

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if [show != nil, covers != nil, watch].count(where: { $0 }) > 1 {
      throw ValidationError("--show, --covers and --watch exclude each other.")
    }
    if ledger != nil, show != nil || covers != nil || watch {
      throw ValidationError("--ledger lists; --show, --covers and --watch ask CloudFront.")
    }
  }

  func run() throws {
    let account = try output.account.open()
    let client = try account.cloudFront()
    let target = try Target.find(target, in: client)
    if let table = ledger ?? ProcessEnvironment.current["LEDGER_TABLE"], !table.isEmpty,
      show == nil, covers == nil, !watch
    {
      return try LedgerHistory(table, account, client).show(target, limit: limit, output)
    }
    if let show { return try showPaths(of: show, target, client) }
    if watch { return try follow(target, client) }
    let path = try covers.map { text in
      do {
        return try InvalidationPath(requested: Array(text.utf8))
      } catch {
        throw CommandFailure(.usage, "--covers \(text): \(error)")
      }
    }
    var isEmpty = true
    for distribution in target.distributions where !Output.isClosed {
      let history = History(client: client, distribution: distribution.id)
      var records = try history.details(try history.read(limit: limit))
      if let path { records.removeAll { !$0.covers(path) } }
      isEmpty = isEmpty && records.isEmpty
      list(records, of: distribution, covering: path)
    }
    guard isEmpty, !output.json else { return }
    Output.note(
      "note",
      path.map { "none of the last \(limit) invalidations covers \($0)." }
        ?? "nothing was invalidated.")
  }

  private func list(
    _ records: [InvalidationRecord], of distribution: Distribution, covering path: InvalidationPath?
  ) {
    let now = TimeSource.system.wallMilliseconds()
    if output.json {
      for record in records { Output.write(record.json(of: distribution.id, covering: path).line) }
      return
    }
    guard !records.isEmpty else { return }
    let screen = output.screen
    let rows = records.map { record -> [Screen.Cell] in
      let paths = record.paths ?? []
      let hit = path.flatMap { path in paths.first { $0.covers(path) } }
      let count = Counted.words(paths.count, "path")
      return [
        Screen.Cell(record.id, .bold), record.statusCell,
        Screen.Cell(record.age(at: now), .dim),
        Screen.Cell(hit.map { "\(count), \($0.visible) covers it" } ?? count),
      ]
    }
    screen.print([screen.paint(distribution.title, .bold)] + screen.table(rows, indent: 2))
  }

  // MARK: - One invalidation

  private func showPaths(
    of id: String, _ target: Target, _ client: CloudFrontClient
  ) throws(CommandFailure) {
    let (distribution, record) = try target.invalidation(id, in: client)
    if output.json { return Output.write(record.json(of: distribution, covering: nil).line) }
    let screen = output.screen
    let now = TimeSource.system.wallMilliseconds()
    let age = record.createdAt == nil ? "" : ", \(record.age(at: now)) ago"
    screen.print(
      screen.table([
        [Screen.Cell(record.id, .bold), record.statusCell, Screen.Cell("on \(distribution)")]
      ])
        + screen.table(
          [
            ["created", Screen.Cell(Age.moment(record.createdAt) + age)],
            ["reference", Screen.Cell(record.callerReference ?? "")],
          ] + InvalidatedPath.told(record.paths ?? []).map { ["path", Screen.Cell($0)] },
          indent: 2))
  }

  // MARK: - Watching

  private func follow(_ target: Target, _ client: CloudFrontClient) throws(CommandFailure) {
    var known: [String: String] = [:]
    var isFirst = true
    while !Output.isClosed {
      for distribution in target.distributions {
        let records = try History(client: client, distribution: distribution.id).read(limit: limit)
        for record in records.reversed() where known[record.id] != record.status {
          known[record.id] = record.status
          // What was over before is history.
          guard !isFirst || !record.isCompleted else { continue }
          tell(record, of: distribution)
        }
      }
      isFirst = false
      Progress.show("Watching \(target.name); Ctrl-C ends it.")
      TimeSource.system.sleep(.seconds(5))
    }
  }

  private func tell(_ record: InvalidationRecord, of distribution: Distribution) {
    Progress.clear()
    if output.json {
      return Output.write(record.json(of: distribution.id, covering: nil).line)
    }
    let screen = output.screen
    let age = record.age(at: TimeSource.system.wallMilliseconds())
    screen.print(
      screen.table([
        [
          Screen.Cell("\(distribution.id)"), Screen.Cell(record.id, .bold), record.statusCell,
          Screen.Cell(age.isEmpty ? "" : "created \(age) ago"),
        ]
      ]))
  }
}

extension Target {
  /// Finds an invalidation on one of the distributions.
  func invalidation(
    _ id: String, in client: CloudFrontClient
  ) throws(CommandFailure) -> (DistributionID, InvalidationRecord) {
    for distribution in distributions {
      do throws(CloudFrontError) {
        return (distribution.id, try client.invalidation(id, of: distribution.id))
      } catch {
        if case .refused(let refusal) = error.reason, refusal.status == 404 { continue }
        throw CommandFailure(error)
      }
    }
    throw CommandFailure(
      .notFound,
      "There is no invalidation \(id) on \(name). `cfbridge invalidations \(name)` lists those"
        + " there are.")
  }
}

extension InvalidationRecord {
  /// Tells whether any of its paths covers a path.
  func covers(_ path: InvalidationPath) -> Bool { paths?.contains { $0.covers(path) } ?? false }

  /// The status, in its colour.
  var statusCell: Screen.Cell { Screen.Cell(status, isCompleted ? .green : .yellow) }

  /// How long ago it was accepted, in words.
  func age(at now: Int64) -> String {
    createdAt.map { Age.words(seconds: max(0, now - $0) / 1000) } ?? ""
  }

  /// The invalidation as JSON.
  func json(of distribution: DistributionID, covering path: InvalidationPath?) -> JSONValue {
    var members: JSONValue = [
      "distribution": .string("\(distribution)"),
      "id": .string(id),
      "status": .string(status),
      "createTime": createdAt == nil ? .null : .string(Age.moment(createdAt)),
    ]
    if let paths {
      members = members.adding([
        "paths": .array(paths.map { .string("\($0)") }),
        "callerReference": callerReference.map { .string($0) } ?? .null,
      ])
    }
    if let hit = path.flatMap({ path in paths?.first { $0.covers(path) } }) {
      members = members.adding(["coveredBy": .string("\(hit)")])
    }
    return members
  }
}

extension InvalidatedPath {
  /// The path on one line: control characters show as U+FFFD.
  var visible: String { ObjectKey(raw: bytes).visible }

  /// Paths for people, in their order. Two that look alike are told apart by their bytes.
  static func told(_ paths: [InvalidatedPath]) -> [String] {
    let names = KeyNames(paths.map { ObjectKey(raw: $0.bytes) })
    return paths.map { names.name(ObjectKey(raw: $0.bytes)) }
  }
}
