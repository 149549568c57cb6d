import Encoding
import JSON

/// What `aws s3api list-object-versions` prints: a bucket's history without anything prepared.
///
/// Versions that lifecycle deleted are missing, and so is every overwritten object of a bucket that
/// keeps no versions.
enum ObjectVersions {
  /// Whether a document is such a list.
  static func isList(_ document: JSONValue) -> Bool {
    document["Versions"]?.arrayValue != nil || document["DeleteMarkers"]?.arrayValue != nil
  }

  /// An entity tag without its quotes, as notifications have it.
  private static func tag(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
  }

  /// Reads a list.
  ///
  /// - Parameter bucket: the bucket, which the list need not name.
  static func read(_ document: JSONValue, bucket: String) -> [HistoricChange] {
    let name = document["Name"]?.stringValue ?? bucket
    return [("Versions", false), ("DeleteMarkers", true)].flatMap { member, isRemoval in
      (document[member]?.arrayValue ?? []).compactMap { version -> HistoricChange? in
        guard let key = version["Key"]?.stringValue,
          let time = version["LastModified"]?.stringValue.flatMap({ CivilTime(iso8601: $0) })
        else { return nil }
        return HistoricChange(
          milliseconds: time.millisecondsSinceEpoch, bucket: name, key: Array(key.utf8),
          isRemoval: isRemoval, eTag: version["ETag"]?.stringValue.map(tag),
          size: version["Size"]?.integerValue)
      }
    }
  }
}
