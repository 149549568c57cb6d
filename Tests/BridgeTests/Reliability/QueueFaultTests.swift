import Foundation
import LocalCloud
import Testing

/// Every fault on every call of SQS, met by the built `bootstrap`: which messages are handed back,
/// when they are delivered again, and that the next delivery does what is left, once.
@Suite("The faults of SQS and the bootstrap process")
struct QueueFaultTests {
  struct Cell: CustomTestStringConvertible {
    var operation: SQSOperation
    var fault: SQSFault

    var testDescription: String { "\(operation.rawValue), \(fault)" }
    /// Whether the fake does what it is asked for all the same.
    var isCarriedOut: Bool { fault == .resetAfterAccepting || fault == .halfAnswer }
  }

  static let cells = SQSOperation.ofFunction.flatMap { operation in
    ([
      .throttle, .internalError, .unavailableHTML, .denied, .resetBeforeAccepting,
      .resetAfterAccepting, .halfAnswer, .hang,
    ] + (operation == .getQueueAttributes ? [] : [SQSFault.firstEntryFails]))
    .map { Cell(operation: operation, fault: $0) }
  }

  /// A batch of one message that meets an outage and of one that nobody can read, at its third
  /// receive.
  @Test("nothing is lost, and nothing waits longer than by the queue itself", arguments: cells)
  func cell(cell: Cell) throws {
    func realTime() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
    let world = try QueueWorld(start: realTime())
    let mapping = SQSMapping(world.sqs, queue: world.queue)
    let bad = world.sqs.send("no JSON", to: world.queue)
    for _ in 0..<2 {
      _ = world.sqs.receive(from: world.queue, most: 1)
      world.pass(.seconds(190))
    }
    let good = world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    let bootstrap = try BootstrapProcess(
      cloudFront: world.cloudFront,
      environment: [
        "SQS_FAILURES": "report", "AWS_ENDPOINT_URL_SQS": world.sqs.endpoint,
        "AWS_MAX_ATTEMPTS": "1",
      ])
    var deliveries = 0
    func deliver() throws -> [String] {
      let batch = try #require(mapping.receive())
      deliveries += 1
      bootstrap.runtimeAPI.enqueue(
        FakeInvocation(
          event: batch.event, requestID: "r\(deliveries)",
          // Three seconds of margin, of which one is kept: two for a call that gets no answer.
          deadlineMilliseconds: realTime() + 6_000))
      let outcome = try #require(
        bootstrap.runtimeAPI.waitForOutcome(of: "r\(deliveries)", timeout: .seconds(20)))
      #expect(outcome.kind == .response)
      return mapping.settle(batch, answer: outcome.body)
    }

    world.cloudFront.script(.unavailable, on: .createInvalidation)
    // Twice, because libcurl itself tries again when a connection that it kept is reset.
    world.sqs.script(cell.fault, on: cell.operation, times: 2)
    let returned = try deliver()
    world.sqs.dropFaults()
    let isBuried = cell.operation == .changeMessageVisibilityBatch
    #expect(returned == (isBuried ? [good] : [bad, good]))
    let isThere = isBuried || cell.operation == .sendMessageBatch && cell.isCarriedOut
    #expect(world.dead.isEmpty != isThere)
    let isPostponed =
      cell.operation == .sendMessageBatch
      || cell.operation == .changeMessageVisibilityBatch && cell.isCarriedOut
    let waits = world.waits
    #expect(isPostponed ? (9...13).contains(waits.last ?? 0) : waits.last ?? 0 > 170)
    #expect(waits.allSatisfy { $0 <= 185 })

    world.pass(.seconds(190))
    #expect(try deliver() == [])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
    #expect(world.dead.allSatisfy { $0.body == "no JSON" })
    #expect((1...3).contains(world.dead.count))
    #expect(world.cloudFront.invalidations.map(\.paths) == [["/a.txt"]])
    #expect(world.sqs.calls.allSatisfy { $0.request["X-Amzn-Trace-Id"] == nil })
  }
}
