import InvalidationSending
import CloudFrontModel
import EventPlanning
import CloudFrontAPI
import InvalidationPlanning
import JSON
import S3Events

/// What became of one event: the plan, and what CloudFront made of each batch.
struct Outcome {
  /// What became of one distribution's batch.
  struct Batch {
    var id: String
    var paths: [InvalidationPath]
    var callerReference: CallerReference
    /// Nil when the batch was not accepted.
    var invalidation: Invalidation?

    /// The first paths, at most 50 and 16 KiB: what one log line can show.
    var firstPaths: ArraySlice<InvalidationPath> {
      var bytes = 0
      return paths.prefix(50).prefix { path in
        bytes += path.bytes.count
        return bytes <= 16 << 10
      }
    }
  }

  var planned: EventPlan
  var batches: [Batch] = []

  /// Adds what became of one request, and fails the messages whose changes it leaves uncovered.
  mutating func add(_ part: BatchSender.Part, of distribution: String) {
    var batch = Batch(
      id: distribution, paths: part.paths.map(\.path), callerReference: part.callerReference)
    switch part.result {
    case .success(let invalidation): batch.invalidation = invalidation
    case .failure(let error):
      var description = error.description
      if part.paths.count == 1, let only = part.paths.first {
        let key = only.reasons.first?.key.map { ", from the key \($0)" } ?? ""
        description += " The path is \(only.path)\(key)."
      }
      planned.fail(items: part.items, error.errorType, description)
    }
    batches.append(batch)
  }

  /// What a direct invocation is answered with, and what the log keeps of every invocation.
  var summary: JSONValue {
    .object(
      [
        (key: "records", value: .integer(Int64(planned.recordCount))),
        (
          key: "ignored",
          value: .object(
            planned.ignored.sorted { $0.key < $1.key }.map {
              (key: $0.key.rawValue, value: .integer(Int64($0.value)))
            })
        ),
      ] + dropped + [
        (
          key: "distributions",
          value: .array(
            batches.map { batch in
              .object([
                (key: "id", value: .string(batch.id)),
                (key: "paths", value: .integer(Int64(batch.paths.count))),
                (key: "invalidationId", value: .string(batch.invalidation?.id ?? "")),
                (key: "status", value: .string(batch.invalidation?.status ?? "Failed")),
              ])
            })
        )
      ])
  }

  /// How many paths were not sent though a change leads to them, where there are any.
  private var dropped: [(key: String, value: JSONValue)] {
    let counts = planned.plan.droppedCounts.sorted { $0.key < $1.key }
    guard !counts.isEmpty else { return [] }
    return [
      (
        key: "dropped",
        value: .object(counts.map { (key: $0.key.rawValue, value: .integer(Int64($0.value))) })
      )
    ]
  }

  /// The messages to deliver again, in their order, and whether each has failed itself. Nothing may
  /// overtake a failed message of a FIFO queue, so there all behind the first failed one go back too.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  var messagesToReturn: [(id: String, hasFailed: Bool)] {
    let failed = Set(planned.failures.map(\.message))
    var isBehindFailure = false
    var seen: Set<String> = []
    return planned.event.messages.enumerated().compactMap { index, message in
      let hasFailed = failed.contains(index)
      guard hasFailed || (isBehindFailure && message.isFIFO) else { return nil }
      isBehindFailure = true
      guard let id = message.id, seen.insert(id).inserted else { return nil }
      return (id: id, hasFailed: hasFailed)
    }
  }

  /// Whether a failed message has no id to hand it back by.
  var hasNamelessFailure: Bool {
    planned.failures.contains { planned.event.messages[$0.message].id == nil }
  }
}
