import Foundation

/// Lambda's event source mapping for a queue of the fake: it gathers a batch, makes the event, and
/// deletes what the function's answer does not hand back.
///
/// It leaves the visibility of what is handed back alone. That the real one does so too is common
/// practice, and only AWS can show it; `scripts/smoke.sh` does.
package struct SQSMapping {
  private let sqs: FakeSQS
  private let queue: String

  package init(_ sqs: FakeSQS, queue: String) {
    self.sqs = sqs
    self.queue = queue
  }

  /// Messages that were received together, and the event that tells the function of them.
  package struct Batch {
    package let messages: [FakeMessage]
    package let event: [UInt8]
  }

  /// Receives what is visible; nil when nothing is.
  package func receive(most: Int = 10_000) -> Batch? {
    let messages = sqs.receive(from: queue, most: most)
    guard !messages.isEmpty else { return nil }
    let arn = sqs.arn(of: queue)
    let records = messages.map { message -> [String: Any] in
      var attributes = [
        "ApproximateReceiveCount": "\(message.receiveCount)", "SentTimestamp": "\(message.sentAt)",
        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
        "ApproximateFirstReceiveTimestamp": "\(message.firstReceivedAt ?? message.sentAt)",
      ]
      if let group = message.groupID { attributes["MessageGroupId"] = group }
      return [
        "messageId": message.id, "receiptHandle": message.receiptHandle, "body": message.body,
        "attributes": attributes, "messageAttributes": [String: String](),
        "eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": "us-east-1",
      ]
    }
    let event = try? JSONSerialization.data(
      withJSONObject: ["Records": records], options: [.sortedKeys, .withoutEscapingSlashes])
    return Batch(messages: messages, event: Array(event ?? Data()))
  }

  /// Takes the function's answer to a batch, nil when there is none: what it does not hand back is
  /// deleted.
  ///
  /// - Returns: the ids that were handed back.
  @discardableResult
  package func settle(_ batch: Batch, answer: [UInt8]?) -> [String] {
    let all = batch.messages.map(\.id)
    guard let answer,
      let object = try? JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
    else { return all }
    let items = object["batchItemFailures"] as? [[String: String]] ?? []
    let returned = items.map { $0["itemIdentifier"] ?? "" }
    // An id that is not of the batch makes the whole batch a failure.
    guard Set(all).isSuperset(of: returned) else { return all }
    for message in batch.messages where !returned.contains(message.id) {
      sqs.delete(message, from: queue)
    }
    return returned
  }
}
