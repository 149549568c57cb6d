import AWSJSON
import JSON
import LocalCloud
import Testing

@testable import SQSAPI

@Suite("The SQS client")
struct SQSClientTests {
  // MARK: - What it asks for

  @Test("reads where a queue's dead letters go, how soon, and its visibility timeout")
  func attributes() throws {
    let world = try SQSWorld()
    let found = try world.client.attributes(of: try #require(world.arn), deadline: nil)
    #expect(found.visibility == .seconds(185))
    #expect(found.deadLetterQueue == world.deadARN)
    #expect(found.maxReceiveCount == 100)
    let dead = try world.client.attributes(of: try #require(world.deadARN), deadline: nil)
    #expect(dead.deadLetterQueue == nil)
  }

  @Test("changes the visibility of each message of a batch to its own time")
  func visibility() throws {
    let world = try SQSWorld()
    for body in ["a", "b"] { world.sqs.send(body, to: SQSWorld.queue) }
    let messages = world.sqs.receive(from: SQSWorld.queue, most: 10)
    let results = try world.client.changeVisibility(
      [
        VisibilityChange(receiptHandle: messages[0].receiptHandle, seconds: 10),
        VisibilityChange(receiptHandle: "unknown", seconds: 10),
        VisibilityChange(receiptHandle: messages[1].receiptHandle, seconds: 900),
      ], in: try #require(world.arn), deadline: nil)
    #expect(results.map { $0?.code } == [nil, "ReceiptHandleIsInvalid", nil])
    let visible = world.sqs.messages(in: SQSWorld.queue).map(\.visibleAt)
    #expect(visible[1] - visible[0] > 885_000)
  }

  @Test("sends bodies as they are, with attributes, and drops those that leave a body no room")
  func send() throws {
    let world = try SQSWorld()
    let body = "{\"key\":\"\u{10FFFF}\u{E9}e\u{301}\\u0001\\/\"}"
    let large = String(repeating: "x", count: 1 << 20)
    let attributes = [(name: "ErrorType", text: "Function.InvalidRecord")]
    let messages = [
      OutgoingMessage(body: body, attributes: attributes),
      OutgoingMessage(body: large, attributes: attributes),
    ]
    for batch in OutgoingMessage.batches(of: messages) {
      let results = try world.client.send(
        Array(messages[batch]), to: try #require(world.deadARN), deadline: nil)
      #expect(results.allSatisfy { $0 == nil })
    }
    let arrived = world.sqs.messages(in: SQSWorld.deadLetters)
    #expect(arrived.map { Array($0.body.utf8) } == [Array(body.utf8), Array(large.utf8)])
    #expect(arrived.map(\.attributes) == [["ErrorType": "Function.InvalidRecord"], [:]])
  }

  @Test("sends group and deduplication id to a FIFO queue")
  func fifo() throws {
    let members = OutgoingMessage(body: "b", groupID: "g", deduplicationID: "d").members
    #expect(members.map(\.key) == ["MessageGroupId", "MessageDeduplicationId"])
  }

  @Test("signs each call and sends no trace header, whatever Lambda traces")
  func traceHeader() throws {
    let world = try SQSWorld()
    let arn = try #require(world.arn)
    _ = try world.client.attributes(of: arn, deadline: nil)
    _ = try world.client.changeVisibility(
      [VisibilityChange(receiptHandle: "h", seconds: 1)], in: arn, deadline: nil)
    _ = try world.client.send([OutgoingMessage(body: "b")], to: arn, deadline: nil)
    #expect(Set(world.sqs.calls.compactMap(\.operation)) == Set(SQSOperation.ofFunction))
    #expect(world.sqs.calls.allSatisfy { $0.status == 200 })
    for call in world.sqs.calls {
      #expect(!call.request.headers.contains { $0.name.lowercased().contains("trace") })
      // SQS would hand it on as a system attribute.
      #expect(!call.request.text.contains("AWSTraceHeader"))
    }
  }

  // MARK: - What goes wrong

  struct Cell: CustomTestStringConvertible {
    var operation: SQSOperation
    var fault: SQSFault
    var times: Int
    /// How many requests the client makes.
    var calls: Int
    var works: Bool

    var testDescription: String { "\(operation.rawValue), \(fault), \(times) times" }
  }

  /// Each fault on each call, once and for ever.
  static let cells: [Cell] = SQSOperation.ofFunction.flatMap { operation -> [Cell] in
    let passing: [SQSFault] = [
      .throttle, .internalError, .unavailableHTML, .resetBeforeAccepting, .resetAfterAccepting,
      .halfAnswer,
    ]
    return passing.flatMap { fault in
      [
        Cell(operation: operation, fault: fault, times: 1, calls: 2, works: true),
        Cell(operation: operation, fault: fault, times: 9, calls: 3, works: false),
      ]
    } + [
      Cell(operation: operation, fault: .denied, times: 1, calls: 1, works: false),
      // One third of the time left, at least two seconds: all of it here.
      Cell(operation: operation, fault: .hang, times: 1, calls: 1, works: false),
    ]
  }

  @Test("meets each fault on each call", arguments: cells)
  func fault(cell: Cell) throws {
    let world = try SQSWorld()
    let arn = try #require(world.arn)
    world.sqs.send("a", to: SQSWorld.queue)
    let message = world.sqs.receive(from: SQSWorld.queue, most: 1)[0]
    world.sqs.script(cell.fault, on: cell.operation, times: cell.times)
    let deadline = cell.fault == .hang ? world.deadline : nil
    var error: SQSError?
    do {
      switch cell.operation {
      case .getQueueAttributes: _ = try world.client.attributes(of: arn, deadline: deadline)
      case .changeMessageVisibilityBatch:
        let change = VisibilityChange(receiptHandle: message.receiptHandle, seconds: 9)
        let results = try world.client.changeVisibility([change], in: arn, deadline: deadline)
        #expect(results == [nil])
      case .sendMessageBatch:
        let results = try world.client.send(
          [OutgoingMessage(body: "b")], to: arn, deadline: deadline)
        #expect(results == [nil])
      case .getQueueURL, .receiveMessage, .deleteMessageBatch:
        Issue.record("The function does not call \(cell.operation).")
      }
    } catch let problem {
      error = problem
    }
    #expect((error == nil) == cell.works)
    #expect(world.sqs.calls(of: cell.operation).count == cell.calls)
    #expect(error?.isDenied ?? false == (cell.fault == .denied))
    if cell.fault == .denied { #expect("\(try #require(error))".contains(":cdn-events")) }
  }

  @Test("tells which entries of a batch failed, and takes one that nobody names for failed")
  func entries() throws {
    let world = try SQSWorld()
    world.sqs.script(.firstEntryFails, on: .sendMessageBatch)
    let results = try world.client.send(
      [OutgoingMessage(body: "a"), OutgoingMessage(body: "b")], to: try #require(world.deadARN),
      deadline: nil)
    #expect(results.map { $0?.code } == ["InternalError", nil])
    #expect(
      try EntryFailure.all(of: 2, json: ["Successful": [["Id": "1"]], "Failed": []])
        .map { $0?.code } == ["Unanswered", nil])
    #expect(throws: JSONAnswerError.self) { try EntryFailure.all(of: 1, json: ["x": 1]) }
  }
}
