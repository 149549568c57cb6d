import Failures
import JSON
import Testing

@testable import S3Events

@Suite("What a queue says of its messages")
struct QueueDeliveryTests {
  private func message(
    _ id: String, body: String = "{}", handle: JSONValue? = "h", receives: String = "1",
    group: String? = nil
  ) -> JSONValue {
    var attributes: [(key: String, value: JSONValue)] = [
      (key: "ApproximateReceiveCount", value: .string(receives)),
      (key: "SentTimestamp", value: "1795197845100"),
      (key: "ApproximateFirstReceiveTimestamp", value: "1795197846200"),
    ]
    if let group { attributes.append((key: "MessageGroupId", value: .string(group))) }
    var members: [(key: String, value: JSONValue)] = [
      (key: "messageId", value: .string(id)), (key: "body", value: .string(body)),
      (key: "attributes", value: .object(attributes)), (key: "eventSource", value: "aws:sqs"),
      (key: "eventSourceARN", value: "arn:aws:sqs:eu-west-1:123456789012:q"),
    ]
    if let handle { members.append((key: "receiptHandle", value: handle)) }
    return .object(members)
  }

  private func event(_ messages: JSONValue...) -> [UInt8] {
    JSONValue.object([(key: "Records", value: .array(messages))]).encoded()
  }

  @Test("handle, queue, number of receives and times are kept")
  func delivery() throws {
    let decoded = EventDecoder().decode(event(message("m1", receives: "7")))
    let delivery = try #require(decoded.messages[0].delivery)
    #expect(delivery.receiptHandle == "h")
    #expect(delivery.queueARN == "arn:aws:sqs:eu-west-1:123456789012:q")
    #expect(delivery.receiveCount == 7)
    #expect(delivery.sentAt == 1_795_197_845_100)
    #expect(delivery.firstReceivedAt == 1_795_197_846_200)
  }

  @Test(
    "without a handle there is nothing to answer the queue about",
    arguments: [nil, "", 1] as [JSONValue?])
  func noHandle(handle: JSONValue?) {
    let decoded = EventDecoder().decode(event(message("m1", handle: handle)))
    #expect(decoded.messages[0].delivery == nil)
  }

  @Test("a number of receives that can't be read counts as the first", arguments: ["", "x", "-1"])
  func oddCount(text: String) {
    let decoded = EventDecoder().decode(event(message("m1", receives: text)))
    #expect(decoded.messages[0].delivery?.receiveCount == 1)
  }

  @Test("bodies and groups are read once more only for those who ask")
  func rawMessages() {
    let body = "\u{FEFF}{\"a\": \"\u{E9}\\u00e9\\n\"}\n"
    let event = event(message("m1"), message("m2", body: body, group: "g"), message("m3"))
    #expect(
      EventDecoder().rawMessages([1, 9], of: event)
        == [1: RawMessage(body: body, groupID: "g")])
    #expect(EventDecoder().rawMessages([0], of: Array("no JSON".utf8)) == [:])
  }

  // MARK: - Trials

  @Test("messages that were received before are tried first, the others never")
  func trial() {
    let event = event(message("m1"), message("m2", receives: "2"), message("m3", receives: "3"))
    var tried: [[Int]] = []
    let decoded = EventDecoder().decode(event) { suspects, decode in
      tried.append(suspects)
      suspects.forEach(decode)
      return [1: .fatal, 2: .untried]
    }
    #expect(tried == [[1, 2]])
    #expect(decoded.messages[0].failures.map(\.errorType.name) == ["Function.UnrecognizedEvent"])
    #expect(decoded.messages[1].failures == [.fatal(place: "Message m2")])
    #expect(decoded.messages[1].failures.map(\.errorType.name) == ["Function.FatalMessage"])
    #expect(decoded.messages[1].delivery?.receiveCount == 2)
    #expect(decoded.messages[2].failures == [.untried(place: "Message m3")])
  }

  @Test("a batch of fresh messages is not tried")
  func fresh() {
    _ = EventDecoder().decode(event(message("m1"), message("m2"))) { _, _ in
      Issue.record("it was tried")
      return [:]
    }
  }
}
