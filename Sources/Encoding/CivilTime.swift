/// A moment in UTC by the Gregorian calendar, to the millisecond.
package struct CivilTime: Equatable, Sendable {
  /// The year; negative before the year 0.
  package var year: Int64
  /// The month, from 1.
  package var month: Int64
  /// The day of the month, from 1.
  package var day: Int64
  /// The hour, from 0.
  package var hour: Int64
  /// The minute, from 0.
  package var minute: Int64
  /// The second, from 0; 60 is a leap second and counts as the first of the next minute.
  package var second: Int64
  /// The millisecond, from 0.
  package var millisecond: Int64

  /// Creates a moment from its parts, which must be in range.
  package init(
    year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0,
    millisecond: Int64 = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// Splits milliseconds since 1970-01-01T00:00:00Z, which may be negative.
  ///
  /// Years are counted from March, so that the leap day is a year's last, and in eras of 400
  /// years, or 146,097 days, after which the calendar repeats.
  package init(millisecondsSinceEpoch milliseconds: Int64) {
    let days = CivilTime.floor(milliseconds, 86_400_000)
    let sinceMarchOfYearZero = days + 719_468
    let era = CivilTime.floor(sinceMarchOfYearZero, 146_097)
    let dayOfEra = sinceMarchOfYearZero - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    // The product of the days may lie outside Int64; the difference does not.
    let time = milliseconds &- days &* 86_400_000
    self.init(
      year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
      hour: time / 3_600_000, minute: time / 60_000 % 60, second: time / 1000 % 60,
      millisecond: time % 1000)
  }

  /// The milliseconds since 1970-01-01T00:00:00Z.
  package var millisecondsSinceEpoch: Int64 {
    let fromMarch = year - (month <= 2 ? 1 : 0)
    let era = CivilTime.floor(fromMarch, 400)
    let yearOfEra = fromMarch - era * 400
    let dayOfYear = (153 * (month + (month <= 2 ? 9 : -3)) + 2) / 5 + day - 1
    let days =
      era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}

extension CivilTime {
  /// Returns a number in decimal digits, with zeros before it up to a width.
  package static func digits(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  /// Fills a picture such as `yyyy-MM-ddTHH:mm:ss.SSSZ`, in which each letter but `T` and `Z` is
  /// replaced by a digit; the year must have four at most. Every log line and request has such a
  /// text.
  package func filled(_ picture: StaticString) -> String {
    let count = picture.utf8CodeUnitCount
    return String(unsafeUninitializedCapacity: count) { text in
      var parts = (year, month, day, hour, minute, second, millisecond)
      func digit(_ part: inout Int64) -> UInt8 {
        defer { part /= 10 }
        return UInt8(ascii: "0") + UInt8(truncatingIfNeeded: part % 10)
      }
      for at in (0..<count).reversed() {
        let letter = picture.utf8Start[at]
        text[at] =
          switch letter {
          case UInt8(ascii: "y"): digit(&parts.0)
          case UInt8(ascii: "M"): digit(&parts.1)
          case UInt8(ascii: "d"): digit(&parts.2)
          case UInt8(ascii: "H"): digit(&parts.3)
          case UInt8(ascii: "m"): digit(&parts.4)
          case UInt8(ascii: "s"): digit(&parts.5)
          case UInt8(ascii: "S"): digit(&parts.6)
          default: letter
          }
      }
      return count
    }
  }
}

extension CivilTime {
  /// Returns the milliseconds since 1970 of a timestamp in UTC, such as `2026-11-20T18:04:05.123Z`;
  /// nil when the text is none. Whole seconds suffice, so what follows them is ignored.
  package static func milliseconds(of timestamp: String) -> Int64? {
    let text = Array(timestamp.utf8.prefix(19))
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in text[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard text.count == 19, text[4] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second
    ).millisecondsSinceEpoch
  }
}
