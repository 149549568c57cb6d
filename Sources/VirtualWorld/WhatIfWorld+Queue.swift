import ChangeHistory
import Encoding
import JSON

/// A message of the queue, which tells of one change.
final class WhatIfMessage {
  let number: Int
  let change: HistoricChange
  let sentAt: Int64
  var receives = 0
  /// How often it became invisible or was told when to appear, so that an older plan for it is
  /// void.
  var plans = 0
  var isDead = false

  init(number: Int, change: HistoricChange, sentAt: Int64) {
    self.number = number
    self.change = change
    self.sentAt = sentAt
  }

  var handle: String { "\(number)-\(receives)" }
}

// The queue, and the mapping that gathers its messages.
extension WhatIfWorld {
  func arrive(_ change: HistoricChange, _ number: Int) {
    messages[number] = WhatIfMessage(
      number: number, change: change, sentAt: timeline.wallMilliseconds)
    show(number)
  }

  private func show(_ number: Int) {
    ready.append(number)
    poll()
  }

  /// Receives what is visible if an invocation may run, and gathers it for the window's time or
  /// until the batch is full.
  func poll() {
    while readyHead < ready.count, collecting != nil || running < settings.concurrency {
      if collecting == nil {
        collecting = []
        collection += 1
        let number = collection
        timeline.after(.seconds(settings.window) + .milliseconds(20)) {
          if self.collection == number { self.flush() }
        }
      }
      while readyHead < ready.count, (collecting?.count ?? 0) < settings.batchSize {
        let number = ready[readyHead]
        readyHead += 1
        if let message = messages[number] { receive(message) }
      }
      if readyHead > 4_096 {
        ready.removeFirst(readyHead)
        readyHead = 0
      }
      guard collecting?.count ?? 0 >= settings.batchSize else { return }
      flush()
    }
  }

  private func receive(_ message: WhatIfMessage) {
    message.receives += 1
    guard message.receives <= settings.maxReceiveCount else {
      message.isDead = true
      outcome.deadLetters += 1
      return
    }
    collecting?.append(message)
    hide(message, for: settings.visibility)
  }

  /// Makes a message appear after a time, unless it is done before.
  func hide(_ message: WhatIfMessage, for time: Duration) {
    message.plans += 1
    let plan = message.plans
    let number = message.number
    timeline.after(time) { [weak message] in
      guard let message, message.plans == plan, !message.isDead else { return }
      self.show(number)
    }
  }

  private func flush() {
    let batch = collecting ?? []
    collecting = nil
    collection += 1
    if !batch.isEmpty { invoke(batch) }
    timeline.after(.milliseconds(1)) { self.poll() }
  }

  /// Takes a message for done.
  func delete(_ message: WhatIfMessage) {
    guard messages.removeValue(forKey: message.number) != nil else { return }
    outcome.lags.append(timeline.wallMilliseconds - message.change.milliseconds)
  }

  /// The event of a function that the queue invokes.
  func event(_ batch: [WhatIfMessage]) -> [UInt8] {
    let records = batch.map { message -> JSONValue in
      [
        "messageId": .string("\(message.number)"), "receiptHandle": .string(message.handle),
        "body": .string(String(decoding: notification(message).encoded(), as: UTF8.self)),
        "attributes": [
          "ApproximateReceiveCount": .string("\(message.receives)"),
          "SentTimestamp": .string("\(message.sentAt)"),
        ],
        "messageAttributes": [:], "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:cdn-events",
        "awsRegion": .string(WhatIfWorld.region),
      ]
    }
    return (["Records": .array(records)] as JSONValue).encoded()
  }

  private func notification(_ message: WhatIfMessage) -> JSONValue {
    let change = message.change
    let digits = String(message.number + 0x5500_0000, radix: 16, uppercase: true)
    return [
      "Records": [
        [
          "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": .string(WhatIfWorld.region),
          "eventTime": .string(
            CivilTime(millisecondsSinceEpoch: change.milliseconds).iso8601),
          "eventName": change.isRemoval ? "ObjectRemoved:Delete" : "ObjectCreated:Put",
          "s3": [
            "bucket": ["name": .string(change.bucket)],
            "object": [
              "key": .string(
                String(decoding: PercentEncoding.path.encode(change.key), as: UTF8.self)),
              "sequencer": .string(String(repeating: "0", count: 16 - digits.count) + digits),
            ],
          ],
        ]
      ]
    ]
  }
}
