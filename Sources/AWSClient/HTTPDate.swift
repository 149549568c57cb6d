/// The date of an HTTP answer, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Only the form that RFC 9110 lets senders use (IMF-fixdate).
enum HTTPDate {
  /// Returns milliseconds since 1970-01-01T00:00:00Z, or nil when the text is no such date.
  static func milliseconds(_ text: String) -> Int64? {
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
    let days = days(year: year, month: Int64(month) + 1, day: day)
    return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000
  }

  /// The days from 1970-01-01 to a date of the Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day is a year's last; 400 years are added,
  /// after which the calendar repeats, so that nothing is negative.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let fromMarch = year + 400 - (month <= 2 ? 1 : 0)
    let dayOfYear = (153 * (month + (month <= 2 ? 9 : -3)) + 2) / 5 + day - 1
    let leapDays = fromMarch / 4 - fromMarch / 100 + fromMarch / 400
    return fromMarch * 365 + leapDays + dayOfYear - 719_468 - 146_097
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
