import Bridge
import Clock
import CloudFrontModel
import EventPlanning
import HTTPTransport
import InvalidationPlanning
import JSON
import LocalCloud
import PlanReporting

/// The result of one event in the real `bootstrap`, and the plan that this program makes of it.
struct Replay {
  let report: PlanReport
  private(set) var ending: LocalLambda.Ending?
  private(set) var invalidations: [FakeInvalidation] = []
  private(set) var elapsed = Duration.zero

  init(file: String, planner: EventPlanner, lambda: LocalLambda, cloudFront: FakeCloudFront) {
    let event: [UInt8]
    do {
      event = try InputFile(name: file).read()
    } catch {
      report = PlanReport(file: file, unreadable: error.description)
      return
    }
    let known = cloudFront.invalidations.count
    let start = TimeSource.system.monotonic()
    let ending = lambda.invoke(event)
    elapsed = TimeSource.system.monotonic() - start
    self.ending = ending
    invalidations = Array(cloudFront.invalidations.dropFirst(known))
    var requestID = ""
    if case .answered(let id, _) = ending { requestID = id }
    report = PlanReport(file: file, planned: planner.plan(event, invocationID: requestID))
  }

  /// Whether `bootstrap` has ended or hangs, so that no further event can be replayed.
  var isFatal: Bool {
    switch ending {
    case .initError, .exited, .timedOut: true
    case .answered, nil: false
    }
  }

  /// Whether the file could not be read, or the invocation failed or handed a message back.
  var hasFailed: Bool {
    guard case .answered(_, let outcome)? = ending, outcome.kind == .response else { return true }
    let answer = try? JSONValue.parse(outcome.body)
    return answer?["batchItemFailures"]?.arrayValue?.isEmpty == false
  }

  private var answer: String {
    switch ending {
    case .answered(_, let outcome): outcome.text
    case .initError(let outcome): outcome.text
    case .exited(let code): "bootstrap ended with exit code \(code); add --logs to see why"
    case .timedOut: "bootstrap gave no answer; add --logs to see why"
    case nil: report.unreadable ?? ""
    }
  }

  /// Returns the replay as text for people.
  func text(_ layout: TextLayout) -> String {
    guard let planned = report.planned else {
      return layout.text([report.file], layout.line("  failed   ", answer), [""])
    }
    let text = PlanText(planned: planned)
    var lines = ["\(report.file): \(text.heading)"]
    lines += layout.rows("  change   ", text.items, limit: 22)
    for distribution in planned.plan.distributions {
      lines.append("  distribution \(distribution.id)")
      lines += layout.rows("    path   ", text.paths(of: distribution), limit: 44)
      let made = invalidations.first {
        $0.callerReference == distribution.callerReference.description
      }
      lines.append(
        made.map { "    made   invalidation \($0.id), \($0.status.rawValue)" }
          ?? "    made   no new invalidation")
    }
    lines += text.ignored.flatMap { layout.line("  ignored  ", $0) }
    lines += text.failures.flatMap { layout.line("  failed   ", $0) }
    lines += layout.line("  answer   ", (hasFailed ? "FAILED " : "") + answer)
    lines.append("  took     \(elapsed.milliseconds) ms")
    return layout.text(lines, [""])
  }

  /// The replay as one line of JSON: the plan's object, with the invalidations and the answer.
  var line: [UInt8] {
    let effects: JSONValue = [
      "answer": .string(answer),
      "failed": .bool(hasFailed),
      "invalidations": .array(
        invalidations.map { made in
          [
            "distribution": .string(made.distributionID),
            "id": .string(made.id),
            "callerReference": .string(made.callerReference),
            "paths": .array(made.paths.map { .string($0) }),
            "status": .string(made.status.rawValue),
          ]
        }),
      "milliseconds": .double(elapsed.milliseconds),
    ]
    return report.json.adding(effects).encoded(sortedKeys: true)
  }

  /// Returns the last line for people, which counts events, invalidations, paths and failures.
  static func closing(_ replays: [Replay]) -> String {
    let made = replays.reduce(0) { $0 + $1.invalidations.count }
    let paths = replays.reduce(0) { $0 + $1.invalidations.reduce(0) { $0 + $1.paths.count } }
    let failed = replays.count { $0.hasFailed }
    return "\(Counted.words(replays.count, "event")), \(Counted.words(made, "invalidation")) with"
      + " \(Counted.words(paths, "path")); \(failed) failed or handed messages back\n"
  }
}

extension Duration {
  /// The duration in milliseconds, to a tenth.
  fileprivate var milliseconds: Double {
    let (seconds, attoseconds) = components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    return Double(tenths) / 10
  }
}
