import Clock
import CloudFrontModel
import Encoding
import EventPlanning
import InvalidationPlanning
import JSON
import OperatorAPI
import PlanReporting
import S3Events

/// A message of a dead-letter queue, with what it asks for.
struct DeadLetter {
  /// Its fate, as it was decided.
  enum Fate: Equatable {
    /// It goes back to the queue.
    case move
    /// Accepted invalidations after it serve it already.
    case covered
    /// It needs no invalidation.
    case needless(String)
    /// The function could not read it, and would give it up once more.
    case unreadable(String)
  }

  /// A path that it needs, and what covers that.
  struct Path {
    var distribution: DistributionID
    var path: InvalidationPath
    var coveredBy: InvalidationRecord?
  }

  let message: ReceivedMessage
  /// What goes to the queue: the event without what Lambda wraps around a failed one.
  let body: String
  /// When it was seen first, in milliseconds since 1970; nil where nobody says.
  let seenAt: Int64?
  private(set) var items: [PlanText.Row] = []
  private(set) var planned: EventPlan?
  var paths: [Path] = []
  var fate = Fate.move

  init(_ message: ReceivedMessage) {
    self.message = message
    body = DeadLetter.unwrapped(message.body)
    let first = message.attributes["FirstSeen"].flatMap {
      CivilTime(iso8601: $0)?.millisecondsSinceEpoch
    }
    seenAt = [first, message.sentAt].compactMap { $0 }.min()
  }

  /// The error that its sender gives, in words. The function, EventBridge and Lambda each have
  /// names of their own for it.
  var error: String {
    let named = message.attributes
    let type = named["ErrorType"] ?? named["ERROR_CODE"] ?? named["ErrorCode"]
    let text = named["ErrorMessage"] ?? named["ERROR_MESSAGE"]
    return [type, text].compactMap { $0 }.joined(separator: ": ")
  }

  /// Whether it is that old.
  func isOlder(than span: TimeSpan, at now: Int64) -> Bool {
    seenAt.map { now - $0 >= span.seconds * 1000 } ?? false
  }

  /// Since when viewers may see something old: the latest change that it tells of.
  var changedAt: Int64? {
    let times = planned?.event.messages.flatMap(\.changes).map { change in
      change.eventTime.flatMap { CivilTime(iso8601: $0)?.millisecondsSinceEpoch }
    }
    guard let times, !times.isEmpty, !times.contains(nil) else { return message.sentAt ?? seenAt }
    let requests = planned?.event.messages.flatMap(\.requests) ?? []
    return (times.compactMap { $0 } + (requests.isEmpty ? [] : [message.sentAt ?? 0])).max()
  }

  /// Takes its plan, and decides from that alone.
  mutating func take(_ plan: EventPlan) {
    planned = plan
    items = PlanText(planned: plan).items
    paths = plan.plan.distributions.flatMap { part in
      (part.paths + part.deferred).map { Path(distribution: part.id, path: $0.path) }
    }
    let unread = plan.event.messages.flatMap(\.failures)
    if let first = unread.first {
      fate = .unreadable(first.description)
    } else if paths.isEmpty, plan.failures.isEmpty {
      let reasons = PlanText(planned: plan).ignored
      fate = .needless(reasons.isEmpty ? "it asks for nothing" : reasons.joined(separator: "; "))
    }
  }

  /// Notes which of its paths are covered, by what a closure finds.
  mutating func cover(by find: (Path, Int64) -> InvalidationRecord?) {
    guard fate == .move, !paths.isEmpty, let changedAt, planned?.failures.isEmpty == true else {
      return
    }
    for index in paths.indices { paths[index].coveredBy = find(paths[index], changedAt) }
    if paths.allSatisfy({ $0.coveredBy != nil }) { fate = .covered }
  }

  /// What sending it costs at list price.
  var dollars: Dollars {
    Dollars(
      micros: planned?.plan.distributions.reduce(0) { $0 + $1.cost.dollars.micros } ?? 0)
  }

  /// The event of an invocation that failed, for which Lambda's record has it in `requestPayload`.
  private static func unwrapped(_ body: String) -> String {
    guard let json = try? JSONValue.parse(Array(body.utf8)), json["requestContext"] != nil,
      let payload = json["requestPayload"], payload.objectValue != nil
    else { return body }
    return String(decoding: payload.encoded(), as: UTF8.self)
  }

  /// The event that the queue would give the function.
  func event(from queueARN: String) -> [UInt8] {
    let attributes: JSONValue = [
      "ApproximateReceiveCount": "1",
      "SentTimestamp": .string("\(message.sentAt ?? 0)"),
    ]
    let record: JSONValue = [
      "messageId": .string(message.id), "receiptHandle": .string(message.receiptHandle),
      "body": .string(body), "attributes": attributes, "eventSource": "aws:sqs",
      "eventSourceARN": .string(queueARN),
    ]
    let event: JSONValue = ["Records": .array([record])]
    return event.encoded()
  }
}

// MARK: - For people and programs

extension DeadLetter {
  /// Its fate in a word and a reason.
  func outcome(isDone: Bool) -> (word: String, reason: String, style: Screen.Style) {
    switch fate {
    case .move: (isDone ? "moved" : "move", "", .green)
    case .covered: (isDone ? "deleted" : "delete", "covered already", .dim)
    case .needless(let reason): (isDone ? "deleted" : "delete", reason, .dim)
    case .unreadable(let reason): (isDone ? "kept" : "keep", reason, .yellow)
    }
  }

  /// The letter in lines.
  func lines(_ screen: Screen, now: Int64, isDone: Bool, problem: String?) -> [String] {
    let age = seenAt.map { Age.words(seconds: max(0, now - $0) / 1000) + " old" } ?? ""
    let outcome = problem.map { ("failed", $0, Screen.Style.red) } ?? outcome(isDone: isDone)
    var rows: [[Screen.Cell]] = []
    if !error.isEmpty { rows.append(["error", Screen.Cell(error)]) }
    rows += items.map { ["asks", Screen.Cell(([$0.subject] + $0.pieces).joined(separator: " "))] }
    rows += paths.map { path in
      let covered = path.coveredBy.map { ", covered by \($0.id)" } ?? ""
      return ["path", Screen.Cell("\(path.path) on \(path.distribution)\(covered)")]
    }
    rows += (planned?.failures ?? []).map { ["plan", Screen.Cell($0.description, .yellow)] }
    if fate == .move, !paths.isEmpty { rows.append(["cost", Screen.Cell("$\(dollars)")]) }
    if !outcome.1.isEmpty { rows.append(["because", Screen.Cell(outcome.1)]) }
    return screen.table([
      [
        Screen.Cell(message.id, .bold), Screen.Cell(outcome.0, outcome.2), Screen.Cell(age, .dim),
      ]
    ]) + screen.table(rows, indent: 2)
  }

  /// The letter as JSON.
  func json(now: Int64, isDone: Bool, problem: String?) -> JSONValue {
    let outcome = outcome(isDone: isDone)
    func text(_ value: String) -> JSONValue { value.isEmpty ? .null : .string(value) }
    return [
      "messageId": .string(message.id),
      "ageSeconds": seenAt.map { .integer(max(0, now - $0) / 1000) } ?? .null,
      "error": text(error),
      "asks": .array(
        items.map { .string(([$0.subject] + $0.pieces).joined(separator: " ")) }),
      "paths": .array(
        paths.map { path in
          [
            "distribution": .string("\(path.distribution)"), "path": .string("\(path.path)"),
            "coveredBy": path.coveredBy.map { .string($0.id) } ?? .null,
          ]
        }),
      "dollars": .string("\(fate == .move ? dollars : Dollars(micros: 0))"),
      "outcome": .string(problem == nil ? outcome.word : "failed"),
      "reason": text(problem ?? outcome.reason),
    ]
  }
}
