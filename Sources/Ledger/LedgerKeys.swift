import Digest
import DynamoDBAPI
import Encoding
import S3Events

/// The keys of the ledger's items. They are digests, so that the table names no object.
enum LedgerKeys {
  /// The sort keys of a partition.
  enum Part: String {
    case era, seen, accepted
  }

  /// The key of what is known of a bucket as a whole.
  static func era(bucket: String, region: String) -> ItemKey {
    ItemKey(
      partition: "bucket#" + digest([Array(bucket.utf8), Array(region.utf8)]),
      sort: Part.era.rawValue)
  }

  /// The key of what is known of an object.
  static func object(_ id: ObjectID, _ part: Part) -> ItemKey {
    ItemKey(partition: "object#" + id.digest, sort: part.rawValue)
  }

  static func digest(_ parts: [[UInt8]]) -> String {
    Hex.encode(SHA256.digest(of: parts.flatMap { Array("\($0.count):".utf8) + $0 }))
  }

  /// Names of attributes.
  static let value = "v"
  static let expiry = "ttl"
}

/// What tells objects apart: a digest of bucket and key.
struct ObjectID: Hashable, Comparable {
  let digest: String

  init(_ change: ObjectChange) {
    digest = LedgerKeys.digest([Array(change.bucket.utf8), change.key.bytes])
  }

  static func < (left: ObjectID, right: ObjectID) -> Bool { left.digest < right.digest }
}
