import CLibrary

/// A moment in UTC, in the formats of AWS's HTTP interfaces.
struct UTCTime: Equatable {
  /// Milliseconds since 1970.
  var milliseconds: Int64

  /// The machine's clock. `clock_gettime`.
  static var system: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }

  init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Reads `20261120T180405Z`; nil for anything else, such as the 31st of February.
  init?(basic text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
      return nil
    }
    let numbers = [0..<4, 4..<6, 6..<8, 9..<11, 11..<13, 13..<15].map { range in
      bytes[range].reduce(0) { sum, byte in
        (0x30...0x39).contains(byte) ? sum * 10 + Int(byte) - 0x30 : -1_000_000
      }
    }
    guard numbers.allSatisfy({ $0 >= 0 }), (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2])
    else { return nil }
    let days = UTCTime.days(year: numbers[0], month: numbers[1], day: numbers[2])
    milliseconds =
      Int64(days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]) * 1000
    guard basic == text else { return nil }
  }

  /// `20261120T180405Z`, as in `X-Amz-Date`.
  var basic: String {
    let (year, month, day) = date
    return
      "\(pad(year, 4))\(pad(month, 2))\(pad(day, 2))T\(clock.map { pad($0, 2) }.joined())Z"
  }

  /// `2026-11-20T18:04:05.125Z`, as in XML.
  var extended: String {
    let (year, month, day) = date
    let time = clock.map { pad($0, 2) }.joined(separator: ":")
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(time).\(pad(thousandths, 3))Z"
  }

  /// `Fri, 20 Nov 2026 18:04:05 GMT`, as in the `Date` field.
  var http: String {
    let (year, month, day) = date
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let weekday = weekdays[((dayNumber % 7) + 7) % 7]
    let time = clock.map { pad($0, 2) }.joined(separator: ":")
    return "\(weekday), \(pad(day, 2)) \(months[month - 1]) \(year) \(time) GMT"
  }

  private var thousandths: Int { Int(((milliseconds % 1000) + 1000) % 1000) }

  private var seconds: Int { (Int(milliseconds) - thousandths) / 1000 }

  private var dayNumber: Int { (seconds - secondOfDay) / 86_400 }

  private var secondOfDay: Int { ((seconds % 86_400) + 86_400) % 86_400 }

  private var clock: [Int] { [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60] }

  /// The proleptic Gregorian date. It counts years from March, so that the leap day comes last and
  /// the average of 30.6 days gives the months' lengths.
  private var date: (year: Int, month: Int, day: Int) {
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * marchMonth + 2) / 5 + 1
    )
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
