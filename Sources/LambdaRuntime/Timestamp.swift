/// A moment as log lines write it: RFC 3339 in UTC with milliseconds.
enum Timestamp {
  /// Writes milliseconds since 1970-01-01T00:00:00Z, such as `2026-11-21T05:22:57.884Z`.
  static func text(_ milliseconds: Int64) -> String {
    let day = Int64(86_400_000)
    let time = ((milliseconds % day) + day) % day
    let (year, month, date) = civil(days: (milliseconds - time) / day)
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(date, 2) + "T"
      + padded(time / 3_600_000, 2) + ":" + padded(time / 60_000 % 60, 2) + ":"
      + padded(time / 1000 % 60, 2) + "." + padded(time % 1000, 3) + "Z"
  }

  /// The Gregorian date of a day number, counted in years that begin in March: then the leap day
  /// is the last, and 400 years, or 146,097 days, are a whole cycle.
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
