/// What SQS says of one delivery of a message.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
package struct QueueDelivery: Sendable, Equatable {
  /// What requests about this delivery name it by.
  package var receiptHandle: String
  /// The queue.
  package var queueARN: String
  /// How often the queue has delivered the message, this time included; approximate.
  package var receiveCount: Int
  /// When it was sent to the queue, in milliseconds since 1970; nil where the event does not say.
  package var sentAt: Int64?
  /// When the queue delivered it first, in milliseconds since 1970.
  package var firstReceivedAt: Int64?

  /// Reads a message's fields; nil unless they say how to answer the queue.
  init?(_ record: EventDocument.Fields) {
    guard let handle = record.nonEmptyText(.receiptHandle),
      let queue = record.nonEmptyText(.queueARN)
    else { return nil }
    receiptHandle = handle
    queueARN = queue
    receiveCount = max(1, record.number(.receiveCount).map { Int($0) } ?? 1)
    sentAt = record.number(.sentTimestamp)
    firstReceivedAt = record.number(.firstReceived)
  }
}

/// A message of a queue as it arrived, for whoever sends it on.
package struct RawMessage: Sendable, Equatable {
  package var body: String
  /// The group that a FIFO queue keeps in order.
  package var groupID: String?
}

extension EventDecoder {
  /// Reads the messages of some indices out of an event once more. Their bodies are kept nowhere
  /// else, because hardly any message is ever sent on.
  package func rawMessages(_ indices: Set<Int>, of event: [UInt8]) -> [Int: RawMessage] {
    guard let records = try? read(event, place: .event).records else { return [:] }
    var messages: [Int: RawMessage] = [:]
    for index in indices where records.indices.contains(index) {
      guard let body = records[index].text(.body) else { continue }
      messages[index] = RawMessage(body: body, groupID: records[index].text(.messageGroup))
    }
    return messages
  }
}
