import EventPlanning
import Failures
import LambdaRuntime
import S3Events
import SQSAPI

/// A message of a queue, and its fate.
struct Returned {
  /// Its index in the event.
  let index: Int
  let id: String
  let delivery: QueueDelivery
  /// Its fate; nil for one that has not failed itself.
  let choice: MessageReturn?

  /// The messages to send to the dead-letter queue, in their order.
  ///
  /// In a FIFO queue none overtakes one that waits, not even on this way.
  static func deadLetters(
    _ messages: [Returned], isFIFO: Bool
  ) -> [(message: Returned, failure: MessageFailure)] {
    var letters: [(message: Returned, failure: MessageFailure)] = []
    for message in messages {
      switch message.choice {
      case .deadLetter(let failure): letters.append((message, failure))
      case .byQueue, .after:
        if isFIFO { return letters }
      case nil: continue
      }
    }
    return letters
  }

  /// The messages whose next delivery is to be changed, and the time until then.
  ///
  /// A FIFO queue delivers nothing of a group while it has a part of it in flight, so all messages
  /// that follow the first failed one come back together with it.
  ///
  /// - Parameter done: those that the dead-letter queue has.
  static func waits(
    _ messages: [Returned], isFIFO: Bool, without done: Set<Int>
  ) -> [(message: Returned, wait: Duration)] {
    let left = messages.filter { !done.contains($0.index) }
    guard isFIFO else {
      return left.compactMap { message in
        if case .after(let wait) = message.choice { (message, wait) } else { nil }
      }
    }
    guard let head = left.firstIndex(where: { $0.choice != nil }),
      case .after(let wait) = left[head].choice
    else { return [] }
    return left[head...].map { ($0, wait) }
  }

  /// The longest reason that a dead letter tells, in bytes.
  private static let longestReason = 1_024

  /// Returns what goes to the dead-letter queue: the body as it arrived, and beside it what an
  /// operator asks first.
  func letter(
    _ raw: RawMessage, _ failure: MessageFailure, from queue: QueueARN
  ) -> OutgoingMessage {
    var attributes = [
      (name: "ErrorType", text: failure.errorType.name),
      (name: "ErrorMessage", text: Returned.plain(failure.description)),
      (name: "ReceiveCount", text: "\(delivery.receiveCount)"),
      (name: "MessageId", text: id), (name: "Queue", text: "\(queue)"),
    ]
    if let seen = delivery.firstReceivedAt ?? delivery.sentAt {
      attributes.append((name: "FirstSeen", text: Timestamp.text(seen)))
    }
    return OutgoingMessage(
      body: raw.body, attributes: attributes.filter { !$0.text.isEmpty },
      groupID: queue.isFIFO ? raw.groupID ?? id : nil, deduplicationID: queue.isFIFO ? id : nil)
  }

  /// Cuts a text, and takes out the characters that SQS refuses.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
      guard plain.utf8.count + 4 <= longestReason else { break }
      let isPlain = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
      plain.unicodeScalars.append(isPlain ? scalar : " ")
    }
    return plain
  }
}
