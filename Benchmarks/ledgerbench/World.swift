import Bridge
import Clock
import CloudFrontModel
import HTTPTransport
import JSON
import LambdaRuntime
import LocalCloud
import Logging

/// The handler in front of a fake CloudFront and a fake table, on a clock that only sleeps move.
/// Each delivery comes to a new execution environment.
final class World {
  private static let events = "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"
  private static let start: Int64 = 1_795_600_800_000
  /// The most messages of a batch, as the template sets it.
  private static let batch = 1_000

  private let cloudFront: FakeCloudFront
  private let table: FakeDynamoDB
  private let makeHandler: () throws -> EventHandler
  private let clock = Locked(World.start)
  private var pathsBefore = 0
  private var callsBefore = 0

  init(_ use: LedgerUse) throws {
    let clock = clock
    var distribution = Distribution(
      id: DistributionID("E1SITE"), domainName: "d1.cloudfront.net",
      origins: [Origin(id: "s3", domainName: "site.s3.us-east-1.amazonaws.com")])
    distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3")
    var settings = FakeCloudFrontSettings(distributions: [FakeDistribution(distribution)])
    settings.wallMilliseconds = { clock.withLock { $0 } }
    let cloudFront = try FakeCloudFront(settings)
    let table = try FakeDynamoDB()
    table.configure { $0.wallMilliseconds = { clock.withLock { $0 } } }
    self.cloudFront = cloudFront
    self.table = table
    var environment = [
      "AWS_ENDPOINT_URL_CLOUDFRONT": cloudFront.endpoint,
      "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint, "AWS_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
    ]
    if use != .none { environment["LEDGER_TABLE"] = "ledger" }
    if use == .skip {
      environment["UNCHANGED_OBJECTS"] = "skip"
      environment["NOTIFIED_EVENTS"] = World.events
    }
    let time = TimeSource(
      wallMilliseconds: { clock.withLock { $0 } },
      monotonic: { .milliseconds(clock.withLock { $0 } - 1_790_000_000_000) },
      sleep: { duration in clock.withLock { $0 += Int64(duration / .milliseconds(1)) + 1 } })
    makeHandler = {
      try EventHandler(
        environment: environment,
        transport: try CurlTransport(.aws(caBundle: nil, userAgent: "ledgerbench")), time: time,
        random: { 0.5 }, isEndRequested: { false },
        logger: Logger(label: "ledgerbench") { _ in SwiftLogNoOpLogHandler() })
    }
    // The era begins, and two hours later what happens is trusted.
    try deliver([upload("first", 0, "")])
    clock.withLock { $0 += 7_200_000 }
  }

  /// An upload's record.
  ///
  /// - Parameter number: a later one is a later upload.
  func upload(_ key: String, _ number: Int, _ content: String) -> JSONValue {
    let minute = number == 0 ? "10:00" : "12:3\(number)"
    return [
      "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventName": "ObjectCreated:Put",
      "eventTime": .string("2026-11-25T\(minute):00.000Z"),
      "s3": [
        "bucket": ["name": "site"],
        "object": [
          "key": .string(key), "sequencer": .string("0A0\(number)"), "eTag": .string(content),
          "size": 1_000,
        ],
      ],
    ]
  }

  /// Why a delivery failed.
  struct Failure: Error {
    var text: String
  }

  /// Delivers records, batch by batch, each to a new execution environment.
  func deliver(_ records: [JSONValue]) throws {
    for start in stride(from: 0, to: records.count, by: World.batch) {
      let batch = records[start..<min(start + World.batch, records.count)]
      let body = JSONValue.object([(key: "Records", value: .array(Array(batch)))]).encoded()
      let deadline = clock.withLock { $0 } + 900_000
      let answer = try makeHandler().handle(
        Invocation(
          requestID: "request", deadline: Deadline(epochMilliseconds: deadline), body: body))
      if case .failure(let error) = answer { throw Failure(text: "\(error)") }
      clock.withLock { $0 += 5_000 }
    }
  }

  /// Counts from here on.
  func beginCount() {
    pathsBefore = cloudFront.invalidations.flatMap(\.paths).count
    callsBefore = table.calls.count
  }

  /// What happened since.
  ///
  /// - Parameter keys: those of which a viewer keeps a copy.
  func figures(of keys: [String], changed: Set<String>) -> Figures {
    let paths = cloudFront.invalidations.flatMap(\.paths).dropFirst(pathsBefore)
    let exact = Set(paths)
    let prefixes = paths.filter { $0.hasSuffix("*") }.map { $0.dropLast() }
    var figures = Figures()
    figures.paths = paths.count
    for key in keys where !changed.contains(key) {
      figures.kept += 1
      let copies =
        ["/" + key]
        + (key.hasSuffix("/index.html") ? ["/" + String(key.dropLast(10))] : [])
      let isForgotten = copies.contains { copy in
        exact.contains(copy) || prefixes.contains { copy.hasPrefix($0) }
      }
      figures.forgotten += isForgotten ? 1 : 0
    }
    for call in table.calls.dropFirst(callsBefore) {
      let items = World.items(of: call)
      if call.operation == .batchGetItem { figures.reads += items } else { figures.writes += items }
    }
    return figures
  }

  /// How many items a call is about.
  private static func items(of call: DynamoDBCall) -> Int {
    guard let json = try? JSONValue.parse(call.request.body),
      let tables = json["RequestItems"]?.objectValue
    else { return 1 }
    return tables.reduce(0) { sum, table in
      sum + (table.value["Keys"]?.arrayValue ?? table.value.arrayValue ?? []).count
    }
  }
}
