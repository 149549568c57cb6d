import JSON

/// A message to send to a queue.
package struct OutgoingMessage: Equatable, Sendable {
  /// The most bytes of all messages of one batch, their attributes included.
  static let maxBatchBytes = 1 << 20

  /// The body; UTF-8 without the control characters that XML forbids.
  package var body: String
  /// Names and texts beside the body, at most ten. Like a body, a text may not be empty.
  package var attributes: [(name: String, text: String)]
  /// The group that a FIFO queue keeps in order; nil for a standard queue.
  package var groupID: String?
  /// What a FIFO queue recognises a duplicate by; nil for a standard queue.
  package var deduplicationID: String?

  /// The time until the queue delivers it, in seconds, at most 900. Standard queues alone take it.
  package var delaySeconds = 0

  package init(
    body: String, attributes: [(name: String, text: String)] = [], groupID: String? = nil,
    deduplicationID: String? = nil, delaySeconds: Int = 0
  ) {
    self.delaySeconds = delaySeconds
    self.body = body
    self.attributes = attributes
    self.groupID = groupID
    self.deduplicationID = deduplicationID
  }

  /// The size by which SQS limits it, in bytes: body, and names, types and values of attributes.
  var size: Int {
    attributes.reduce(body.utf8.count) {
      $0 + $1.name.utf8.count + OutgoingMessage.type.utf8.count + $1.text.utf8.count
    }
  }

  /// Returns the message without its attributes if they would make it larger than SQS takes: what
  /// stands beside a body must not keep the body back.
  var fitting: OutgoingMessage {
    guard size > OutgoingMessage.maxBatchBytes else { return self }
    var bare = self
    bare.attributes = []
    return bare
  }

  /// Divides messages into batches that SQS takes, in their order; returns their indices.
  package static func batches(of messages: [OutgoingMessage]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for (index, message) in messages.enumerated() {
      let size = message.fitting.size
      if index > start,
        index - start == SQSRequest.maxEntries || bytes + size > OutgoingMessage.maxBatchBytes
      {
        batches.append(start..<index)
        start = index
        bytes = 0
      }
      bytes += size
    }
    if start < messages.count { batches.append(start..<messages.count) }
    return batches
  }

  private static let type = "String"

  var json: JSONValue { .string(body) }

  /// The members of its entry beside id and body.
  var members: [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = []
    if !attributes.isEmpty {
      let values = attributes.map { attribute -> (key: String, value: JSONValue) in
        let value: JSONValue = [
          "DataType": .string(OutgoingMessage.type), "StringValue": .string(attribute.text),
        ]
        return (key: attribute.name, value: value)
      }
      members.append((key: "MessageAttributes", value: .object(values)))
    }
    if delaySeconds > 0 {
      members.append((key: "DelaySeconds", value: .integer(Int64(delaySeconds))))
    }
    if let groupID { members.append((key: "MessageGroupId", value: .string(groupID))) }
    if let deduplicationID {
      members.append((key: "MessageDeduplicationId", value: .string(deduplicationID)))
    }
    return members
  }

  package static func == (left: OutgoingMessage, right: OutgoingMessage) -> Bool {
    left.body == right.body && left.groupID == right.groupID
      && left.deduplicationID == right.deduplicationID
      && left.delaySeconds == right.delaySeconds
      && left.attributes.elementsEqual(right.attributes) {
        $0.name == $1.name && $0.text == $1.text
      }
  }
}
