import Clock
import DynamoDBAPI
import HTTPTransport
import LocalCloud

/// The client over libcurl and the fake DynamoDB, with a clock that only its own sleeps move on.
final class DynamoDBWorld {
  let dynamoDB: FakeDynamoDB
  let client: DynamoDBClient
  private let time: TimeSource

  init(table: String = "ledger") throws {
    let fake = try FakeDynamoDB()
    dynamoDB = fake
    let slept = Locked<Int64>(0)
    let system = TimeSource.system
    time = TimeSource(
      wallMilliseconds: system.wallMilliseconds,
      monotonic: { system.monotonic() + .milliseconds(slept.withLock { $0 }) },
      sleep: { duration in slept.withLock { $0 += Int64(duration / .milliseconds(1)) } })
    guard let name = TableName(table) else { throw NoName() }
    client = try DynamoDBClient(
      table: name,
      environment: [
        "AWS_ENDPOINT_URL_DYNAMODB": fake.endpoint, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      ],
      transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), time: time,
      random: { 0.5 }, isEndRequested: { false })
  }

  struct NoName: Error {}

  /// A time from now, so that a silent server does not hold a test up.
  func deadline(in duration: Duration) -> Duration { time.monotonic() + duration }
}
