import Foundation

/// A fake of SQS's API and of the queues themselves: a message is received, becomes visible again,
/// moves to the dead-letter queue and is deleted as with the real one.
///
/// It speaks SQS's JSON protocol on 127.0.0.1, as an endpoint for `AWS_ENDPOINT_URL_SQS`. Tests and
/// ``SQSMapping`` send and receive by calling it.
package final class FakeSQS: Sendable {
  struct State {
    var settings: FakeSQSSettings
    var queues: [String: FakeQueue] = [:]
    var calls: [SQSCall] = []
    var faults: [(operation: SQSOperation, fault: SQSFault)] = []
    var numbers = 0

    var now: Int64 { settings.wallMilliseconds() }

    /// Returns a number that was not there before.
    mutating func number() -> Int {
      numbers += 1
      return numbers
    }

    /// Puts a message into a queue; returns its id.
    mutating func add(
      _ body: String, attributes: [String: String] = [:], groupID: String? = nil,
      delaySeconds: Int = 0, to queue: String
    ) -> String {
      let id = FakeSQS.id(number())
      let message = FakeMessage(
        id: id, body: body, attributes: attributes, groupID: groupID, sentAt: now,
        visibleAt: now + Int64(delaySeconds) * 1_000)
      queues[queue]?.messages.append(message)
      return id
    }
  }

  let state: Locked<State>
  private let server: LoopbackServer

  /// Starts to listen on an ephemeral port of 127.0.0.1.
  package init(_ settings: FakeSQSSettings = FakeSQSSettings(), queues: [FakeQueue] = [])
    throws(LocalCloudError)
  {
    var first = State(settings: settings)
    for queue in queues { first.queues[queue.name] = queue }
    state = Locked(first)
    server = try LoopbackServer()
    try server.start { [weak self] in self?.reply(to: $0) ?? .close }
  }

  deinit {
    server.stop()
  }

  /// `http://127.0.0.1:port`, without a slash at the end.
  package var endpoint: String { "http://\(server.address)" }

  /// Closes all connections and stops.
  package func stop() { server.stop() }

  /// Changes the settings while it runs.
  package func configure(_ change: (inout FakeSQSSettings) -> Void) {
    state.withLock { change(&$0.settings) }
  }

  /// All calls so far, including the refused ones.
  package var calls: [SQSCall] { state.withLock { $0.calls } }

  /// Returns the calls of one operation so far.
  package func calls(of operation: SQSOperation) -> [SQSCall] {
    calls.filter { $0.operation == operation }
  }

  /// Makes the next calls of an operation go wrong, after the faults scripted before. A fault
  /// affects only a request with a valid signature.
  package func script(_ fault: SQSFault, on operation: SQSOperation, times: Int = 1) {
    state.withLock { state in
      for _ in 0..<times { state.faults.append((operation, fault)) }
    }
  }

  /// Drops the scripted faults that have not been used.
  package func dropFaults() { state.withLock { $0.faults.removeAll() } }

  /// Returns a queue's ARN.
  package func arn(of queue: String) -> String {
    let settings = state.withLock { $0.settings }
    return "arn:aws:sqs:\(settings.region):\(settings.accountID):\(queue)"
  }

  /// Returns what is in a queue, oldest first.
  package func messages(in queue: String) -> [FakeMessage] {
    state.withLock { $0.queues[queue]?.messages ?? [] }
  }

  /// Sends a message; returns its id.
  @discardableResult
  package func send(
    _ body: String, to queue: String, attributes: [String: String] = [:], groupID: String? = nil
  ) -> String {
    state.withLock { $0.add(body, attributes: attributes, groupID: groupID, to: queue) }
  }

  /// Sends a message as the bridge gives one up whose permission is missing.
  package func sendDeadLetter(_ body: String, to queue: String) {
    let attributes = [
      "ErrorType": "Function.CloudFrontAccessDenied",
      "ErrorMessage": "AWS denied CreateInvalidation.",
    ]
    send(body, to: queue, attributes: attributes)
  }

  /// Makes all messages of a queue visible that nobody has received, whatever their delay.
  package func endDelays(of queue: String) {
    state.withLock { state in
      let now = state.now
      for index in state.queues[queue]?.messages.indices ?? 0..<0
      where state.queues[queue]?.messages[index].receiveCount == 0 {
        state.queues[queue]?.messages[index].visibleAt = now
      }
    }
  }

  /// Receives what is visible. A message that was received too often goes to the dead-letter queue
  /// instead.
  ///
  /// - Parameter hidden: how long nobody else receives it; nil takes the queue's own time.
  package func receive(
    from queue: String, most: Int, hidden: Duration? = nil
  ) -> [FakeMessage] {
    state.withLock { state in
      var received: [FakeMessage] = []
      let now = state.now
      while received.count < most, var source = state.queues[queue] {
        // What this loop has taken already does not lock its group.
        let taken = Set(received.map(\.id))
        var rest = source
        rest.messages.removeAll { taken.contains($0.id) }
        guard let next = rest.nextVisible(at: now).map({ rest.messages[$0].id }),
          let index = source.messages.firstIndex(where: { $0.id == next })
        else { break }
        if let target = source.deadLetterQueue,
          source.messages[index].receiveCount >= source.maxReceiveCount
        {
          var dead = source.messages.remove(at: index)
          dead.visibleAt = now
          state.queues[queue] = source
          state.queues[target]?.messages.append(dead)
          continue
        }
        source.messages[index].receiveCount += 1
        source.messages[index].firstReceivedAt = source.messages[index].firstReceivedAt ?? now
        source.messages[index].visibleAt =
          now + (hidden ?? source.visibility).milliseconds
        source.messages[index].receiptHandle =
          "handle-\(state.number())-\(source.messages[index].id)"
        received.append(source.messages[index])
        state.queues[queue] = source
      }
      return received
    }
  }

  /// Lets the visibility timeout of all messages of a queue end at once.
  package func showAll(in queue: String) {
    state.withLock { state in
      let now = state.now
      for index in state.queues[queue]?.messages.indices ?? 0..<0 {
        state.queues[queue]?.messages[index].visibleAt = now
      }
    }
  }

  /// Deletes a message, if the handle is that of its last receive.
  package func delete(_ message: FakeMessage, from queue: String) {
    state.withLock { state in
      state.queues[queue]?.messages.removeAll {
        $0.id == message.id && $0.receiptHandle == message.receiptHandle
      }
    }
  }

  private static func id(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "059f36b4-87a3-44ab-83d2-" + String(repeating: "0", count: max(12 - digits.count, 0))
      + digits
  }
}
