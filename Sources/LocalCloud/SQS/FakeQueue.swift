/// A queue of the fake, with everything in it.
package struct FakeQueue: Sendable {
  /// Its name; one that ends in `.fifo` keeps the order of each group.
  package var name: String
  /// The time from a delivery to the next one, when nobody changes it.
  package var visibility = Duration.seconds(30)
  /// The name of its dead-letter queue.
  package var deadLetterQueue: String?
  /// The most receives before a message goes there.
  package var maxReceiveCount = 5
  /// Further attributes as SQS names them, such as `Policy`.
  package var attributes: [String: String] = [:]
  /// The messages that nobody has deleted, oldest first.
  package var messages: [FakeMessage] = []

  package init(
    name: String, visibility: Duration = .seconds(30), deadLetterQueue: String? = nil,
    maxReceiveCount: Int = 5
  ) {
    self.name = name
    self.visibility = visibility
    self.deadLetterQueue = deadLetterQueue
    self.maxReceiveCount = maxReceiveCount
  }

  /// Whether the queue keeps order.
  var isFIFO: Bool { name.hasSuffix(".fifo") }

  /// Returns the index of the next message that may be received at a time, in milliseconds. In a
  /// FIFO queue nothing is received of a group of which something is in flight.
  func nextVisible(at now: Int64) -> Int? {
    messages.indices.first { index in
      guard messages[index].visibleAt <= now else { return false }
      guard isFIFO, let group = messages[index].groupID else { return true }
      return !messages.contains { $0.groupID == group && $0.visibleAt > now }
    }
  }
}

/// A message in a queue of the fake.
package struct FakeMessage: Sendable, Equatable {
  package var id: String
  package var body: String
  /// The texts beside the body, by name.
  package var attributes: [String: String] = [:]
  package var groupID: String?
  /// How often it was received.
  package var receiveCount = 0
  /// When it was sent, in milliseconds since 1970.
  package var sentAt: Int64
  /// When it was received first, in milliseconds since 1970.
  package var firstReceivedAt: Int64?
  /// When it can be received, in milliseconds since 1970.
  package var visibleAt: Int64
  /// The handle of its last receive.
  package var receiptHandle = ""
}
