import SQSAPI
import Testing

@Suite("Queue ARNs")
struct QueueARNTests {
  @Test(
    "are taken apart",
    arguments: [
      ("arn:aws:sqs:eu-west-1:123456789012:cdn-events", "eu-west-1", false),
      ("arn:aws-cn:sqs:cn-north-1:123456789012:A_b-9.fifo", "cn-north-1", true),
    ])
  func good(text: String, region: String, isFIFO: Bool) throws {
    let arn = try #require(QueueARN(text))
    #expect(arn.region == region)
    #expect(arn.isFIFO == isFIFO)
    #expect(arn.description == text)
  }

  @Test(
    "are nothing else",
    arguments: [
      "", "queue", "arn:aws:sns:eu-west-1:123456789012:topic", "arn:aws:sqs:eu-west-1:1234",
      "arn:aws:sqs::123456789012:q", "arn:aws:sqs:eu-west-1:123456789012:",
      "arn:aws:sqs:eu-west-1:123456789012:q:x", "arn:aws:sqs:evil.example/:1:q",
      "arn:aws:sqs:eu-west-1:1/2:q", "arn:aws:sqs:eu-west-1:123456789012:a b",
      "arn:aws:sqs:eu-west-1:123456789012:.fifo",
    ])
  func bad(text: String) {
    #expect(QueueARN(text) == nil)
  }
}
