import Bridge
import Clock
import HTTPTransport
import JSON
import LambdaRuntime
import LocalCloud
import Probing
import Testing

/// The handler between the fakes of CloudFront and SQS and a mapping that delivers, on a clock that
/// only its sleeps and tests move.
final class QueueWorld {
  static let deadLetters = "cdn-events-dead"
  static let work = "cdn-work"
  static let deadWork = "cdn-work-dead"
  /// Its ARN, as the fake makes it.
  static let workARN = "arn:aws:sqs:us-east-1:123456789012:cdn-work"

  let cloudFront: FakeCloudFront
  let sqs: FakeSQS
  let log = RecordedLog()
  let queue: String
  let transport: CountingTransport
  private let mapping: SQSMapping
  private let workMapping: SQSMapping
  private let makeHandler: () throws -> EventHandler
  private var handler: EventHandler
  private let clock: Locked<Int64>

  init(
    queue: String = "cdn-events", _ environment: [String: String] = [:],
    maxReceiveCount: Int = 100, probe: Probe = .none, start: Int64 = 1_795_197_845_000,
    change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws {
    let clock = Locked(start)
    self.clock = clock
    self.queue = queue
    var fake = FakeCloudFrontSettings(
      distributions: SampleAccount.distributions.map { FakeDistribution($0) })
    fake.wallMilliseconds = { clock.withLock { $0 } }
    change(&fake)
    cloudFront = try FakeCloudFront(fake)
    var settings = FakeSQSSettings()
    settings.wallMilliseconds = { clock.withLock { $0 } }
    let dead = QueueWorld.deadLetters + (queue.hasSuffix(".fifo") ? ".fifo" : "")
    sqs = try FakeSQS(
      settings,
      queues: [
        FakeQueue(
          name: queue, visibility: .seconds(185), deadLetterQueue: dead,
          maxReceiveCount: maxReceiveCount), FakeQueue(name: dead),
        FakeQueue(
          name: QueueWorld.work, visibility: .seconds(185),
          deadLetterQueue: QueueWorld.deadWork, maxReceiveCount: 100),
        FakeQueue(name: QueueWorld.deadWork),
      ])
    workMapping = SQSMapping(sqs, queue: QueueWorld.work)
    mapping = SQSMapping(sqs, queue: queue)
    let time = TimeSource(
      wallMilliseconds: { clock.withLock { $0 } },
      monotonic: { .milliseconds(clock.withLock { $0 } - 1_795_000_000_000) },
      sleep: { duration in clock.withLock { $0 += Int64(duration / .milliseconds(1)) + 1 } })
    let own = [
      "AWS_ENDPOINT_URL_CLOUDFRONT": cloudFront.endpoint, "AWS_ENDPOINT_URL_SQS": sqs.endpoint,
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey, "SQS_FAILURES": "report",
      "CREATE_RATE": "1000",
    ]
    let transport = CountingTransport(
      try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), clock: clock)
    self.transport = transport
    makeHandler = { [log] in
      try EventHandler(
        environment: own.merging(environment) { $1 }, transport: transport, time: time,
        random: { 0 }, probe: probe, isEndRequested: { false }, logger: log.logger)
    }
    handler = try makeHandler()
  }

  var deadQueue: String { QueueWorld.deadLetters + (queue.hasSuffix(".fifo") ? ".fifo" : "") }

  /// Takes a new execution environment: nothing is remembered.
  func startCold() throws { handler = try makeHandler() }

  /// The time of both fakes, in milliseconds since 1970.
  var now: Int64 { clock.withLock { $0 } }

  /// Reads it, for a fake that stands beside both.
  var readsNow: @Sendable () -> Int64 {
    let clock = clock
    return { clock.withLock { $0 } }
  }

  func pass(_ duration: Duration) { clock.withLock { $0 += duration.milliseconds } }

  /// Delivers what is visible; returns the ids that were handed back, nil when nothing was visible.
  func deliver(timeout: Duration = .seconds(120)) -> [String]? {
    deliver(from: mapping, timeout: timeout)
  }

  /// Delivers what is visible in the work queue.
  func deliverWork(timeout: Duration = .seconds(120)) -> [String]? {
    deliver(from: workMapping, timeout: timeout)
  }

  /// The messages of the work queue.
  var workItems: [FakeMessage] { sqs.messages(in: QueueWorld.work) }

  private func deliver(from mapping: SQSMapping, timeout: Duration) -> [String]? {
    guard let batch = mapping.receive() else { return nil }
    let deadline = clock.withLock { $0 } + timeout.milliseconds
    let answer = handler.handle(
      Invocation(
        requestID: "request-1", deadline: Deadline(epochMilliseconds: deadline), body: batch.event))
    switch answer {
    case .success(let body): return mapping.settle(batch, answer: body)
    case .failure: return mapping.settle(batch, answer: nil)
    }
  }

  /// Delivers whatever becomes visible within a time; returns how many deliveries there were.
  func deliver(for duration: Duration) -> Int {
    let end = clock.withLock { $0 } + duration.milliseconds
    var deliveries = 0
    while clock.withLock({ $0 }) < end {
      if deliver() != nil { deliveries += 1 }
      let next = sqs.messages(in: queue).map(\.visibleAt).min() ?? end
      clock.withLock { $0 = max($0 + 1, min(next, end)) }
    }
    return deliveries
  }

  /// How long each message of the queue is invisible from now on, in whole seconds.
  var waits: [Int64] {
    let now = clock.withLock { $0 }
    return sqs.messages(in: queue).map { ($0.visibleAt - now) / 1_000 }
  }

  var dead: [FakeMessage] { sqs.messages(in: deadQueue) }

  /// S3's notification of one object, as a message's body.
  static func body(_ key: String, sequencer: String = "01") -> String {
    String(decoding: SampleEvent.s3(SampleEvent.record(key, sequencer: sequencer)), as: UTF8.self)
  }
}

/// libcurl, where a silent server costs virtual time instead of real time.
final class CountingTransport: Transport {
  private let curl: CurlTransport
  private let clock: Locked<Int64>
  /// Whether SQS does not answer.
  var isQueueSilent = false

  init(_ curl: CurlTransport, clock: Locked<Int64>) {
    self.curl = curl
    self.clock = clock
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    var request = request
    let patience = request.timeout
    if isQueueSilent, request.headers["X-Amz-Target"] != nil {
      request.timeout = .milliseconds(100)
    }
    do {
      return try curl.send(request)
    } catch {
      if error.kind == .timeout, let patience { clock.withLock { $0 += patience.milliseconds } }
      throw error
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
