import AWSClient
import AWSJSON
import JSON

/// The API calls as values, in SQS's JSON protocol.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
enum SQSRequest {
  /// The most entries of one batch.
  static let maxEntries = VisibilityChange.mostInBatch

  /// GetQueueAttributes, of what the bridge needs to know of a queue.
  static func getQueueAttributes(url: String) -> AWSRequest {
    request("GetQueueAttributes", ["QueueUrl": .string(url), "AttributeNames": ["All"]])
  }

  /// ChangeMessageVisibilityBatch.
  static func changeMessageVisibilityBatch(
    _ changes: [VisibilityChange], url: String
  ) -> AWSRequest {
    let entries = changes.enumerated().map { number, change -> JSONValue in
      [
        "Id": .string("\(number)"), "ReceiptHandle": .string(change.receiptHandle),
        "VisibilityTimeout": .integer(Int64(change.seconds)),
      ]
    }
    return request(
      "ChangeMessageVisibilityBatch", ["QueueUrl": .string(url), "Entries": .array(entries)])
  }

  /// SendMessageBatch.
  static func sendMessageBatch(_ messages: [OutgoingMessage], url: String) -> AWSRequest {
    let entries = messages.enumerated().map { number, message in
      JSONValue.object(
        [(key: "Id", value: .string("\(number)")), (key: "MessageBody", value: message.json)]
          + message.members)
    }
    return request("SendMessageBatch", ["QueueUrl": .string(url), "Entries": .array(entries)])
  }

  private static func request(_ operation: String, _ body: JSONValue) -> AWSRequest {
    .json("AmazonSQS.\(operation)", body)
  }
}

/// A new visibility timeout for one received message.
package struct VisibilityChange: Equatable, Sendable {
  /// The most changes, like the most messages, in one batch.
  package static let mostInBatch = 10

  /// What SQS gave with the delivery.
  package var receiptHandle: String
  /// The time from now until SQS delivers the message again, in seconds, at most 43,200.
  package var seconds: Int

  package init(receiptHandle: String, seconds: Int) {
    self.receiptHandle = receiptHandle
    self.seconds = seconds
  }
}
