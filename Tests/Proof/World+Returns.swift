import HTTPTransport
import JSON
import VirtualWorld

// SQS's API, with which the function says when a message is delivered again and sends dead letters.
extension World {
  /// What becomes of a call of SQS: carried out or not, answered or not.
  private enum Fate {
    case done, refused, lostBefore, lostAfter, silent
  }

  func sendToQueue(_ request: HTTPRequest, from sandbox: Sandbox) {
    guard let delivery = sandbox.delivery else { return }
    // A second is kept for the answer, or a third of the margin.
    if scenario.stallRate == 0, timeline.now > delivery.end - scenario.margin / 3 {
      violation("a call of SQS starts behind the deadline")
    }
    if sandbox.environment.isEndRequested {
      violation("a call of SQS starts after the end was asked for")
    }
    if request.headers.fields.contains(where: { $0.name.lowercased().contains("trace") }) {
      violation("a call of SQS has a trace header")
    }
    countCall(of: delivery, in: sandbox)
    measured.queueCalls += 1
    let fate = fate()
    timeline.after(random.milliseconds(5...60)) {
      var body: JSONValue = [:]
      let known = self.messages.count
      if fate == .done || fate == .lostAfter { body = self.carryOut(request, delivery) }
      // An array of its own, or all messages would be copied when the next one arrives.
      let items = Array(self.messages[known...])
      let silence = fate == .silent ? request.timeout ?? .seconds(86_400) : .zero
      let result: Result<HTTPResponse, TransportError> =
        switch fate {
        case .done: .success(HTTPResponse(status: 200, body: body.encoded()))
        case .refused: .success(HTTPResponse(status: 503))
        case .lostBefore, .lostAfter:
          .failure(TransportError(.broken, "the simulated connection broke"))
        case .silent: .failure(TransportError(.timeout, "the simulated queue is silent"))
        }
      self.timeline.after(silence + self.random.milliseconds(5...60)) {
        guard !sandbox.environment.isKilled else { return }
        if fate == .done { for item in items { item.isConfirmed = true } }
        sandbox.environment.reply = result
        self.go(on: sandbox)
      }
    }
  }

  private func fate() -> Fate {
    guard !areFaultsOver, scenario.weather != .calm, random.chance(max(scenario.faultRate, 0.02))
    else { return .done }
    fault("calls of SQS that fail")
    return random.pick([.refused, .lostBefore, .lostAfter, .silent])
  }

  private func carryOut(_ request: HTTPRequest, _ delivery: Delivery) -> JSONValue {
    let operation = request.headers["X-Amz-Target"] ?? ""
    let body = (try? JSONValue.parse(request.body)) ?? [:]
    let entries = body["Entries"]?.arrayValue ?? []
    let queue = String((body["QueueUrl"]?.stringValue ?? "").split(separator: "/").last ?? "")
    note("\(operation) with \(entries.count) entries")
    switch operation {
    case "AmazonSQS.GetQueueAttributes":
      let mapping = queue == work?.name ? work ?? events : events
      let redrive: JSONValue = [
        "deadLetterTargetArn": .string(Mapping.arn(mapping.deadLetterQueue)),
        "maxReceiveCount": .integer(Int64(mapping.maxReceiveCount)),
      ]
      return [
        "Attributes": [
          "VisibilityTimeout": .string("\(scenario.visibility.components.seconds)"),
          "RedrivePolicy": .string(Notification.text(redrive)),
        ]
      ]
    case "AmazonSQS.ChangeMessageVisibilityBatch": entries.forEach(changeVisibility)
    case "AmazonSQS.SendMessageBatch" where queue == work?.name:
      return takeItems(entries, from: delivery)
    case "AmazonSQS.SendMessageBatch":
      for entry in entries {
        let id = entry["MessageAttributes"]?["MessageId"]?["StringValue"]?.stringValue
        guard let message = id.flatMap(message(withID:)),
          entry["MessageBody"]?.stringValue == String(decoding: message.body, as: UTF8.self),
          queue == message.mapping.deadLetterQueue
        else {
          violation("a dead letter is of no message")
          continue
        }
        if message.receives < 3, !areFaultsOver {
          violation("\(message.id) was given up at receive \(message.receives)")
        }
        message.isBuried = true
      }
    default: violation("\(operation) is no call of the function")
    }
    return [
      "Successful": .array(entries.map { ["Id": $0["Id"] ?? ""] }), "Failed": [],
    ]
  }

  /// Finds a message by `message-number`.
  private func message(withID id: String) -> Message? {
    guard let number = Int(id.dropFirst("message-".count)), messages.indices.contains(number),
      messages[number].id == id
    else { return nil }
    return messages[number]
  }

  /// Finds a message by the handle of its last receive, `handle-message-number-receive`.
  private func message(withHandle handle: String) -> Message? {
    let parts = handle.split(separator: "-")
    guard parts.count == 4, let message = message(withID: "\(parts[1])-\(parts[2])"),
      message.handle == handle
    else { return nil }
    return message
  }

  private func changeVisibility(_ entry: JSONValue) {
    guard let handle = entry["ReceiptHandle"]?.stringValue,
      let seconds = entry["VisibilityTimeout"]?.integerValue,
      let message = message(withHandle: handle), !message.isVisible, !message.isDeleted
    else { return }
    fault("visibilities changed")
    let receipt = message.receives
    message.visibilities += 1
    let change = message.visibilities
    timeline.after(.seconds(seconds)) {
      if message.receives == receipt, message.visibilities == change { self.show(message) }
    }
  }
}
