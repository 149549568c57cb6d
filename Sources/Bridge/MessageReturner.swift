import Clock
import EventPlanning
import Failures
import Logging
import S3Events
import SQSAPI

/// Tells a queue when to deliver messages again that are not done, and moves those to its
/// dead-letter queue that never will be.
///
/// Nothing is lost when a call fails: the message is handed back and comes when the queue's own
/// visibility timeout ends.
final class MessageReturner {
  private let client: SQSClient
  private let time: TimeSource
  private let random: () -> Double
  private let logger: Logger
  /// What is known of each queue, read once in the life of the execution environment.
  private var queues: [QueueARN: QueueAttributes] = [:]
  private var warned: Set<String> = []

  init(
    client: SQSClient, time: TimeSource, random: @escaping () -> Double, logger: Logger
  ) {
    self.client = client
    self.time = time
    self.random = random
    self.logger = logger
  }

  /// An invocation's times on the monotonic clock.
  struct Times {
    /// When it began.
    var start: Duration
    /// When no call may start any more; nil without a limit.
    var deadline: Duration?
  }

  /// Returns messages to their queues.
  ///
  /// - Parameters:
  ///   - event: the invocation's bytes, for the bodies of dead letters.
  ///   - failures: of the messages, by index in the decoded event.
  /// - Returns: the messages that are done, because their dead-letter queue has them.
  func settle(
    _ decoded: DecodedEvent, event: [UInt8], failures: [MessageFailure], times: Times
  ) -> Set<Int> {
    guard !failures.isEmpty else { return [] }
    let failed = Dictionary(grouping: failures, by: \.message)
    var ofQueue: [QueueARN: [Int]] = [:]
    for (index, message) in decoded.messages.enumerated() {
      guard let queue = message.delivery.flatMap({ QueueARN($0.queueARN) }) else { continue }
      ofQueue[queue, default: []].append(index)
    }
    var done: Set<Int> = []
    for (queue, indices) in ofQueue.sorted(by: { "\($0.key)" < "\($1.key)" })
    where indices.contains(where: { failed[$0] != nil }) {
      guard let attributes = attributes(of: queue, times) else { continue }
      let rules = ReturnRules(
        queue: attributes, now: time.wallMilliseconds(), elapsed: time.monotonic() - times.start)
      let messages = indices.compactMap { index in
        decoded.messages[index].delivery.map { delivery in
          Returned(
            index: index, id: decoded.messages[index].id ?? "", delivery: delivery,
            choice: failed[index].map {
              rules.choice(
                $0, delivery, slice: decoded.messages[index].work?.slice, random: random())
            })
        }
      }
      let dead = bury(
        Returned.deadLetters(messages, isFIFO: queue.isFIFO), of: queue, event: event, attributes,
        times)
      done.formUnion(dead)
      postpone(
        Returned.waits(messages, isFIFO: queue.isFIFO, without: dead), in: queue, times)
    }
    return done
  }

  // MARK: - Calls

  private func attributes(of queue: QueueARN, _ times: Times) -> QueueAttributes? {
    if let known = queues[queue] { return known }
    do {
      let found = try client.attributes(of: queue, deadline: times.deadline)
      queues[queue] = found
      if found.deadLetterQueue == nil {
        warn(
          "The queue \(queue) has no dead-letter queue, so a message that can't succeed is"
            + " delivered until it is too old for the queue. Give the queue a RedrivePolicy.")
      } else if let most = found.maxReceiveCount, most < ReturnRules.leastGranted {
        warn(
          "The queue \(queue) gives a message up after \(most) deliveries, so that one that only"
            + " waits is given up too. Raise maxReceiveCount to 100.")
      }
      return found
    } catch {
      warn(
        "\(error) Messages that are not done come back by the queue's own visibility timeout.")
      return nil
    }
  }

  /// Sends messages to the dead-letter queue; returns those of which it is confirmed that they
  /// arrived.
  private func bury(
    _ messages: [(message: Returned, failure: MessageFailure)], of queue: QueueARN, event: [UInt8],
    _ attributes: QueueAttributes, _ times: Times
  ) -> Set<Int> {
    guard !messages.isEmpty, let target = attributes.deadLetterQueue else { return [] }
    let raw = EventDecoder().rawMessages(Set(messages.map(\.message.index)), of: event)
    let letters = messages.compactMap { message, failure in
      raw[message.index].map { (message, failure, message.letter($0, failure, from: queue)) }
    }
    var done: Set<Int> = []
    do {
      for batch in OutgoingMessage.batches(of: letters.map(\.2)) {
        let results = try client.send(
          letters[batch].map(\.2), to: target, deadline: times.deadline)
        for ((message, failure, _), problem) in zip(letters[batch], results) {
          let metadata: Logger.Metadata = [
            "messageId": "\(message.id)", "errorType": "\(failure.errorType)",
            "receives": .stringConvertible(message.delivery.receiveCount),
          ]
          if let problem {
            logger.warning(
              "The dead-letter queue did not take a message: \(problem)", metadata: metadata)
          } else {
            done.insert(message.index)
            logger.warning("Moved a message to the dead-letter queue", metadata: metadata)
          }
        }
      }
    } catch {
      logger.warning("\(error) The message comes back and is tried once more.")
    }
    return done
  }

  /// Changes when messages are delivered again.
  private func postpone(
    _ waits: [(message: Returned, wait: Duration)], in queue: QueueARN, _ times: Times
  ) {
    guard let shortest = waits.map(\.wait).min(), let longest = waits.map(\.wait).max() else {
      return
    }
    let changes = waits.map { message, wait in
      VisibilityChange(
        receiptHandle: message.delivery.receiptHandle,
        seconds: Int((wait / .seconds(1)).rounded(.up)))
    }
    var failures: [EntryFailure] = []
    do {
      for start in stride(from: 0, to: changes.count, by: VisibilityChange.mostInBatch) {
        let batch = changes[start..<min(start + VisibilityChange.mostInBatch, changes.count)]
        failures += try client.changeVisibility(
          Array(batch), in: queue, deadline: times.deadline
        ).compactMap { $0 }
      }
    } catch {
      // One call that fails says enough; the rest would only take time.
      return warn("\(error) Messages come back by the queue's own visibility timeout.")
    }
    if let first = failures.first {
      logger.warning(
        "The queue's own visibility timeout applies to some messages: \(first)",
        metadata: ["messages": .stringConvertible(failures.count)])
    }
    logger.info(
      "Messages wait for their next delivery",
      metadata: [
        "messages": .stringConvertible(changes.count - failures.count),
        "shortestWaitSeconds": .stringConvertible(Int(shortest / .seconds(1))),
        "longestWaitSeconds": .stringConvertible(Int(longest / .seconds(1))),
      ])
  }

  /// Logs a warning once in the life of the execution environment.
  private func warn(_ text: String) {
    if warned.count < 100, warned.insert(text).inserted { logger.warning("\(text)") }
  }
}
