import AWSClient
import HTTPTransport
import JSON

/// A message that a queue handed out.
package struct ReceivedMessage: Sendable, Equatable {
  /// The id that SQS gave it.
  package var id: String
  /// What stands for this receive where the message is deleted.
  package var receiptHandle: String
  /// The body as it was sent.
  package var body: String
  /// SQS's own attributes, such as `SentTimestamp`.
  package var system: [String: String]
  /// What its sender put beside the body; only texts.
  package var attributes: [String: String]

  /// When it was sent, in milliseconds since 1970.
  package var sentAt: Int64? { system["SentTimestamp"].flatMap { Int64($0) } }

  /// Reads the answer of ReceiveMessage, which leaves `Messages` out where there are none.
  static func all(json: [UInt8]) throws -> [ReceivedMessage] {
    try JSONValue.parse(json)["Messages"]?.arrayValue?.map { message in
      func text(_ name: String) throws(MissingMember) -> String {
        guard let text = message[name]?.stringValue else { throw MissingMember(name: name) }
        return text
      }
      return ReceivedMessage(
        id: try text("MessageId"), receiptHandle: try text("ReceiptHandle"),
        body: try text("Body"),
        system: texts(message["Attributes"]) { $0.stringValue },
        attributes: texts(message["MessageAttributes"]) { $0["StringValue"]?.stringValue })
    } ?? []
  }

  private static func texts(
    _ object: JSONValue?, _ text: (JSONValue) -> String?
  ) -> [String: String] {
    var found: [String: String] = [:]
    for (name, value) in object?.objectValue ?? [] { found[name] = text(value) }
    return found
  }
}

/// A member that an answer must have.
struct MissingMember: Error, CustomStringConvertible {
  var name: String
  var description: String { "\(name) is missing" }
}

/// A message to send.
package struct QueueMessage: Sendable, Equatable {
  /// The body, of characters that XML allows.
  package var body: String
  /// The group that a FIFO queue keeps in order; nil for other queues.
  package var groupID: String?
  /// What a FIFO queue recognises a duplicate by; nil for other queues.
  package var deduplicationID: String?

  /// Creates a message.
  package init(body: String, groupID: String? = nil, deduplicationID: String? = nil) {
    self.body = body
    self.groupID = groupID
    self.deduplicationID = deduplicationID
  }

  /// The most messages of one batch.
  package static let mostInBatch = 10
  /// The most bytes of all bodies of one batch.
  private static let mostBytes = 1 << 20

  /// Divides messages into batches that SQS takes.
  package static func batches(of messages: [QueueMessage]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var (start, bytes) = (0, 0)
    for (index, message) in messages.enumerated() {
      let size = message.body.utf8.count
      if index > start, index - start == mostInBatch || bytes + size > mostBytes {
        batches.append(start..<index)
        (start, bytes) = (index, 0)
      }
      bytes += size
    }
    if start < messages.count { batches.append(start..<messages.count) }
    return batches
  }
}

/// What SQS made of one entry of a batch.
package enum EntryResult: Sendable, Equatable {
  /// It did what the entry asks for; sending gives the message's id.
  case done(String)
  /// It did not, with its code and words.
  case failed(String)

  /// Reads the answer to a batch. An entry that the answer does not name has failed.
  static func all(of count: Int, json: [UInt8]) throws -> [EntryResult] {
    let root = try JSONValue.parse(json)
    guard root["Successful"] != nil || root["Failed"] != nil else {
      throw MissingMember(name: "Successful")
    }
    var results = [EntryResult](
      repeating: .failed("the answer does not name the entry"), count: count)
    func number(_ entry: JSONValue) -> Int? {
      entry["Id"]?.stringValue.flatMap { Int($0) }.flatMap {
        results.indices.contains($0) ? $0 : nil
      }
    }
    for entry in root["Successful"]?.arrayValue ?? [] {
      number(entry).map { results[$0] = .done(entry["MessageId"]?.stringValue ?? "") }
    }
    for entry in root["Failed"]?.arrayValue ?? [] {
      let words = [entry["Code"], entry["Message"]].compactMap { $0?.stringValue }
      number(entry).map { results[$0] = .failed(words.joined(separator: ": ")) }
    }
    return results
  }
}

/// The attributes of a queue, every value of which is a text.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
package struct QueueFacts: Sendable, Equatable {
  /// The attributes as SQS names them.
  package var attributes: [String: String]

  /// Reads the answer of GetQueueAttributes.
  package init(json: [UInt8]) throws {
    guard let members = try JSONValue.parse(json)["Attributes"]?.objectValue else {
      throw MissingMember(name: "Attributes")
    }
    attributes = [:]
    for (name, value) in members { attributes[name] = value.stringValue }
  }

  /// The queue's ARN.
  package var arn: String { attributes["QueueArn"] ?? "" }
  /// The messages that can be received now.
  package var visible: Int { number("ApproximateNumberOfMessages") ?? 0 }
  /// The messages that somebody has received and not yet deleted.
  package var inFlight: Int { number("ApproximateNumberOfMessagesNotVisible") ?? 0 }
  /// The messages that become visible later.
  package var delayed: Int { number("ApproximateNumberOfMessagesDelayed") ?? 0 }
  /// The dead-letter queue's ARN; nil without one.
  package var deadLetterARN: String? { redrive?["deadLetterTargetArn"]?.stringValue }
  /// The receives after which a message goes to the dead-letter queue.
  package var maxReceiveCount: Int? {
    redrive?["maxReceiveCount"]?.integerValue.map { Int($0) }
      ?? redrive?["maxReceiveCount"]?.stringValue.flatMap { Int($0) }
  }

  /// An attribute that is a number.
  package func number(_ name: String) -> Int? { attributes[name].flatMap { Int($0) } }

  private var redrive: JSONValue? {
    attributes["RedrivePolicy"].flatMap { try? JSONValue.parse(Array($0.utf8)) }
  }
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
extension ServiceClient {
  /// Asks for all that a queue is set to.
  package func facts(ofQueue url: String) throws(ServiceError) -> QueueFacts {
    try queue("GetQueueAttributes", url, ["AttributeNames": ["All"]]) { try QueueFacts(json: $0) }
  }

  /// Asks for the URL of a queue of this account.
  package func url(ofQueue name: String) throws(ServiceError) -> String {
    try send(
      ServiceRequest.sqs("GetQueueUrl", ["QueueName": .string(name)]), "sqs:GetQueueUrl", on: name
    ) { answer in
      guard let url = try JSONValue.parse(answer.body)["QueueUrl"]?.stringValue else {
        throw MissingMember(name: "QueueUrl")
      }
      return url
    }
  }

  /// Sends messages, as many as ``QueueMessage/batches(of:)`` puts into one batch.
  package func sendBatch(
    _ messages: [QueueMessage], toQueue url: String
  ) throws(ServiceError) -> [EntryResult] {
    let entries = messages.enumerated().map { number, message in
      var members: [(key: String, value: JSONValue)] = [
        (key: "Id", value: .string("\(number)")),
        (key: "MessageBody", value: .string(message.body)),
      ]
      if let group = message.groupID {
        members.append((key: "MessageGroupId", value: .string(group)))
      }
      if let id = message.deduplicationID {
        members.append((key: "MessageDeduplicationId", value: .string(id)))
      }
      return JSONValue.object(members)
    }
    return try queue("SendMessageBatch", url, ["Entries": .array(entries)]) {
      try EntryResult.all(of: messages.count, json: $0)
    }
  }

  /// Receives at most ten messages, and hides them from others.
  ///
  /// - Parameter hidden: for how long, in seconds, at most 43,200.
  package func receiveMessages(
    fromQueue url: String, hidden: Int, most: Int
  ) throws(ServiceError) -> [ReceivedMessage] {
    try queue(
      "ReceiveMessage", url,
      [
        "MaxNumberOfMessages": .integer(Int64(min(max(most, 1), QueueMessage.mostInBatch))),
        "VisibilityTimeout": .integer(Int64(hidden)),
        // A short poll asks only some of SQS's servers, and may find nothing where there is much.
        "WaitTimeSeconds": 1, "AttributeNames": ["All"], "MessageAttributeNames": ["All"],
      ]
    ) { try ReceivedMessage.all(json: $0) }
  }

  /// Deletes messages, at most ten.
  package func deleteBatch(
    _ receiptHandles: [String], fromQueue url: String
  ) throws(ServiceError) -> [EntryResult] {
    try entries("DeleteMessageBatch", receiptHandles, url) { _ in [:] }
  }

  /// Lets messages be received again at once, at most ten.
  package func releaseBatch(
    _ receiptHandles: [String], inQueue url: String
  ) throws(ServiceError) -> [EntryResult] {
    try entries("ChangeMessageVisibilityBatch", receiptHandles, url) { _ in
      ["VisibilityTimeout": 0]
    }
  }

  private func entries(
    _ operation: String, _ receiptHandles: [String], _ url: String, more: (String) -> JSONValue
  ) throws(ServiceError) -> [EntryResult] {
    let entries = receiptHandles.enumerated().map { number, handle -> JSONValue in
      let entry: JSONValue = ["Id": .string("\(number)"), "ReceiptHandle": .string(handle)]
      return entry.adding(more(handle))
    }
    return try queue(operation, url, ["Entries": .array(entries)]) {
      try EntryResult.all(of: receiptHandles.count, json: $0)
    }
  }

  /// Sends a request about a queue. A batch needs the permission of the single call.
  private func queue<Answer>(
    _ operation: String, _ url: String, _ members: JSONValue, read: ([UInt8]) throws -> Answer
  ) throws(ServiceError) -> Answer {
    let body: JSONValue = ["QueueUrl": .string(url)]
    let action = operation.hasSuffix("Batch") ? String(operation.dropLast(5)) : operation
    return try send(
      ServiceRequest.sqs(operation, body.adding(members)), "sqs:\(action)", on: url
    ) { try read($0.body) }
  }
}

extension ServiceRequest {
  /// A call of SQS in its JSON protocol: a POST to the root, and a field names the operation.
  static func sqs(_ operation: String, _ body: JSONValue) -> AWSRequest {
    AWSRequest(
      .post, path: "/",
      headers: [
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.\(operation)",
      ], body: body.encoded())
  }
}
