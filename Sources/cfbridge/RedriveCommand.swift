import ArgumentParser
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import Logging
import OperatorAPI
import PlanReporting

/// `cfbridge redrive`: gives the function its dead letters once more.
struct RedriveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redrive",
    abstract: "Show the dead letters, and send back those that are still needed.",
    usage: """
      cfbridge redrive (--function <name> | --queue <queue>)
             [--older-than <time>] [--limit <number>] [--dry-run] [--yes]
      """,
    discussion: """
      For each message of the dead-letter queue it shows what it asks for, why it failed, its age \
      and its planned cost. It deletes those that an invalidation accepted later covers or that \
      need none, sends the others to the queue and then deletes them, and leaves those that the \
      function can't read. If it is interrupted, a message may be in both queues; none is lost.

      Example: cfbridge redrive --function bridge --dry-run

      \(CommandFailure.help)
      """)

  @OptionGroup var place: QueueOptions

  @Option(
    help: ArgumentHelp(
      "The dead-letter queue, where the queue's redrive policy does not name it.",
      valueName: "queue"))
  var deadLetters: String?

  @Option(help: ArgumentHelp("Only messages of that age, such as 1h or 2d.", valueName: "time"))
  var olderThan = TimeSpan(seconds: 0)

  @Option(help: ArgumentHelp("How many messages to take.", valueName: "number"))
  var limit = 1000

  @Flag(help: "Show what would become of each, and change nothing.")
  var dryRun = false

  @Flag(name: [.short, .long], help: "Don't ask.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "How long the messages are hidden from others meanwhile.", valueName: "time"))
  var hidden = TimeSpan(seconds: 600)

  @OptionGroup var output: OperatorOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    guard (1...43_200).contains(hidden.seconds) else {
      throw ValidationError("--hidden must be between 1 s and 12 h.")
    }
  }

  func run() throws {
    let account = try output.account.open()
    let queue = try place.find(account)
    let facts = try queue.facts()
    guard let dead = deadLetters ?? facts.deadLetterARN else {
      throw CommandFailure(
        .notFound,
        "The queue \(queue.name) has no dead-letter queue. Name one with --dead-letters.")
    }
    let source = try OperatedQueue(dead, account)
    let settings = try FunctionSource.read(function: place.function, account).settings()
    let client = try account.cloudFront()
    let redrive = Redrive(
      from: source, to: queue, queueARN: facts.arn, hidden: Int(hidden.seconds), limit: limit)
    var letters = try redrive.receive(olderThan: olderThan)
    guard !letters.isEmpty else {
      return Output.note("note", "there is nothing to redrive in \(source.name).")
    }
    do {
      try plan(&letters, facts.arn, settings, account, client)
      Output.note("note", try account.identity())
      let moves = letters.count { $0.fate == .move }
      if dryRun {
        redrive.release(letters)
        show(letters, isDone: false, [:])
        return Output.note("note", "nothing was changed (--dry-run).")
      }
      try ask(letters, moves, queue)
    } catch {
      redrive.release(letters)
      throw error
    }
    let problems = redrive.carryOut(letters)
    show(letters, isDone: true, problems)
    guard problems.isEmpty else {
      throw CommandFailure(
        .failed,
        "\(problems.count) of \(Counted.words(letters.count, "message")) could not be dealt with and"
          + " \(problems.count == 1 ? "is" : "are") still in \(source.name). Run it once more.")
    }
  }

  /// Plans each letter as the function would, and finds what covers it.
  private func plan(
    _ letters: inout [DeadLetter], _ queueARN: String, _ settings: Settings, _ account: Account,
    _ client: CloudFrontClient
  ) throws(CommandFailure) {
    let source = try PlanSource(account, client)
    let planner = EventPlanner(
      settings: settings, source: source.distributions, time: .system,
      logger: Logger(label: "cfbridge") { _ in WarningLog() })
    for index in letters.indices {
      Progress.show("Planning \(index + 1) of \(letters.count) messages …")
      letters[index].take(planner.plan(letters[index].event(from: queueARN), invocationID: ""))
    }
    Progress.clear()
    if let failure = source.failure { Output.note("warning", failure.text) }
    let coverage = LaterInvalidations(client, since: letters.compactMap(\.changedAt).min() ?? 0)
    for index in letters.indices {
      letters[index].cover { path, changedAt in coverage.first(of: path, after: changedAt) }
    }
    if let problem = coverage.problem { Output.note("warning", problem) }
  }

  private func ask(
    _ letters: [DeadLetter], _ moves: Int, _ queue: OperatedQueue
  ) throws(CommandFailure) {
    guard !yes, let question = Question() else { return }
    let dollars = letters.filter { $0.fate == .move }.reduce(0) { $0 + $1.dollars.micros }
    show(letters, isDone: false, [:])
    guard
      question.isAnsweredYes(
        "Send \(moves) of \(Counted.words(letters.count, "message")) to \(queue.name), about"
          + " $\(Dollars(micros: dollars))?")
    else { throw CommandFailure(.failed, "Nothing was changed.") }
  }

  private func show(_ letters: [DeadLetter], isDone: Bool, _ problems: [String: String]) {
    let now = TimeSource.system.wallMilliseconds()
    let screen = output.screen
    for letter in letters {
      let problem = problems[letter.message.id]
      if output.json {
        Output.write(letter.json(now: now, isDone: isDone, problem: problem).line)
      } else {
        screen.print(letter.lines(screen, now: now, isDone: isDone, problem: problem))
      }
    }
  }
}
