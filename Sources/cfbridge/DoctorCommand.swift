import ArgumentParser
import Bridge
import Clock
import HTTPTransport
import LambdaRuntime

/// `cfbridge doctor`: why is it still old?
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find out why a page is old, slow or refused, or why changes don't reach it.",
    usage: """
      cfbridge doctor --url <url> [--key <key>] [--connect <address> ...]
             [--no-account]
      cfbridge doctor [--bucket <bucket>] [--function <name>]
             [--check <name> ...]
      """,
    discussion: """
      With --url it fetches that as a browser does, more than once, and compares what comes with \
      the bucket, the distribution and its invalidations. Otherwise it checks everything between \
      a bucket, a function and the distributions, cheapest first; a bucket alone tells which \
      function it is. Each finding has its evidence and a cure. It works with what it may see, \
      and says what it could not see. The exit status is 1 when it found something.

      Example: cfbridge doctor --url https://www.example.com/index.html

      \(CommandFailure.help)
      """)

  @Argument(help: ArgumentHelp("The same as --url.", visibility: .hidden))
  var page: String?

  @Option(help: ArgumentHelp("What a viewer asks for.", valueName: "url"))
  var url: String?

  @Option(help: ArgumentHelp("The bucket whose changes should reach viewers.", valueName: "bucket"))
  var bucket: String?

  @Option(help: ArgumentHelp("The function, by name or ARN.", valueName: "name"))
  var function: String?

  @Option(
    help: ArgumentHelp(
      "Make only this check, such as mapping, once its cure is tried; repeatable.",
      valueName: "name"))
  var check: [String] = []

  @Option(
    help: ArgumentHelp(
      "The object's key, where the distribution does not tell which one it is.", valueName: "key"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Connect to this host and port instead of where the name leads; of several, the answers are"
        + " compared.", valueName: "address"))
  var connect: [String] = []

  @Flag(help: "Ask no AWS account.")
  var noAccount = false

  @OptionGroup var output: OperatorOptions

  mutating func validate() throws {
    if let page {
      guard url == nil else { throw ValidationError("Name one URL.") }
      url = page
    }
    if url != nil, bucket != nil || function != nil {
      throw ValidationError("--url, and --bucket or --function, exclude each other.")
    }
    for name in check {
      guard url == nil, AccountCheck.all.contains(where: { $0.name == name }) else {
        throw ValidationError(
          "--check \(name) is no check of a bucket or a function. These are:"
            + " \(AccountCheck.all.map(\.name).joined(separator: ", ")).")
      }
    }
    if url == nil, key != nil || !connect.isEmpty || noAccount {
      throw ValidationError("--key, --connect and --no-account need --url.")
    }
  }

  func run() throws {
    if let url { try lookAtURL(url) } else { try lookAtAccount() }
  }

  // MARK: - Between bucket and viewers

  private func lookAtAccount() throws {
    let account = try output.account.open()
    let world = AccountWorld(account, bucket: bucket, function: function)
    var hasTrouble = false
    let chosen = AccountCheck.all.filter { check.isEmpty || check.contains($0.name) }
    for check in chosen where !Output.isClosed {
      Progress.show("Checking \(check.name) …")
      guard world.has(check.subject) else { continue }
      let findings = check.run(in: world)
      for finding in findings {
        Progress.clear()
        hasTrouble = hasTrouble || finding.isTrouble
        if output.json {
          Output.write(finding.json.line)
        } else {
          output.screen.print(finding.lines(output.screen))
        }
      }
      // Without valid credentials there is nothing more to see.
      if check.subject == .account, findings.contains(where: \.isTrouble) { throw ExitCode(1) }
    }
    Progress.clear()
    if bucket == nil, function == nil {
      Output.note("note", "name --bucket or --function to have more checked.")
    } else if !world.has(.function) {
      Output.note("note", "no function is known to be told by the bucket; name it with --function.")
    }
    guard !hasTrouble else { throw ExitCode(1) }
  }

  // MARK: - A URL

  private func lookAtURL(_ url: String) throws {
    let viewed = try ViewerURL(url)
    var seen = try ViewerProbe(url: viewed, connect: connect.map(DoctorCommand.address)).run()
    if noAccount {
      seen.unseen.append("The account was not asked (--no-account).")
    } else {
      ViewerAccount(key: key, output: output).look(&seen)
    }
    let findings = ViewerTrouble.all.compactMap { $0.look(seen) } + unreachable(seen)
    report(seen, findings)
    guard findings.isEmpty else { throw ExitCode(1) }
  }

  /// An address with a port: 443 unless it names one.
  private static func address(_ text: String) -> String {
    let hasPort = text.last?.isNumber == true && text.contains(":") && !text.hasSuffix("]")
    return hasPort ? text : "\(text):443"
  }

  /// No answer at all, for a reason that is none of the eight.
  private func unreachable(_ seen: ViewerEvidence) -> [Finding] {
    guard seen.last == nil, let error = seen.fetches.first?.error, error.kind != .tls else {
      return []
    }
    return [
      Finding(
        check: "unreachable", severity: .failure, summary: "There is no answer at all.",
        evidence: [error.description],
        cure: "Check the host name's DNS record, and from another network whether it is this one.")
    ]
  }

  private func report(_ seen: ViewerEvidence, _ findings: [Finding]) {
    if output.json {
      for finding in findings { Output.write(finding.json.line) }
      for text in seen.unseen {
        Output.write(
          Finding(check: "account", severity: .unseen, summary: text).json.line)
      }
      return
    }
    let screen = output.screen
    screen.print([screen.paint(seen.url.text, .bold)] + screen.table(rows(seen), indent: 2))
    for finding in findings { screen.print(finding.lines(screen)) }
    for text in seen.unseen { Output.note("note", text) }
    if let last = seen.last, !last.isOfCloudFront {
      Output.note(
        "note",
        "nothing in the answer says that it came through CloudFront (Via: \(last["Via"] ?? "none")):"
          + " check where the name leads.")
    }
    if findings.isEmpty {
      let words =
        seen.known?.object == nil
        ? "none of the troubles shows from outside; only the account tells whether it is the newest"
          + " version" : "none of the eight troubles shows here"
      screen.print(screen.table([[Screen.Cell("ok", .green), Screen.Cell(words)]]))
    }
  }

  /// What was seen, in rows.
  private func rows(_ seen: ViewerEvidence) -> [[Screen.Cell]] {
    let all = seen.fetches + [seen.uncompressed].compactMap { $0 } + seen.edges
    var rows = all.map { fetch -> [Screen.Cell] in
      guard let answer = fetch.answer else {
        return [
          "fetched", Screen.Cell("\(fetch.label): \(fetch.error?.message ?? "no answer")", .red),
        ]
      }
      let facts = [
        "\(answer.response.status)", fetch["X-Cache"], fetch["X-Amz-Cf-Pop"],
        fetch["Age"].map { "age \($0) s" }, fetch["Content-Encoding"] ?? "plain",
      ]
      return [
        "fetched",
        Screen.Cell("\(fetch.label): \(facts.compactMap { $0 }.joined(separator: ", "))"),
      ]
    }
    let times = all.compactMap { $0.answer?.times.firstByte.inMilliseconds }
    if let address = all.lazy.compactMap({ $0.answer?.remoteAddress }).first {
      let list = times.map { "\($0)" }.joined(separator: ", ")
      rows.append(["timing", Screen.Cell("first byte after \(list) ms, from \(address)")])
    }
    if let known = seen.known {
      rows.append(["serves", Screen.Cell(known.distribution.title)])
      if let bucket = known.bucket {
        rows.append([
          "object", Screen.Cell("s3://\(bucket)/\(String(decoding: known.key, as: UTF8.self))"),
        ])
      }
    }
    return rows
  }
}
