import Encoding

/// A moment as log lines write it: RFC 3339 in UTC with milliseconds.
package enum Timestamp {
  /// Writes milliseconds since 1970-01-01T00:00:00Z, such as `2026-11-21T05:22:57.884Z`.
  package static func text(_ milliseconds: Int64) -> String {
    let time = CivilTime(millisecondsSinceEpoch: milliseconds)
    if (0...9_999).contains(time.year) { return time.filled("yyyy-MM-ddTHH:mm:ss.SSSZ") }
    let date = [(time.year, 4), (time.month, 2), (time.day, 2)]
    let clock = [(time.hour, 2), (time.minute, 2), (time.second, 2)]
    return date.map(CivilTime.digits).joined(separator: "-") + "T"
      + clock.map(CivilTime.digits).joined(separator: ":") + "."
      + CivilTime.digits(time.millisecond, 3) + "Z"
  }
}
