import Foundation

extension FakeSQS {
  /// The answer of GetQueueAttributes: every value is a string.
  func attributes(of name: String) -> [String: String] {
    let (known, now) = state.withLock { ($0.queues[name], $0.now) }
    guard let queue = known else { return [:] }
    let hidden = queue.messages.count { $0.visibleAt > now }
    var attributes = queue.attributes.merging([
      "QueueArn": arn(of: name), "VisibilityTimeout": "\(queue.visibility.milliseconds / 1000)",
      "ApproximateNumberOfMessages": "\(queue.messages.count - hidden)",
      "ApproximateNumberOfMessagesNotVisible": "\(hidden)",
      "ApproximateNumberOfMessagesDelayed": "0",
    ]) { $1 }
    if let target = queue.deadLetterQueue {
      attributes["RedrivePolicy"] =
        #"{"deadLetterTargetArn":"\#(arn(of: target))","maxReceiveCount":\#(queue.maxReceiveCount)}"#
    }
    return attributes
  }

  /// GetQueueUrl.
  func url(of body: JSONObject) throws(SQSProblem) -> JSONObject {
    let name = body["QueueName"] as? String ?? ""
    let (isKnown, account) = state.withLock { ($0.queues[name] != nil, $0.settings.accountID) }
    guard isKnown else { throw .noSuchQueue }
    return ["QueueUrl": "\(endpoint)/\(account)/\(name)"]
  }

  /// ReceiveMessage, without waiting for any.
  func receive(_ body: JSONObject, from queue: String) throws(SQSProblem) -> JSONObject {
    let most = body["MaxNumberOfMessages"] as? Int ?? 1
    guard (1...10).contains(most), (0...20).contains(body["WaitTimeSeconds"] as? Int ?? 0) else {
      throw .invalid("MaxNumberOfMessages or WaitTimeSeconds is out of its range.")
    }
    let received = receive(
      from: queue, most: most,
      hidden: (body["VisibilityTimeout"] as? Int).map { .seconds($0) })
    let messages = received.map { message -> JSONObject in
      var system = [
        "SentTimestamp": "\(message.sentAt)",
        "ApproximateReceiveCount": "\(message.receiveCount)",
        "ApproximateFirstReceiveTimestamp": "\(message.firstReceivedAt ?? message.sentAt)",
      ]
      if let group = message.groupID { system["MessageGroupId"] = group }
      return [
        "MessageId": message.id, "ReceiptHandle": message.receiptHandle, "Body": message.body,
        "Attributes": system,
        "MessageAttributes": message.attributes.mapValues {
          ["DataType": "String", "StringValue": $0]
        },
      ]
    }
    return messages.isEmpty ? [:] : ["Messages": messages]
  }

  /// One entry of DeleteMessageBatch. What is gone already counts as deleted.
  func delete(_ entry: JSONObject, from queue: String) throws(SQSProblem) -> JSONObject {
    guard let handle = entry["ReceiptHandle"] as? String, !handle.isEmpty else {
      throw SQSProblem(code: "ReceiptHandleIsInvalid", message: "The handle is not valid.")
    }
    state.withLock { state in
      state.queues[queue]?.messages.removeAll { $0.receiptHandle == handle }
    }
    return [:]
  }

  /// Carries out the entries of a batch one by one; returns the answer.
  func entries(
    of body: JSONObject, _ failsFirst: Bool,
    _ carryOut: (JSONObject) throws(SQSProblem) -> JSONObject
  ) throws(SQSProblem) -> JSONObject {
    guard let entries = body["Entries"] as? [JSONObject], !entries.isEmpty else {
      throw SQSProblem(code: "EmptyBatchRequest", message: "There are no entries.")
    }
    guard entries.count <= 10 else {
      throw SQSProblem(code: "TooManyEntriesInBatchRequest", message: "There are more than 10.")
    }
    let ids = entries.map { $0["Id"] as? String ?? "" }
    guard Set(ids).count == ids.count, !ids.contains("") else {
      throw SQSProblem(code: "BatchEntryIdsNotDistinct", message: "Ids are not distinct.")
    }
    var successful: [JSONObject] = []
    var failed: [JSONObject] = []
    for (number, entry) in entries.enumerated() {
      do throws(SQSProblem) {
        if failsFirst, number == 0 {
          throw SQSProblem(status: 500, code: "InternalError", message: "Please try again.")
        }
        successful.append(try carryOut(entry).merging(["Id": ids[number]]) { $1 })
      } catch {
        failed.append([
          "Id": ids[number], "Code": error.code, "Message": error.message,
          "SenderFault": error.status < 500,
        ])
      }
    }
    return ["Successful": successful, "Failed": failed]
  }

  /// One entry of ChangeMessageVisibilityBatch.
  func changeVisibility(_ entry: JSONObject, in queue: String) throws(SQSProblem) -> JSONObject {
    guard let handle = entry["ReceiptHandle"] as? String,
      let seconds = entry["VisibilityTimeout"] as? Int, (0...43_200).contains(seconds)
    else { throw .invalid("The handle or the timeout is missing or out of its range.") }
    try state.withLock { state throws(SQSProblem) in
      guard
        let index = state.queues[queue]?.messages.firstIndex(where: { $0.receiptHandle == handle })
      else {
        if state.settings.knowsEveryQueue { return }
        throw SQSProblem(code: "ReceiptHandleIsInvalid", message: "The handle is not valid.")
      }
      let now = state.now
      guard state.queues[queue]?.messages[index].visibleAt ?? 0 > now else {
        throw SQSProblem(code: "MessageNotInflight", message: "The message is not in flight.")
      }
      state.queues[queue]?.messages[index].visibleAt = now + Int64(seconds) * 1000
    }
    return [:]
  }

  /// One entry of SendMessageBatch.
  func take(_ entry: JSONObject, into queue: String) throws(SQSProblem) -> JSONObject {
    guard let body = entry["MessageBody"] as? String, !body.isEmpty else {
      throw SQSProblem(code: "MissingParameter", message: "MessageBody is missing.")
    }
    let isAllowed = body.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value < 0xFFFE || $0.value > 0xFFFF
        || [0x9, 0xA, 0xD].contains($0.value)
    }
    guard isAllowed else {
      throw SQSProblem(code: "InvalidMessageContents", message: "XML forbids a character.")
    }
    let isFIFO = queue.hasSuffix(".fifo")
    let group = entry["MessageGroupId"] as? String
    guard !isFIFO || (group != nil && entry["MessageDeduplicationId"] != nil) else {
      throw SQSProblem(
        code: "MissingParameter", message: "MessageGroupId or MessageDeduplicationId is missing.")
    }
    let given = entry["MessageAttributes"] as? [String: JSONObject] ?? [:]
    guard given.count <= 10 else { throw .invalid("There are more than 10 attributes.") }
    var attributes: [String: String] = [:]
    for (name, value) in given {
      guard value["DataType"] as? String == "String", let text = value["StringValue"] as? String,
        !text.isEmpty
      else { throw .invalid("The attribute \(name) has no text.") }
      attributes[name] = text
    }
    let delay = entry["DelaySeconds"] as? Int ?? 0
    guard (0...900).contains(delay), delay == 0 || !isFIFO else {
      throw .invalid("DelaySeconds is out of its range, or the queue is a FIFO queue.")
    }
    let id = state.withLock {
      $0.add(body, attributes: attributes, groupID: group, delaySeconds: delay, to: queue)
    }
    return ["MessageId": id, "MD5OfMessageBody": ""]
  }

  /// Refuses a batch whose bodies and attributes are more than 1 MiB together.
  func checkSize(_ body: JSONObject) throws(SQSProblem) {
    var bytes = 0
    for entry in body["Entries"] as? [JSONObject] ?? [] {
      bytes += (entry["MessageBody"] as? String ?? "").utf8.count
      for (name, value) in entry["MessageAttributes"] as? [String: JSONObject] ?? [:] {
        bytes +=
          name.utf8.count + (value["DataType"] as? String ?? "").utf8.count
          + (value["StringValue"] as? String ?? "").utf8.count
      }
    }
    guard bytes <= 1 << 20 else {
      throw SQSProblem(
        code: "BatchRequestTooLong", message: "Batch requests cannot be longer than 1048576 bytes.")
    }
  }
}
