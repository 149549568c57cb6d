import CloudFrontModel
import Encoding

/// A line of S3's server access logs.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
enum AccessLogLine {
  /// The operations after which S3 sends an event, and whether they remove the object.
  private static let operations: [String: Bool] = [
    "REST.PUT.OBJECT": false, "REST.POST.OBJECT": false, "REST.COPY.OBJECT": false,
    "REST.POST.UPLOAD": false, "REST.DELETE.OBJECT": true, "BATCH.DELETE.OBJECT": true,
    "S3.EXPIRE.OBJECT": true, "S3.CREATE.DELETEMARKER": true,
  ]

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// What a line means.
  enum Meaning: Equatable {
    case change(HistoricChange)
    /// A request that changes nothing, such as a read.
    case nothing
    /// Not a line of such a log.
    case other
  }

  /// Reads a line.
  static func read(_ line: some Collection<UInt8>) -> Meaning {
    // Owner, bucket, `[time`, `zone]`, address, requester, request, operation, key, and then the
    // request line in quotes.
    let words = line.split(separator: 0x20, maxSplits: 9, omittingEmptySubsequences: false)
    guard words.count == 10, words[2].first == UInt8(ascii: "["),
      let time = moment(String(decoding: words[2].dropFirst(), as: UTF8.self))
    else { return .other }
    guard let isRemoval = operations[String(decoding: words[7], as: UTF8.self)],
      isSuccess(words[9])
    else { return .nothing }
    return .change(
      HistoricChange(
        milliseconds: time, bucket: String(decoding: words[1], as: UTF8.self),
        key: key(Array(words[8])), isRemoval: isRemoval))
  }

  /// The status comes after the request line, whose quotes S3 does not escape but encodes.
  private static func isSuccess(_ rest: some Collection<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: "\"") else {
      // What S3 does by itself has no request line.
      return rest.first == UInt8(ascii: "-")
    }
    let after = rest.dropFirst().drop { $0 != UInt8(ascii: "\"") }.dropFirst(2)
    return after.first == UInt8(ascii: "2")
  }

  /// Decodes a key, which S3 encodes twice.
  private static func key(_ encoded: [UInt8]) -> [UInt8] {
    let once = PathEncoding.decode(encoded)
    return once.contains(UInt8(ascii: "%")) ? PathEncoding.decode(once) : once
  }

  /// Reads a time such as `06/Feb/2019:00:00:38`, in UTC.
  private static func moment(_ text: String) -> Int64? {
    let parts = text.split(whereSeparator: { $0 == "/" || $0 == ":" })
    guard parts.count == 6, let day = Int64(parts[0]),
      let month = months.firstIndex(where: { $0 == parts[1] }), let year = Int64(parts[2]),
      let hour = Int64(parts[3]), let minute = Int64(parts[4]), let second = Int64(parts[5]),
      (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(hour),
      (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    return CivilTime(
      year: year, month: Int64(month + 1), day: day, hour: hour, minute: minute, second: second
    ).millisecondsSinceEpoch
  }
}
