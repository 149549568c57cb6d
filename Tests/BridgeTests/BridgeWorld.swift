import AWSClient
import Bridge
import Clock
import CloudFrontAPI
import CloudFrontModel
import HTTPTransport
import InvalidationPlanning
import JSON
import LambdaRuntime
import LocalCloud
import Logging

/// The handler over libcurl and a fake CloudFront, on a clock that only its sleeps move.
final class BridgeWorld {
  let cloudFront: FakeCloudFront
  let log = RecordedLog()
  /// The metrics of all invocations.
  let metrics = Locked<[EmbeddedMetrics]>([])
  /// Whether the execution environment is being shut down.
  let isEnding = Locked(false)

  private var handler: EventHandler
  private let makeHandler: () throws -> EventHandler
  /// 2026-11-20T18:04:05Z, in milliseconds since 1970.
  private let clock = Locked<Int64>(1_795_197_845_000)

  init(
    _ environment: [String: String] = [:],
    distributions: [Distribution] = SampleAccount.distributions,
    change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws {
    let clock = clock
    var fake = FakeCloudFrontSettings(distributions: distributions.map { FakeDistribution($0) })
    fake.wallMilliseconds = { clock.withLock { $0 } }
    change(&fake)
    cloudFront = try FakeCloudFront(fake)
    let time = TimeSource(
      wallMilliseconds: { clock.withLock { $0 } },
      monotonic: { .milliseconds(clock.withLock { $0 } - 1_795_000_000_000) },
      sleep: { duration in clock.withLock { $0 += Int64(duration / .milliseconds(1)) + 1 } })
    let own = [
      "AWS_ENDPOINT_URL": cloudFront.endpoint,
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
    ]
    makeHandler = { [isEnding, log, metrics] in
      try EventHandler(
        environment: environment.merging(own) { $1 },
        transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), time: time,
        random: { 0.25 }, isEndRequested: { isEnding.withLock { $0 } },
        writeMetrics: { line in metrics.withLock { $0.append(line) } }, logger: log.logger)
    }
    handler = try makeHandler()
  }

  /// Takes a new execution environment: nothing is remembered.
  func startCold() throws {
    handler = try makeHandler()
  }

  /// The clock, in milliseconds since 1970.
  var now: @Sendable () -> Int64 {
    let clock = clock
    return { clock.withLock { $0 } }
  }

  /// Moves the clock.
  func pass(_ duration: Duration) {
    clock.withLock { $0 += Int64(duration / .milliseconds(1)) }
  }

  /// Handles an event with so much time left.
  func handle(
    _ event: [UInt8], timeLeft: Duration = .seconds(60)
  ) -> Result<[UInt8], FunctionError> {
    let deadline = clock.withLock { $0 } + Int64(timeLeft / .milliseconds(1))
    return handler.handle(
      Invocation(
        requestID: "request-1", deadline: Deadline(epochMilliseconds: deadline), body: event))
  }

  /// The paths of each invalidation there is, by distribution and in the order made.
  var invalidated: [String: [[String]]] {
    cloudFront.invalidations.reduce(into: [:]) {
      $0[$1.distributionID, default: []].append($1.paths)
    }
  }

  /// How many requests would have changed something.
  var posts: Int { cloudFront.calls(of: .createInvalidation).count }
}

extension Result where Success == [UInt8], Failure == FunctionError {
  /// The answer as text; nil for an error.
  var text: String? {
    if case .success(let body) = self { String(decoding: body, as: UTF8.self) } else { nil }
  }

  /// The answer as JSON; nil for an error.
  var json: JSONValue? { text.flatMap { try? JSONValue.parse(Array($0.utf8)) } }

  /// The error; nil for an answer.
  var error: FunctionError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
