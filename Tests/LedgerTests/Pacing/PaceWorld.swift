import Clock
import DynamoDBAPI
import HTTPTransport
import LocalCloud

@testable import Ledger

/// Execution environments that share the account's pace in the fake DynamoDB, on one clock that
/// only the tests move.
final class PaceWorld {
  let dynamoDB: FakeDynamoDB
  let warnings = Locked<[String]>([])
  /// 2026-11-20T18:04:05Z, in milliseconds since 1970.
  private let clock = Locked<Int64>(1_795_197_845_000)

  /// The rates that CloudFront is believed to take: 0.5 requests, 150 paths, 1 wildcard a second.
  static let rates = rates(requests: 500)

  static func rates(requests: Int64, lowered: Int64 = 0) -> PaceRates {
    PaceRates(
      requests: SharedRate(perSecond: requests, lowered: lowered),
      paths: SharedRate(perSecond: 150_000), wildcards: SharedRate(perSecond: 1_000))
  }

  init() throws {
    let clock = clock
    var settings = FakeDynamoDBSettings()
    settings.wallMilliseconds = { clock.withLock { $0 } }
    dynamoDB = try FakeDynamoDB(settings)
  }

  var now: Int64 {
    get { clock.withLock { $0 } }
    set { clock.withLock { $0 = newValue } }
  }

  /// An execution environment that has just begun.
  ///
  /// - Parameter patience: long, so that a busy machine makes no difference.
  func environment(
    skew: Int64 = 0, patience: Duration = .seconds(20)
  ) throws -> PaceTable {
    let (client, time) = try client(skew: skew)
    return PaceTable(client, time: time, patience: patience) { [warnings] text in
      warnings.withLock { $0.append(text) }
    }
  }

  /// Writes an attribute of the account's item, as nobody should.
  func write(_ name: String, _ value: AttributeValue) throws {
    _ = try client().0.update(
      ItemUpdate(PaceTable.key, "SET #a = :v", names: ["#a": name], values: [":v": value]),
      deadline: nil)
  }

  /// The history, as an execution environment writes it and an operator reads it.
  func history() throws -> HistoryTable {
    let (client, time) = try client()
    return HistoryTable(client, time: time, patience: .seconds(20)) { [warnings] text in
      warnings.withLock { $0.append(text) }
    }
  }

  private func client(skew: Int64 = 0) throws -> (DynamoDBClient, TimeSource) {
    let clock = clock
    let time = TimeSource(
      wallMilliseconds: { clock.withLock { $0 } + skew },
      monotonic: { .milliseconds(clock.withLock { $0 } - 1_795_000_000_000) },
      sleep: { duration in clock.withLock { $0 += Int64(duration / .milliseconds(1)) } })
    guard let name = TableName("ledger") else { throw NoName() }
    let client = try DynamoDBClient(
      table: name,
      environment: [
        "AWS_ENDPOINT_URL_DYNAMODB": dynamoDB.endpoint, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      ],
      transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")), time: time,
      random: { 0.5 }, isEndRequested: { false })
    return (client, time)
  }

  struct NoName: Error {}

  var writes: Int { dynamoDB.calls(of: .updateItem).count }

  /// A call with a few paths, as the rates above make it.
  static func call(
    paths: Int = 1, wildcards: Int = 0, isUrgent: Bool = false
  ) -> PaceCall {
    PaceCall(
      plain: .init(cost: max(2_000, Int64(paths) * 1_000 / 150), window: 10_000),
      wildcards: wildcards == 0 ? nil : .init(cost: Int64(wildcards) * 1_000, window: 15_000),
      urgent: isUrgent ? .init(cost: 4_000, window: 12_000) : nil, paths: paths + wildcards)
  }
}

extension PaceTable {
  /// Reserves a place at the rates of the tests.
  ///
  /// - Parameter learned: returns the rates as the environment wants them, given those of the item.
  func ask(
    _ call: PaceCall, mayWait: Int64 = 60_000, counts: Bool = true,
    learned: (PaceRates) -> PaceRates = { $0 }
  ) -> Answer {
    reserve(
      countsPaths: counts,
      mayWait: [.plain: mayWait, .wildcards: mayWait, .urgent: 0], deadline: nil
    ) { known in (known.map(learned) ?? PaceWorld.rates, call) }
  }
}

extension PaceTable.Answer {
  var slot: PaceSlot? { if case .granted(let slot) = self { slot } else { nil } }
}
