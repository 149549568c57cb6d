import ChangeHistory

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
  /// The message of a change arrives in the queue.
  func arrive(_ number: Int) {
    messages[number] = WhatIfMessage(
      number: number, change: history.changes[number], sentAt: timeline.wallMilliseconds)
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
      pending -= 1
      lastWork = timeline.now
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
    pending -= 1
    lastWork = timeline.now
    outcome.lags.append(timeline.wallMilliseconds - message.change.milliseconds)
  }

  /// The event of a function that the queue invokes.
  func event(_ batch: [WhatIfMessage]) -> [UInt8] {
    var event = Array(#"{"Records":["#.utf8)
    event.reserveCapacity(batch.reduce(64) { $0 + history.bodies[$1.number].count + 400 })
    for (place, message) in batch.enumerated() {
      event += #"\#(place == 0 ? "" : ","){"messageId":"\#(message.number)","#.utf8
      event += #""receiptHandle":"\#(message.handle)","body":"#.utf8
      event += history.bodies[message.number]
      event += #","attributes":{"ApproximateReceiveCount":"\#(message.receives)","#.utf8
      event += #""SentTimestamp":"\#(message.sentAt)"},"messageAttributes":{},"#.utf8
      event += WhatIfWorld.queue
    }
    event += "]}".utf8
    return event
  }

  /// The members that are the same in every message of the queue.
  private static let queue = Array(
    #""eventSource":"aws:sqs","eventSourceARN":"\#(arn)","awsRegion":"\#(region)"}"#.utf8)
  private static let arn = "arn:aws:sqs:us-east-1:123456789012:cdn-events"
}
