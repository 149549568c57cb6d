import Bridge
import HTTPTransport
import JSON
import LambdaRuntime
import LocalCloud
import Logging

/// The handler over libcurl and the fake CloudFront, in virtual time: the account has two pages of
/// distributions, and the one that serves the bucket is on the second.
final class FaultWorld {
  static let maximumBodySize = 64 << 10
  static let distribution = "E2SITE"
  static let bucket = "amzn-s3-demo-bucket"

  let fake: FakeCloudFront
  let clock = VirtualClock()
  let transport: FaultTransport
  /// Whether the execution environment is being shut down.
  let isEnding = Locked(false)
  private var handler: EventHandler
  private let makeHandler: () throws -> EventHandler

  init(
    _ environment: [String: String] = [:],
    change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws {
    let clock = clock
    var settings = FakeCloudFrontSettings(distributions: [
      FakeDistribution(
        id: "E1OTHER", origins: [.init(id: "o", domainName: "app.example.com")]),
      FakeDistribution(
        id: FaultWorld.distribution,
        origins: [
          .init(id: "o", domainName: "\(FaultWorld.bucket).s3.us-west-2.amazonaws.com")
        ]),
    ])
    settings.pageSize = 1
    settings.wallMilliseconds = { clock.wallMilliseconds }
    change(&settings)
    let fake = try FakeCloudFront(settings)
    self.fake = fake
    var configuration = CurlConfiguration.aws(caBundle: nil, userAgent: "tests")
    configuration.maximumBodySize = FaultWorld.maximumBodySize
    configuration.proxy = .direct
    let transport = FaultTransport(try CurlTransport(configuration), clock: clock)
    self.transport = transport
    let own = [
      "AWS_ENDPOINT_URL": fake.endpoint,
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
    ]
    makeHandler = { [isEnding] in
      try EventHandler(
        environment: environment.merging(own) { $1 }, transport: transport, time: clock.time,
        random: { 0.5 }, isEndRequested: { isEnding.withLock { $0 } },
        logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }
    handler = try makeHandler()
  }

  /// Makes a call go wrong.
  func script(_ kind: FaultKind, on call: FaultyCall, times: Int) {
    guard let fault = kind.fault else {
      transport.astray = (call, kind == .noName ? .unknownName : .tls, times)
      return
    }
    fake.script(fault, on: call.action, times: times)
    if kind.isSilent { transport.silent = (call, { [fake] in fake.faultsLeft > 0 }) }
  }

  /// Ends all faults.
  func mend() {
    fake.dropFaults()
    transport.astray = nil
  }

  /// Takes a new execution environment: nothing is remembered.
  func startCold() throws {
    handler = try makeHandler()
  }

  func handle(
    _ event: [UInt8], timeLeft: Duration = .seconds(120)
  ) -> Result<[UInt8], FunctionError> {
    let deadline = clock.wallMilliseconds + Int64(timeLeft / .milliseconds(1))
    return handler.handle(
      Invocation(
        requestID: "request-1", deadline: Deadline(epochMilliseconds: deadline), body: event))
  }

  /// Every path of every invalidation there is, sorted.
  var paths: [String] { fake.invalidations.flatMap(\.paths).sorted() }
}

/// Events of one changed object, and of a queue's batch with that change in message m1 and S3's
/// test event in m2.
enum FaultEvent {
  static let direct = Array(notification(key: "a.jpg", sequencer: "01").utf8)

  /// The change of another object, in the event that a mode gets.
  static func healthy(_ mode: DeliveryMode) -> [UInt8] {
    let change = notification(key: "b.jpg", sequencer: "02")
    return mode == .direct ? Array(change.utf8) : queue([("m3", change)])
  }

  /// A batch of those of the two messages that are named.
  static func batch(_ ids: [String] = ["m1", "m2"]) -> [UInt8] {
    queue(
      [
        ("m1", notification(key: "a.jpg", sequencer: "01")),
        ("m2", #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#),
      ].filter { ids.contains($0.0) })
  }

  /// S3's notification of one object.
  static func notification(key: String, sequencer: String) -> String {
    #"{"Records":[{"eventSource":"aws:s3","awsRegion":"us-west-2","#
      + #""eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"\#(FaultWorld.bucket)"},"#
      + #""object":{"key":"\#(key)","sequencer":"\#(sequencer)"}}}]}"#
  }

  /// A queue's batch.
  static func queue(_ messages: [(id: String, body: String)]) -> [UInt8] {
    let records = messages.map { id, body in
      JSONValue.object([
        (key: "messageId", value: .string(id)), (key: "body", value: .string(body)),
        (key: "eventSource", value: "aws:sqs"),
        (key: "eventSourceARN", value: "arn:aws:sqs:us-west-2:123456789012:queue"),
      ])
    }
    return JSONValue.object([(key: "Records", value: .array(records))]).encoded()
  }
}
