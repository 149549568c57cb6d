import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import InvalidationSending
import JSON
import S3Events

/// The outcome of one event.
struct Outcome {
  let event: DecodedEvent
  /// One round, or two when the first met a distribution that no longer exists.
  let rounds: [Round]
  /// All failures, each once.
  let failures: [MessageFailure]

  init(event: DecodedEvent, rounds: [Round]) {
    self.event = event
    self.rounds = rounds
    var failures = MessageFailures()
    for round in rounds { failures.add(round.failures) }
    self.failures = failures.all
  }

  /// The requests of all rounds.
  var sent: [Round.Sent] { rounds.flatMap(\.sent) }

  /// The items of which CloudFront accepted every path, at every distribution that serves them but
  /// for those of the slices that they were handed on for or that lag, which stand beside them.
  ///
  /// None is among them when a distribution turned out to be gone, since the others are then
  /// planned in two rounds.
  ///
  /// - Parameter hands: whether what can be is handed on. Whether the work queue has confirmed it
  ///   makes no difference to what was told.
  func toldItems(andHandable hands: Bool) -> [Int: Set<DistributionSlice>] {
    guard let only = rounds.first, rounds.count == 1 else { return [:] }
    var told: [Int: Set<DistributionSlice>] = [:]
    let failed = Set(failures.map(\.message))
    let handedOn = hands ? handable : []
    for item in only.acceptedItems {
      let message = only.planning.messageOfItem[item]
      // Of a message that was handed on, a part is refused only because its turn did not come.
      let isTold =
        failed.contains(message)
        ? handedOn.contains(message) : !only.refusedItems.contains(item)
      guard isTold else { continue }
      told[item] = []
    }
    for parcel in Parcel.all(of: only, messages: handedOn) {
      let slices = Set(parcel.scopes(untold: only.untold).map(\.slice))
      let untold = Set(only.untold.map(\.description))
      let isUntold = parcel.ids.allSatisfy(untold.contains)
      // What led to no path where others were told, such as an immutable name, was told nowhere.
      for item in parcel.items where isUntold || only.acceptedItems.contains(item) {
        told[item] = slices
      }
    }
    return told.merging(only.partlyTold(of: failed.subtracting(handedOn))) { whole, _ in whole }
  }

  /// The answer to a direct invocation, and the first fields of every invocation's log line.
  var summary: JSONValue { summary(mostDistributions: .max) }

  /// The same, with a limit to the distributions that it names.
  func summary(mostDistributions: Int) -> JSONValue {
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
    members.append(("distributions", .array(sent.prefix(mostDistributions).map(\.summary))))
    return .object(members)
  }

  /// Makes an object of counts, sorted by name.
  private static func counts(_ counts: [(name: String, count: Int)]) -> JSONValue {
    .object(counts.sorted { $0.name < $1.name }.map { ($0.name, .integer(Int64($0.count))) })
  }

  /// The changes and paths that were left out, since they were accepted before.
  ///
  /// Those of the first round alone: a second one meets all that the first has done.
  var duplicates: Int { rounds.first?.planning.plan.droppedCounts[.duplicate] ?? 0 }

  /// The messages that SQS has to deliver again, in their order, and whether each has failed
  /// itself.
  ///
  /// Because no message of a FIFO queue may overtake a failed one, all that follow the first failed
  /// message go back too.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  ///
  /// - Parameter done: the failed messages that their dead-letter queue or the work queue has.
  func messagesToReturn(
    without done: Set<Int>
  ) -> [(index: Int, id: String, hasFailed: Bool)] {
    let failed = Set(failures.map(\.message)).subtracting(done)
    var followsFailure = false
    var seen: Set<String> = []
    return event.messages.enumerated().compactMap { index, message in
      let hasFailed = failed.contains(index)
      guard hasFailed || (followsFailure && message.isFIFO) else { return nil }
      followsFailure = true
      guard let id = message.id, seen.insert(id).inserted else { return nil }
      return (index: index, id: id, hasFailed: hasFailed)
    }
  }

  /// Whether a failed message has no id, so that it can't be handed back alone.
  var hasNamelessFailure: Bool { failures.contains { event.messages[$0.message].id == nil } }
}

extension Round.Sent {
  fileprivate var summary: JSONValue {
    [
      "id": .string(distribution.description), "paths": .integer(Int64(paths)),
      "invalidationId": .string(acceptance?.id ?? ""),
      "status": .string(acceptance?.status ?? "Failed"),
    ]
  }
}
