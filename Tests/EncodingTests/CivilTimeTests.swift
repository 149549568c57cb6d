import Encoding
import Testing

@Suite struct CivilTimeTests {
  static let moments: [(Int64, CivilTime)] = [
    (0, CivilTime(year: 1970, month: 1, day: 1)),
    (
      -1,
      CivilTime(
        year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999)
    ),
    (
      951_782_399_007,
      CivilTime(year: 2000, month: 2, day: 28, hour: 23, minute: 59, second: 59, millisecond: 7)
    ),
    (951_782_400_000, CivilTime(year: 2000, month: 2, day: 29)),
    (4_107_542_400_000, CivilTime(year: 2100, month: 3, day: 1)),
    (-62_167_219_200_000, CivilTime(year: 0, month: 1, day: 1)),
    (-62_167_219_200_001 - 86_399_999, CivilTime(year: -1, month: 12, day: 31)),
    (253_402_300_800_000, CivilTime(year: 10_000, month: 1, day: 1)),
  ]

  @Test(
    "splits a moment into calendar parts and joins them again", arguments: moments)
  func parts(milliseconds: Int64, time: CivilTime) {
    #expect(CivilTime(millisecondsSinceEpoch: milliseconds) == time)
    #expect(time.millisecondsSinceEpoch == milliseconds)
  }

  @Test("fills a picture as the digits of each part do", arguments: moments)
  func filled(milliseconds: Int64, time: CivilTime) {
    guard (0...9_999).contains(time.year) else { return }
    let parts = [(time.year, 4), (time.month, 2), (time.day, 2), (time.millisecond, 3)]
    #expect(
      time.filled("yyyy|MM|dd|SSS") == parts.map(CivilTime.digits).joined(separator: "|"))
    let clock = [(time.hour, 2), (time.minute, 2), (time.second, 2)]
    #expect(time.filled("THHmmssZ") == "T" + clock.map(CivilTime.digits).joined() + "Z")
  }

  @Test("each day of two eras follows the day before it, and comes back as it went")
  func everyDay() {
    var before = CivilTime(year: 1599, month: 12, day: 31)
    for day in 0..<(2 * 146_097) {
      let milliseconds = -11_676_096_000_000 + Int64(day) * 86_400_000
      let time = CivilTime(millisecondsSinceEpoch: milliseconds)
      let isNextDay = time.month == before.month && time.day == before.day + 1
      let isNextMonth =
        time.day == 1 && before.day >= 28
        && (time.month == before.month + 1
          || (time.month == 1 && before.month == 12 && time.year == before.year + 1))
      guard isNextDay || isNextMonth, time.millisecondsSinceEpoch == milliseconds else {
        Issue.record("\(before) is followed by \(time)")
        return
      }
      before = time
    }
    #expect(before == CivilTime(year: 2399, month: 12, day: 31))
  }

  @Test("has parts in range for every moment that Int64 can hold", arguments: [Int64.min, .max])
  func extremes(milliseconds: Int64) {
    let time = CivilTime(millisecondsSinceEpoch: milliseconds)
    #expect((1...12).contains(time.month) && (1...31).contains(time.day))
    #expect((0...23).contains(time.hour) && (0...999).contains(time.millisecond))
  }

  @Test(
    "writes a number with zeros before it up to a width",
    arguments: [(7, 2, "07"), (0, 3, "000"), (12_345, 4, "12345")])
  func digits(number: Int64, width: Int, text: String) {
    #expect(CivilTime.digits(number, width) == text)
  }
}
