import CloudFrontModel
import Foundation
import JSON
import LambdaRuntime
import LocalCloud
import Logging

/// The handler with a ledger: over libcurl, a fake CloudFront and a fake table, on a clock that
/// only sleeps move.
final class LedgerBridgeWorld {
  let world: BridgeWorld
  let table: FakeDynamoDB

  static let allEvents = "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"

  /// Creates a world whose era began long enough ago for what happens now to be trusted.
  init(
    skips: Bool, _ environment: [String: String] = [:], isSettled: Bool = true,
    distributions: [Distribution] = SampleAccount.distributions
  ) throws {
    let table = try FakeDynamoDB()
    var own = [
      "LEDGER_TABLE": "ledger", "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint,
      "AWS_REGION": "us-east-1", "CREATE_RATE": "100",
    ]
    if skips {
      own["UNCHANGED_OBJECTS"] = "skip"
      own["NOTIFIED_EVENTS"] = LedgerBridgeWorld.allEvents
    }
    world = try BridgeWorld(own.merging(environment) { $1 }, distributions: distributions)
    let now = world.now
    table.configure { $0.wallMilliseconds = now }
    self.table = table
    guard isSettled else { return }
    _ = world.handle(SampleEvent.s3(record("first.txt", 0, "0")))
    // What was looked up is looked up again, and says the same.
    world.pass(.seconds(4_000))
  }

  /// An upload's record, at the time there is now; a later number is a later upload.
  func record(_ key: String, _ number: Int, _ content: String) -> JSONValue {
    let date = Date(timeIntervalSince1970: Double(world.now() + Int64(number) * 1_000) / 1_000)
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return [
      "eventSource": "aws:s3", "awsRegion": "us-west-2", "eventName": "ObjectCreated:Put",
      "eventTime": .string(formatter.string(from: date)),
      "s3": [
        "bucket": ["name": .string(SampleEvent.site)],
        "object": [
          "key": .string(key), "sequencer": .string("0A0\(number)"), "eTag": .string(content),
          "size": 7,
        ],
      ],
    ]
  }

  /// Every path that was paid for, in order, without that of the first event.
  var paid: [String] {
    world.cloudFront.invalidations.flatMap(\.paths).filter { $0 != "/first.txt" }
  }

  /// How often the log says that the ledger does not answer.
  var warnings: Int {
    world.log.messages(.warning).count { $0.hasPrefix("The ledger does not answer") }
  }
}
