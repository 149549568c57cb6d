import Foundation
import LocalCloud
import Logging
import Testing

@Suite("Handing messages back to their queue")
struct MessageReturnerTests {
  // MARK: - Waiting

  @Test("a message that meets an outage comes back in seconds, and then slower and slower")
  func backoff() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 1_000)
    var waits: [Int64] = []
    for _ in 0..<4 {
      #expect(world.deliver()?.count == 1)
      waits += world.waits
      world.pass(.seconds((world.waits.first ?? 0) + 1))
    }
    #expect(waits == [10, 20, 40, 80])
    #expect(world.sqs.calls(of: .getQueueAttributes).count == 1)
    world.cloudFront.dropFaults()
    #expect(world.deliver() == [])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
    #expect(world.dead.isEmpty)
  }

  @Test("an outage of eight hours fails nothing, and the change is told within 15 minutes after it")
  func longOutage() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 1_000)
    let deliveries = world.deliver(for: .seconds(8 * 3_600))
    #expect((30...50).contains(deliveries))
    #expect(world.sqs.messages(in: world.queue).count == 1)
    world.cloudFront.dropFaults()
    #expect(world.deliver(for: .seconds(20 * 60)) == 1)
    // Of the bucket's two distributions only one serves what lies at its top.
    #expect(world.cloudFront.invalidations.map(\.paths) == [["/a.txt"]])
    #expect(world.dead.isEmpty)
  }

  @Test("success asks SQS for nothing")
  func success() throws {
    let world = try QueueWorld()
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    #expect(world.deliver() == [])
    #expect(world.sqs.calls.isEmpty)
  }

  @Test("a batch of 25 takes three calls, and the messages that are done are not in them")
  func batches() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    for number in 0..<25 { world.sqs.send(QueueWorld.body("\(number).txt"), to: world.queue) }
    world.sqs.send(#"{"Event":"s3:TestEvent"}"#, to: world.queue)
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 100)
    #expect(world.deliver()?.count == 25)
    #expect(world.sqs.calls(of: .changeMessageVisibilityBatch).count == 3)
    #expect(world.waits == [Int64](repeating: 10, count: 25))
  }

  // MARK: - Dead letters

  @Test("an unreadable message goes to the dead-letter queue at its third receive, with its reason")
  func permanent() throws {
    let world = try QueueWorld()
    let sent = world.sqs.send("{\"key\": \"caf\u{E9}\"}", to: world.queue)
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    #expect(world.deliver() == [sent])
    world.pass(.seconds(11))
    #expect(world.deliver() == [sent])
    #expect(world.dead.isEmpty)
    world.pass(.seconds(21))
    #expect(world.deliver() == [])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
    let letter = try #require(world.dead.first)
    #expect(letter.body == "{\"key\": \"caf\u{E9}\"}")
    #expect(letter.attributes["ErrorType"] == "Function.UnrecognizedEvent")
    #expect(letter.attributes["ErrorMessage"]?.contains(sent) == true)
    #expect(letter.attributes["ReceiveCount"] == "3")
    #expect(letter.attributes["MessageId"] == sent)
    #expect(letter.attributes["Queue"] == world.sqs.arn(of: world.queue))
    #expect(letter.attributes["FirstSeen"]?.hasPrefix("2026-11-20T18:04:05") == true)
    #expect(world.log.messages(.warning).contains("Moved a message to the dead-letter queue"))
    #expect(world.log.lines.last?.metadata["ignored"] != nil)
  }

  @Test("a missing permission ends at the tenth receive, after most of an hour")
  func denied() throws {
    let world = try QueueWorld { $0.deniedActions = ["cloudfront:CreateInvalidation"] }
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    #expect(world.deliver(for: .seconds(45 * 60)) == 9)
    #expect(world.dead.isEmpty)
    #expect(world.deliver(for: .seconds(15 * 60)) == 1)
    #expect(world.dead.map { $0.attributes["ErrorType"] } == ["Function.CloudFrontAccessDenied"])
  }

  @Test("after 72 hours a message goes there whatever time might cure")
  func age() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 10_000)
    _ = world.deliver(for: .seconds(71 * 3_600))
    #expect(world.dead.isEmpty)
    _ = world.deliver(for: .seconds(3 * 3_600))
    #expect(
      world.dead.map { $0.attributes["ErrorType"] } == ["Function.CloudFrontServiceUnavailable"])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
  }

  @Test("a body that SQS escapes otherwise, or of 1 MiB, arrives byte for byte")
  func bodies() throws {
    let world = try QueueWorld()
    // Foundation's JSON, which the fake reads with, drops U+FEFF at the start of a text.
    let odd = "\"\\\t\r\n/ \u{FEFF}\u{7F}\u{85}\u{2028} e\u{301} \u{1F980}"
    let large = String(repeating: "x", count: 1 << 20)
    for body in [odd, large] { world.sqs.send(body, to: world.queue) }
    _ = world.deliver(for: .seconds(60))
    let bodies = world.dead.map { Array($0.body.utf8) }
    #expect(bodies.first == Array(odd.utf8))
    // Not in the expectation itself, which would print a megabyte.
    let isLargeEqual = bodies.last == Array(large.utf8)
    #expect(bodies.count == 2 && isLargeEqual)
  }

  // MARK: - Calls that fail

  @Test(
    "a message whose dead letter is not confirmed comes back and goes there later",
    arguments: [
      SQSFault.throttle, .internalError, .unavailableHTML, .resetBeforeAccepting, .halfAnswer,
      .denied, .firstEntryFails,
    ])
  func unconfirmed(fault: SQSFault) throws {
    let world = try QueueWorld(maxReceiveCount: 100)
    let sent = world.sqs.send("no JSON", to: world.queue)
    // Two deliveries, and the third is due.
    _ = world.deliver(for: .seconds(25))
    world.pass(.seconds(10))
    world.sqs.script(fault, on: .sendMessageBatch, times: 10)
    #expect(world.deliver() == [sent])
    // Not by a call of ours: the queue's own timeout.
    #expect((180...185).contains(world.waits.first ?? -1))
    world.sqs.dropFaults()
    world.pass(.seconds(190))
    #expect(world.deliver() == [])
    #expect(world.dead.contains { $0.attributes["MessageId"] == sent })
  }

  @Test("a lost answer counts as not confirmed, so that a dead letter may be there twice")
  func lostAnswer() throws {
    let world = try QueueWorld()
    let sent = world.sqs.send("no JSON", to: world.queue)
    // Two deliveries, and the third is due.
    _ = world.deliver(for: .seconds(25))
    world.pass(.seconds(10))
    world.sqs.script(.resetAfterAccepting, on: .sendMessageBatch, times: 10)
    #expect(world.deliver() == [sent])
    // Three attempts, and libcurl's own on a fresh connection.
    #expect((2...4).contains(world.dead.count))
    #expect(world.dead.allSatisfy { $0.attributes["MessageId"] == sent })
  }

  @Test(
    "a message whose visibility can't be changed comes back by the queue's own",
    arguments: [
      SQSFault.throttle, .internalError, .unavailableHTML, .resetBeforeAccepting, .denied,
      .firstEntryFails,
    ])
  func unchanged(fault: SQSFault) throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    world.cloudFront.script(.unavailable, on: .createInvalidation)
    // Twice, because libcurl itself tries again when a connection that it kept is reset.
    world.sqs.script(fault, on: .changeMessageVisibilityBatch, times: 2)
    #expect(world.deliver()?.count == 1)
    #expect((180...185).contains(world.waits.first ?? -1))
    world.pass(.seconds(190))
    #expect(world.deliver() == [])
  }

  @Test("after one call without an answer no further call takes its time")
  func manyUnchanged() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "1"])
    for number in 0..<50 { world.sqs.send(QueueWorld.body("\(number).txt"), to: world.queue) }
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 100)
    world.sqs.script(.internalError, on: .changeMessageVisibilityBatch, times: 100)
    #expect(world.deliver()?.count == 50)
    #expect(world.sqs.calls(of: .changeMessageVisibilityBatch).count == 1)
  }

  @Test("without GetQueueAttributes everything is as the queue has it, and says so once")
  func unknownQueue() throws {
    let world = try QueueWorld()
    world.sqs.configure { $0.deniedActions = ["sqs:GetQueueAttributes"] }
    world.sqs.send("no JSON", to: world.queue)
    #expect(world.deliver()?.count == 1)
    #expect((180...185).contains(world.waits.first ?? -1))
    world.pass(.seconds(190))
    #expect(world.deliver()?.count == 1)
    #expect(world.sqs.calls.allSatisfy { $0.operation == .getQueueAttributes })
    let warnings = world.log.messages(.warning).filter { $0.contains("sqs:GetQueueAttributes") }
    #expect(warnings.count == 1)
  }

  @Test("a silent SQS does not take the time for the answer")
  func silent() throws {
    let world = try QueueWorld(["AWS_MAX_ATTEMPTS": "2"])
    world.sqs.send("no JSON", to: world.queue)
    world.sqs.script(.hang, on: .getQueueAttributes, times: 10)
    world.transport.isQueueSilent = true
    #expect(world.deliver(timeout: .seconds(10))?.count == 1)
    // From the delivery until now, less than the timeout: one second is kept for the answer.
    #expect(185 - (world.waits.first ?? 0) <= 9)
  }

  // MARK: - FIFO

  @Test("in a FIFO queue all that follow a failed message come back together with it")
  func fifo() throws {
    let world = try QueueWorld(queue: "cdn-events.fifo")
    let first = world.sqs.send(QueueWorld.body("a.txt"), to: world.queue, groupID: "g")
    let bad = world.sqs.send("no JSON", to: world.queue, groupID: "g")
    let last = world.sqs.send(QueueWorld.body("b.txt"), to: world.queue, groupID: "g")
    #expect(world.deliver() == [bad, last])
    #expect(!world.sqs.messages(in: world.queue).contains { $0.id == first })
    #expect(world.waits == [10, 10])
    world.pass(.seconds(11))
    #expect(world.deliver() == [bad, last])
    world.pass(.seconds(21))
    // The dead letter is confirmed, so nothing stands before the last one any more.
    #expect(world.deliver() == [])
    #expect(world.dead.map(\.groupID) == ["g"])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
  }

  @Test("in a FIFO queue a dead letter does not overtake a message that waits")
  func fifoOrder() throws {
    let world = try QueueWorld(queue: "cdn-events.fifo", ["AWS_MAX_ATTEMPTS": "1"])
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue, groupID: "g")
    world.sqs.send("no JSON", to: world.queue, groupID: "g")
    world.cloudFront.script(.unavailable, on: .createInvalidation, times: 100)
    _ = world.deliver(for: .seconds(300))
    #expect(world.dead.isEmpty)
    world.cloudFront.dropFaults()
    _ = world.deliver(for: .seconds(900))
    #expect(world.dead.count == 1)
    #expect(world.sqs.messages(in: world.queue).isEmpty)
  }

  // MARK: - Where nothing is done

  @Test("a queue that fails whole batches, and a dry run, get no call")
  func untouched() throws {
    for environment in [["SQS_FAILURES": "throw"], ["DRY_RUN": "true"]] {
      let world = try QueueWorld(environment)
      world.sqs.send("no JSON", to: world.queue)
      #expect(world.deliver()?.count == 1)
      #expect(world.sqs.calls.isEmpty)
    }
  }
}
