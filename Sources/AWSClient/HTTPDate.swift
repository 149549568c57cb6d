import Encoding

/// The date of an HTTP answer, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Only the form that RFC 9110 lets senders use (IMF-fixdate).
package enum HTTPDate {
  /// Returns milliseconds since 1970-01-01T00:00:00Z, or nil when the text is no such date.
  package static func milliseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard text.utf8.count == 29, parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
      let day = number(parts[1], 2, 1...31),
      let month = months.firstIndex(of: String(parts[2])),
      let year = number(parts[3], 4, 0...9999)
    else { return nil }
    let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3,
      let hour = number(time[0], 2, 0...23),
      let minute = number(time[1], 2, 0...59),
      let second = number(time[2], 2, 0...60)
    else { return nil }
    return CivilTime(
      year: year, month: Int64(month) + 1, day: day, hour: hour, minute: minute, second: second
    ).millisecondsSinceEpoch
  }

  private static func number(_ text: Substring, _ width: Int, _ range: ClosedRange<Int64>) -> Int64?
  {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard text.utf8.count == width, text.utf8.allSatisfy({ digits.contains($0) }),
      let value = Int64(text), range.contains(value)
    else { return nil }
    return value
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
