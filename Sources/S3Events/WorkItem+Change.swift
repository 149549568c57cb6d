import Encoding
import JSON

// A change as a work item carries it. The key is form-encoded as S3 does it, so that bytes that are
// not UTF-8 survive; the identity goes along, since not all of its facts do.
extension WorkItem {
  private static let keyEncoding = PercentEncoding(keeping: "-._*/")

  static func json(of change: ObjectChange) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      (key: "bucket", value: .string(change.bucket)),
      (key: "region", value: .string(change.region)),
      (key: "key", value: .string(text(of: change.key))),
      (key: "event", value: .string(change.eventName)),
    ]
    let optional = [
      ("otherKey", change.otherKey.map(text)), ("version", change.version),
      ("sequencer", change.sequencer?.description), ("time", change.eventTime),
      ("eTag", change.eTag), ("requestId", change.requestID),
    ]
    for case (let name, let text?) in optional {
      members.append((key: name, value: .string(text)))
    }
    if change.isFromCloudTrail { members.append((key: "isFromCloudTrail", value: .bool(true))) }
    members.append((key: "identity", value: .string(Hex.encode(change.identity.bytes))))
    members.append((key: "isDistinct", value: .bool(change.identity.isDistinct)))
    return .object(members)
  }

  private static func text(of key: ObjectKey) -> String {
    String(decoding: keyEncoding.encode(key.bytes), as: UTF8.self)
  }

  /// Reads a change; nil unless all that it needs is there, within the bounds of every event.
  static func change(_ json: JSONValue) -> ObjectChange? {
    func name(_ member: String) -> String? {
      json[member]?.stringValue.flatMap {
        $0.utf8.count <= EventDecoder.maxNameLength ? $0 : nil
      }
    }
    func key(_ member: String) -> ObjectKey? {
      let key = json[member]?.stringValue.map { ObjectKey(formEncoded: Array($0.utf8)) }
      return key.flatMap { (1...EventDecoder.maxKeyLength).contains($0.bytes.count) ? $0 : nil }
    }
    guard let bucket = name("bucket"), !bucket.isEmpty, let region = name("region"),
      let ownKey = key("key"), let event = json["event"]?.stringValue,
      let identity = json["identity"]?.stringValue.flatMap(digest),
      let isDistinct = json["isDistinct"]?.boolValue
    else { return nil }
    var change = ObjectChange(
      bucket: bucket, region: region, key: ownKey, eventName: event,
      version: json["version"]?.stringValue,
      sequencer: json["sequencer"]?.stringValue.flatMap { Sequencer($0) },
      eventTime: json["time"]?.stringValue, eTag: json["eTag"]?.stringValue)
    change.otherKey = key("otherKey")
    change.requestID = json["requestId"]?.stringValue
    change.isFromCloudTrail = json["isFromCloudTrail"]?.boolValue ?? false
    change.identity = ChangeIdentity(digest: identity, isDistinct: isDistinct)
    return change
  }

  /// Reads a SHA-256 digest; nil for anything else.
  private static func digest(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Hex.value(ofDigit: $0) }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
