import Clock
import DynamoDBAPI
import HTTPTransport
import LocalCloud
import S3Events

@testable import Ledger

/// Ledgers of several execution environments over libcurl and one fake table, on a clock that tests
/// and sleeps move on.
final class LedgerWorld {
  /// 2026-11-25T10:00:00Z, in milliseconds.
  static let start: Int64 = 1_795_600_800_000
  static let margin = Duration.seconds(3_000)

  let table: FakeDynamoDB
  private let transport: Interleaving
  private let passed = Locked<Int64>(0)

  init() throws {
    table = try FakeDynamoDB()
    transport = Interleaving(
      try CurlTransport(.aws(caBundle: nil, userAgent: "tests")))
    let now = TimeSource.system.wallMilliseconds()
    offset = LedgerWorld.start - now
  }

  /// The signature's clock is the machine's; the ledger's is the tests'.
  private let offset: Int64

  private var time: TimeSource {
    let (passed, offset) = (passed, offset)
    let system = TimeSource.system
    return TimeSource(
      wallMilliseconds: { system.wallMilliseconds() + offset + passed.withLock { $0 } },
      monotonic: { system.monotonic() },
      sleep: { duration in system.sleep(min(duration, .milliseconds(1))) })
  }

  func pass(_ duration: Duration) {
    passed.withLock { $0 += Int64(duration / .milliseconds(1)) }
  }

  func ledger(skips: Bool) throws -> Ledger {
    guard let name = TableName("ledger") else { throw NoName() }
    let client = try DynamoDBClient(
      table: name,
      environment: [
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      ],
      transport: transport, time: .system, random: { 0 }, isEndRequested: { false })
    return Ledger(
      client: client, recordsChanges: skips, margin: LedgerWorld.margin, time: time)
  }

  struct NoName: Error {}

  /// Runs something before the next request of an operation.
  func before(_ operation: String, _ run: @escaping () -> Void) {
    transport.next = (operation, run)
  }

  /// Makes the era one that began long ago, so that what happens now is trusted.
  func settle(_ ledger: Ledger) {
    _ = ledger.consult([LedgerWorld.upload(0, "era", of: "other")])
    pass(LedgerWorld.margin + .seconds(60))
  }

  /// An upload, some seconds after the clock's start plus the margin.
  static func upload(_ number: Int, _ content: String, of key: String = "a.html") -> ObjectChange {
    let time = start + Int64(margin / .milliseconds(1)) + 120_000 + Int64(number) * 1_000
    var change = ObjectChange(
      bucket: "b", region: "us-east-1", key: ObjectKey(raw: Array(key.utf8)),
      eventName: "ObjectCreated:Put", sequencer: Sequencer("0A0\(number)"),
      eventTime: iso(time), eTag: content)
    change.size = 1
    change.isUpload = true
    return change
  }

  private static func iso(_ milliseconds: Int64) -> String {
    // Within the hour after 10:00.
    let seconds = (milliseconds - start) / 1_000
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2026-11-25T\(two(10 + seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
  }
}

extension Ledger {
  func consult(_ changes: [ObjectChange], as fingerprint: String = "F") -> LedgerReading {
    consult(changes, fingerprint: { _ in fingerprint }, deadline: nil)
  }

  /// Notes changes as accepted by every distribution.
  func accept(_ sent: Set<Int>, of reading: LedgerReading, deadline: Duration?) -> String? {
    accept(
      Dictionary(uniqueKeysWithValues: sent.map { ($0, []) }), of: reading, deadline: deadline)
  }

  /// Consults, and notes everything that is to be sent as accepted.
  @discardableResult
  func handle(_ changes: ObjectChange...) -> [LedgerReading.Verdict] {
    let reading = consult(changes)
    let verdicts = reading.verdicts
    let sent = verdicts.indices.filter { if case .send = verdicts[$0] { true } else { false } }
    _ = accept(Set(sent), of: reading, deadline: nil)
    return verdicts
  }
}

/// A transport that lets others act between two requests.
private final class Interleaving: Transport {
  private let transport: CurlTransport
  var next: (operation: String, run: () -> Void)?

  init(_ transport: CurlTransport) { self.transport = transport }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    if let (operation, run) = next, request.headers["X-Amz-Target"]?.hasSuffix(operation) == true {
      next = nil
      run()
    }
    return try transport.send(request)
  }
}
