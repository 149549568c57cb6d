/// The second at which a request is signed, in the two spellings of the signature.
public struct SigningDate: Sendable, Equatable, CustomStringConvertible {
  /// `yyyyMMdd`, the day the signing key is good for.
  public let day: String
  /// `yyyyMMdd'T'HHmmss'Z'`, the value of `X-Amz-Date`.
  public let timestamp: String

  /// Creates the date from milliseconds since 1970-01-01T00:00:00Z.
  ///
  /// What lies outside the years 0 to 9999, which four digits can't spell, becomes the nearest
  /// second that doesn't.
  public init(millisecondsSinceEpoch: Int64) {
    let milliseconds = min(max(millisecondsSinceEpoch, -62_167_219_200_000), 253_402_300_799_999)
    let seconds = SigningDate.floor(milliseconds, 1000)
    let days = SigningDate.floor(seconds, 86_400)
    let second = seconds - days * 86_400
    let (year, month, dayOfMonth) = SigningDate.civil(fromDays: days)
    day = [(year, 4), (month, 2), (dayOfMonth, 2)].map(SigningDate.digits).joined()
    let time = [(second / 3600, 2), (second / 60 % 60, 2), (second % 60, 2)]
    timestamp = "\(day)T\(time.map(SigningDate.digits).joined())Z"
  }

  /// The timestamp.
  public var description: String { timestamp }

  /// Turns a day number into a date of the Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day is a year's last, and in eras of 400
  /// years, after which the calendar repeats.
  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let sinceMarchOfYearZero = days + 719_468
    let era = floor(sinceMarchOfYearZero, 146_097)
    let dayOfEra = sinceMarchOfYearZero - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  private static func digits(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
