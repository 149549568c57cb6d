import Clock
import CloudFrontModel
import Logging
import S3Events
import SQSAPI

/// The queue to which work is handed on that one delivery can't do.
///
/// Nothing is lost when a call fails: the messages whose changes it carried go back to their own
/// queue.
final class WorkQueue {
  /// How long an invocation waits for tokens, if it can hand on what is left.
  static let longestWait = Duration.seconds(60)
  /// How long the queue is not used after a failure. Events are told delivery by delivery then, as
  /// without it, or one that lacks a permission would hold them up for ever.
  static let pause = Duration.seconds(300)

  private let client: SQSClient
  private let queue: QueueARN
  private let time: TimeSource
  private let logger: Logger
  private var pausedUntil: Duration?

  init(client: SQSClient, queue: QueueARN, time: TimeSource, logger: Logger) {
    self.client = client
    self.queue = queue
    self.time = time
    self.logger = logger
  }

  /// Whether it can be used now.
  var isUsable: Bool { pausedUntil.map { time.monotonic() >= $0 } ?? true }

  /// Hands on changes that a round of an event left untold.
  ///
  /// - Parameters:
  ///   - messages: those that are to be done then, by index in the decoded event.
  ///   - deadline: on the monotonic clock; no attempt starts past it.
  /// - Returns: the messages of which the queue has confirmed every item.
  func handOn(_ round: Round, messages: Set<Int>, deadline: Duration?) -> Set<Int> {
    let parcels = Parcel.all(of: round, messages: messages)
    var sending = Sending()
    for parcel in parcels {
      let scopes = parcel.scopes(untold: round.untold)
      if scopes.isEmpty { sending.lost.formUnion(parcel.messages) }
      let load = WorkItem.Load(parcel.changes)
      let now = time.wallMilliseconds()
      for scope in scopes {
        let delay = SlicePeriod.delaySeconds(of: scope.slice, now: now)
        for (changes, body) in load.items(for: scope) {
          sending.add(
            OutgoingMessage(body: String(decoding: body, as: UTF8.self), delaySeconds: delay),
            of: Set(parcel.messages[changes]))
          if sending.isFull { flush(&sending, deadline) }
        }
      }
    }
    flush(&sending, deadline)
    let handed = Set(parcels.flatMap(\.messages)).subtracting(sending.lost)
    if sending.confirmed > 0 {
      logger.info(
        "Handed work on",
        metadata: [
          "items": .stringConvertible(sending.confirmed),
          "messages": .stringConvertible(handed.count),
          "distributions": .stringConvertible(round.untold.count),
        ])
    }
    return handed
  }

  /// The items on their way.
  private struct Sending {
    private(set) var items: [(message: OutgoingMessage, of: Set<Int>)] = []
    /// The messages of which an item is not confirmed.
    var lost: Set<Int> = []
    var confirmed = 0
    /// Whether a call failed as a whole, so that the rest is not tried.
    var isOver = false

    var isFull: Bool { items.count >= VisibilityChange.mostInBatch }

    mutating func add(_ message: OutgoingMessage, of messages: Set<Int>) {
      guard !isOver else { return lost.formUnion(messages) }
      // Changes of a message that goes back need not go on.
      if !messages.isSubset(of: lost) { items.append((message, messages)) }
    }

    mutating func takeAll() -> [(message: OutgoingMessage, of: Set<Int>)] {
      defer { items = [] }
      return items
    }
  }

  private func flush(_ sending: inout Sending, _ deadline: Duration?) {
    let items = sending.takeAll()
    for batch in OutgoingMessage.batches(of: items.map(\.message)) {
      guard !sending.isOver else {
        for item in items[batch] { sending.lost.formUnion(item.of) }
        continue
      }
      do {
        let results = try client.send(
          items[batch].map(\.message), to: queue, deadline: deadline)
        for (item, problem) in zip(items[batch], results) {
          if let problem {
            sending.lost.formUnion(item.of)
            stop("The work queue did not take an item: \(problem)")
          } else {
            sending.confirmed += 1
          }
        }
      } catch {
        for item in items[batch] { sending.lost.formUnion(item.of) }
        sending.isOver = true
        stop("\(error)")
      }
    }
  }

  private func stop(_ problem: String) {
    pausedUntil = time.monotonic() + WorkQueue.pause
    logger.warning(
      "\(problem) The messages go back to their queue, and for five minutes nothing is handed on.")
  }
}
