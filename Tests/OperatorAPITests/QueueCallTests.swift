import AWSClient
import Clock
import HTTPTransport
import OperatorAPI
import Testing

/// Gives one answer to every request, and notes the requests.
private final class Script: Transport {
  let answer: HTTPResponse
  private(set) var requests: [HTTPRequest] = []

  init(_ body: String, status: Int = 200) {
    answer = HTTPResponse(status: status, body: Array(body.utf8))
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    return answer
  }

  func client(_ service: ServiceClient.Service) throws -> ServiceClient {
    try ServiceClient(
      service, region: "eu-west-1", environment: [:], transport: self,
      credentials: .environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]),
      time: TimeSource(
        wallMilliseconds: { 1_795_600_800_000 }, monotonic: { .zero }, sleep: { _ in }),
      random: { 0 })
  }

  var sent: String { String(decoding: requests.last?.body ?? [], as: UTF8.self) }
}

@Suite("The calls about queues and what they feed")
struct QueueCallTests {
  private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/q"

  @Test(
    "a batch tells of each entry what became of it, and of one that it leaves out that it failed")
  func partialFailure() throws {
    let script = Script(
      #"""
      {"Successful":[{"Id":"0","MessageId":"m0"}],
       "Failed":[{"Id":"1","Code":"InternalError","Message":"again","SenderFault":false}]}
      """#)
    let results = try script.client(.sqs).sendBatch(
      ["a", "b", "c"].map { QueueMessage(body: $0) }, toQueue: QueueCallTests.url)
    #expect(
      results == [
        .done("m0"), .failed("InternalError: again"),
        .failed("the answer does not name the entry"),
      ])
    #expect(script.requests.last?.headers["X-Amz-Target"] == "AmazonSQS.SendMessageBatch")
    #expect(script.requests.last?.url == "https://sqs.eu-west-1.amazonaws.com/")
  }

  @Test("batches have at most ten messages and a mebibyte")
  func batches() {
    let small = [QueueMessage](repeating: QueueMessage(body: "x"), count: 21)
    #expect(QueueMessage.batches(of: small) == [0..<10, 10..<20, 20..<21])
    let large = [QueueMessage](
      repeating: QueueMessage(body: String(repeating: "x", count: 600_000)), count: 3)
    #expect(QueueMessage.batches(of: large) == [0..<1, 1..<2, 2..<3])
    #expect(QueueMessage.batches(of: []).isEmpty)
  }

  @Test("received messages have body, handle and both kinds of attributes")
  func receive() throws {
    let script = Script(
      #"""
      {"Messages":[{"MessageId":"m","ReceiptHandle":"h","Body":"b",
        "Attributes":{"SentTimestamp":"1795600800000","ApproximateReceiveCount":"2"},
        "MessageAttributes":{"ErrorType":{"DataType":"String","StringValue":"E"},
          "Blob":{"DataType":"Binary","BinaryValue":"AA=="}}}]}
      """#)
    let messages = try script.client(.sqs).receiveMessages(
      fromQueue: QueueCallTests.url, hidden: 60, most: 1000)
    let message = try #require(messages.first)
    #expect(message.sentAt == 1_795_600_800_000)
    #expect(message.attributes == ["ErrorType": "E"])
    #expect(script.sent.contains(#""MaxNumberOfMessages":10"#))
    let none = try Script("{}").client(.sqs).receiveMessages(
      fromQueue: QueueCallTests.url, hidden: 60, most: 1)
    #expect(none.isEmpty)
  }

  @Test("a refusal names the action that a policy has to allow")
  func denied() throws {
    let script = Script(
      #"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}"#, status: 403)
    let error = #expect(throws: ServiceError.self) {
      _ = try script.client(.sqs).deleteBatch(["h"], fromQueue: QueueCallTests.url)
    }
    #expect(error?.action == "sqs:DeleteMessage")
  }

  @Test("the redrive policy's number is taken as a number and as a text")
  func facts() throws {
    let json =
      #"{"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:d\",\"maxReceiveCount\":\"5\"}"}}"#
    let facts = try QueueFacts(json: Array(json.utf8))
    #expect(facts.deadLetterARN == "arn:d")
    #expect(facts.maxReceiveCount == 5)
  }

  @Test("a mapping is switched by its id, with a body")
  func mapping() throws {
    let script = Script(
      #"""
      {"EventSourceMappings":[{"UUID":"u-1","State":"Enabled","BatchSize":10,
        "MaximumBatchingWindowInSeconds":5,"ScalingConfig":{"MaximumConcurrency":2},
        "EventSourceArn":"arn:aws:sqs:eu-west-1:1:q","FunctionResponseTypes":["ReportBatchItemFailures"],
        "FunctionArn":"arn:aws:lambda:eu-west-1:1:function:f"}]}
      """#)
    let mapping = try #require(try script.client(.lambda).mappings(of: "f").first)
    #expect(mapping.isOn && mapping.reportsItemFailures)
    #expect(mapping.maximumConcurrency == 2)
    #expect(mapping.queueARN == "arn:aws:sqs:eu-west-1:1:q")
    let answer = Script(#"{"UUID":"u-1","State":"Disabling"}"#)
    let changed = try answer.client(.lambda).setMapping(mapping, isOn: false)
    #expect(!changed.isOn)
    #expect(answer.requests.last?.method == .put)
    #expect(answer.requests.last?.url.hasSuffix("/2015-03-31/event-source-mappings/u-1") == true)
    #expect(answer.sent == #"{"Enabled":false}"#)
  }

  @Test("CloudWatch's latest figure is the age; without figures there is none")
  func oldest() throws {
    let script = Script(
      """
      <GetMetricStatisticsResponse><GetMetricStatisticsResult><Datapoints>
      <member><Timestamp>2026-11-25T10:01:00Z</Timestamp><Maximum>90.0</Maximum></member>
      <member><Timestamp>2026-11-25T10:00:00Z</Timestamp><Maximum>30.0</Maximum></member>
      </Datapoints></GetMetricStatisticsResult></GetMetricStatisticsResponse>
      """)
    let age = try script.client(.monitoring).oldestMessage(ofQueue: "q", now: 1_795_600_800_000)
    #expect(age == 90)
    #expect(script.requests.last?.url == "https://monitoring.eu-west-1.amazonaws.com/")
    #expect(script.sent.contains("StartTime=2026-11-25T09%3A45%3A00"))
    let none = try Script("<R><Datapoints/></R>").client(.monitoring).oldestMessage(
      ofQueue: "q", now: 0)
    #expect(none == nil)
  }
}
