package import ChangeHistory
import Encoding
import JSON

/// What happened and the account it happened in, with what every what-if of them needs: made once.
package final class WhatIfHistory: Sendable {
  /// The changes, in the order of time.
  package let changes: [HistoricChange]
  let account: WhatIfAccount
  let catalogue: Catalogue
  /// The body of each change's message, as a JSON string.
  let bodies: [[UInt8]]

  /// Prepares changes.
  ///
  /// - Parameter changes: what happens, in the order of time.
  package init(_ changes: [HistoricChange], account: WhatIfAccount) {
    self.changes = changes
    self.account = account
    catalogue = Catalogue(changes, of: account.distributions)
    bodies = changes.enumerated().map { number, change in
      JSONValue.string(
        String(decoding: WhatIfHistory.notification(change, number).encoded(), as: UTF8.self)
      ).encoded()
    }
  }

  /// S3's notification of a change.
  private static func notification(_ change: HistoricChange, _ number: Int) -> JSONValue {
    let digits = String(number + 0x5500_0000, radix: 16, uppercase: true)
    var object: [(key: String, value: JSONValue)] = [
      (
        "key",
        .string(String(decoding: PercentEncoding.path.encode(change.key), as: UTF8.self))
      ),
      ("sequencer", .string(String(repeating: "0", count: 16 - digits.count) + digits)),
    ]
    if let eTag = change.eTag { object.append(("eTag", .string(eTag))) }
    if let size = change.size { object.append(("size", .integer(size))) }
    return [
      "Records": [
        [
          "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": .string(WhatIfWorld.region),
          "eventTime": .string(
            CivilTime(millisecondsSinceEpoch: change.milliseconds).iso8601),
          "eventName": change.isRemoval ? "ObjectRemoved:Delete" : "ObjectCreated:Put",
          "s3": ["bucket": ["name": .string(change.bucket)], "object": .object(object)],
        ]
      ]
    ]
  }
}
