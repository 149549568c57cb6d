import ArgumentParser
import Clock
import JSON
import OperatorAPI
import PlanReporting

/// `cfbridge pause FUNCTION`: stops the function's work, and loses none.
struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Stop what feeds the function; messages wait in the queue.",
    usage: "cfbridge pause <function> [--json]",
    discussion: """
      The brake for a storm of invalidations: it switches the function's event source mappings off \
      and shows how many messages wait and how old the oldest is. They are kept until `cfbridge \
      resume`, at most as long as the queue keeps messages. What runs already is completed.

      Example: cfbridge pause bridge

      \(CommandFailure.help)
      """)

  @Argument(help: ArgumentHelp("The function's name or ARN.")) var function: String
  @OptionGroup var output: OperatorOptions

  func run() throws {
    try MappingSwitch(function: function, isOn: false, output: output).run()
  }
}

/// `cfbridge resume FUNCTION`: lets the function work again.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Let the function work on its queue again.",
    usage: "cfbridge resume <function> [--json]",
    discussion: """
      Switches the function's event source mappings on and shows how many messages wait and how \
      old the oldest is.

      Example: cfbridge resume bridge

      \(CommandFailure.help)
      """)

  @Argument(help: ArgumentHelp("The function's name or ARN.")) var function: String
  @OptionGroup var output: OperatorOptions

  func run() throws {
    try MappingSwitch(function: function, isOn: true, output: output).run()
  }
}

/// Switches a function's event source mappings, and shows what waits.
private struct MappingSwitch {
  let function: String
  let isOn: Bool
  let output: OperatorOptions

  func run() throws(CommandFailure) {
    let account = try output.account.open()
    let operated = try OperatedFunction(function, account)
    let mappings = try operated.mappings()
    Output.note("note", try account.identity())
    var failures: [CommandFailure] = []
    for mapping in mappings {
      do throws(CommandFailure) {
        let changed = mapping.isOn == isOn ? mapping : try operated.set(mapping, isOn: isOn)
        show(mapping, changed, account)
      } catch {
        // One that can't be switched must not keep the others running.
        failures.append(error)
      }
    }
    guard let last = failures.popLast() else { return }
    for failure in failures { failure.report() }
    throw last
  }

  private func show(
    _ before: EventSourceMapping, _ after: EventSourceMapping, _ account: Account
  ) {
    let queueName = after.sourceARN.split(separator: ":").last.map(String.init) ?? ""
    let waiting = Waits(after.sourceARN, name: queueName, account)
    if output.json {
      let line: JSONValue = [
        "mapping": .string(after.id), "queue": .string(after.sourceARN),
        "before": .string(before.state), "state": .string(after.state),
      ]
      return Output.write(line.adding(waiting.json).line)
    }
    let screen = output.screen
    let state = before.state == after.state ? "\(after.state) already" : after.state
    screen.print(
      screen.table([
        [
          Screen.Cell(queueName, .bold), Screen.Cell(state, isOn ? .green : .yellow),
          Screen.Cell("mapping \(after.id)"),
        ]
      ]) + screen.table(waiting.rows(isPaused: !isOn), indent: 2))
  }

  /// What waits in a queue.
  private struct Waits {
    private var facts: QueueFacts?
    private var oldest: Int64?
    private var unknown: [String] = []

    init(_ arn: String, name: String, _ account: Account) {
      do throws(CommandFailure) {
        facts = try OperatedQueue(arn, account).facts()
      } catch {
        unknown.append("the depth is not known: \(error.text)")
      }
      let parts = arn.split(separator: ":")
      do throws(CommandFailure) {
        let metrics = try account.service(
          .monitoring, region: parts.count > 3 ? String(parts[3]) : nil)
        oldest = try asking { () throws(ServiceError) in
          try metrics.oldestMessage(ofQueue: name, now: TimeSource.system.wallMilliseconds())
        }
      } catch {
        unknown.append("the age is not known: \(error.text)")
      }
    }

    func rows(isPaused: Bool) -> [[Screen.Cell]] {
      var rows: [[Screen.Cell]] = []
      if let facts {
        rows.append([
          "waiting",
          Screen.Cell(
            "\(Counted.words(facts.visible, "message")), \(facts.inFlight) in flight,"
              + " \(facts.delayed) delayed"),
        ])
      }
      if let oldest { rows.append(["oldest", Screen.Cell(Age.words(seconds: oldest))]) }
      if isPaused, let kept = facts?.number("MessageRetentionPeriod") {
        rows.append([
          "kept", Screen.Cell("\(Age.words(seconds: Int64(kept))) from when each was sent"),
        ])
      }
      return rows + unknown.map { ["unknown", Screen.Cell($0, .yellow)] }
    }

    var json: JSONValue {
      func count(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
      return [
        "visible": count(facts?.visible), "inFlight": count(facts?.inFlight),
        "delayed": count(facts?.delayed), "oldestSeconds": oldest.map { .integer($0) } ?? .null,
        "retentionSeconds": count(facts?.number("MessageRetentionPeriod")),
      ]
    }
  }
}
