import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import InvalidationSending
import JSON
import S3Events

/// What became of one event.
struct Outcome {
  let event: DecodedEvent
  /// The rounds it took: one, or a second one for what the first found gone.
  let rounds: [Round]
  /// What failed, each failure once.
  let failures: [MessageFailure]

  init(event: DecodedEvent, rounds: [Round]) {
    self.event = event
    self.rounds = rounds
    var failures = MessageFailures()
    for round in rounds { failures.add(round.failures) }
    self.failures = failures.all
  }

  /// What was sent in all rounds.
  var sent: [Round.Sent] { rounds.flatMap(\.sent) }

  /// What a direct invocation is answered with, and what the log keeps of every invocation.
  var summary: JSONValue {
    let ignored = event.ignored(in: rounds.map(\.planning))
    let dropped = rounds.reduce(into: [DropReason: Int]()) { sum, round in
      sum.merge(round.planning.plan.droppedCounts) { $0 + $1 }
    }
    var members: [(key: String, value: JSONValue)] = [
      ("records", .integer(Int64(event.recordCount))),
      ("ignored", Outcome.counts(ignored.map { ($0.key.rawValue, $0.value) })),
    ]
    if !dropped.isEmpty {
      members.append(("dropped", Outcome.counts(dropped.map { ($0.key.rawValue, $0.value) })))
    }
    members.append(("distributions", .array(sent.map(\.summary))))
    return .object(members)
  }

  /// Counts by name, in the order of the names.
  private static func counts(_ counts: [(name: String, count: Int)]) -> JSONValue {
    .object(counts.sorted { $0.name < $1.name }.map { ($0.name, .integer(Int64($0.count))) })
  }

  /// The messages to deliver again, in their order, and whether each has failed itself. Nothing may
  /// overtake a failed message of a FIFO queue, so all that follow the first failed one go back
  /// too.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  var messagesToReturn: [(id: String, hasFailed: Bool)] {
    let failed = Set(failures.map(\.message))
    var followsFailure = false
    var seen: Set<String> = []
    return event.messages.enumerated().compactMap { index, message in
      let hasFailed = failed.contains(index)
      guard hasFailed || (followsFailure && message.isFIFO) else { return nil }
      followsFailure = true
      guard let id = message.id, seen.insert(id).inserted else { return nil }
      return (id: id, hasFailed: hasFailed)
    }
  }

  /// Whether a failed message has no id to hand it back by.
  var hasNamelessFailure: Bool { failures.contains { event.messages[$0.message].id == nil } }
}

extension Round.Sent {
  fileprivate var summary: JSONValue {
    [
      "id": .string(distribution.description), "paths": .integer(Int64(part.paths.count)),
      "invalidationId": .string(acceptance?.id ?? ""),
      "status": .string(acceptance?.status ?? "Failed"),
    ]
  }
}
