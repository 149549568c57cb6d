import AWSClient
import Clock
import HTTPTransport
import LocalCloud
import SQSAPI

/// The client over libcurl and the fake SQS, with a clock that only its own sleeps move on.
final class SQSWorld {
  let sqs: FakeSQS
  let client: SQSClient
  /// What the client slept, in milliseconds.
  let slept = Locked<Int64>(0)

  static let queue = "cdn-events"
  static let deadLetters = "cdn-events-dead"

  init(change: (inout FakeSQSSettings) -> Void = { _ in }) throws {
    var settings = FakeSQSSettings()
    change(&settings)
    sqs = try FakeSQS(
      settings,
      queues: [
        FakeQueue(
          name: SQSWorld.queue, visibility: .seconds(185), deadLetterQueue: SQSWorld.deadLetters,
          maxReceiveCount: 100),
        FakeQueue(name: SQSWorld.deadLetters),
      ])
    let slept = slept
    let system = TimeSource.system
    let time = TimeSource(
      wallMilliseconds: system.wallMilliseconds,
      monotonic: { system.monotonic() + .milliseconds(slept.withLock { $0 }) },
      sleep: { duration in slept.withLock { $0 += Int64(duration / .milliseconds(1)) } })
    client = try SQSClient(
      environment: [
        "AWS_ENDPOINT_URL_SQS": sqs.endpoint,
        "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
        // Lambda sets it for each invocation.
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=1:a:0",
      ],
      transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), time: time,
      random: { 0.5 }, isEndRequested: { false })
    self.time = time
  }

  private let time: TimeSource

  var arn: QueueARN? { QueueARN(sqs.arn(of: SQSWorld.queue)) }
  var deadARN: QueueARN? { QueueARN(sqs.arn(of: SQSWorld.deadLetters)) }
  /// Two seconds from now, so that a silent server does not hold a test up.
  var deadline: Duration { time.monotonic() + .seconds(2) }
}
