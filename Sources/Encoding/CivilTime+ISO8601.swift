extension CivilTime {
  /// Reads a moment as AWS writes it: `2026-11-25T10:00:00.407Z`, with or without a fraction, with
  /// an offset such as `+01:00` or `UTC` in place of the `Z`. Only three digits of the fraction
  /// count. Nil for anything else.
  package init?(iso8601 text: String) {
    var rest = Array(text.utf8)[...]
    func digits(_ count: Int, _ range: ClosedRange<Int64>) -> Int64? {
      let read = rest.prefix(count)
      guard read.count == count, read.allSatisfy(CivilTime.isDigit),
        let number = Int64(String(decoding: read, as: UTF8.self)), range.contains(number)
      else { return nil }
      rest = rest.dropFirst(count)
      return number
    }
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = digits(4, 0...9999), skip("-"), let month = digits(2, 1...12), skip("-"),
      let day = digits(2, 1...31), skip("Tt "), let hour = digits(2, 0...23), skip(":"),
      let minute = digits(2, 0...59), skip(":"), let second = digits(2, 0...60)
    else { return nil }
    var millisecond: Int64 = 0
    if skip(".,") {
      let fraction = rest.prefix(while: CivilTime.isDigit)
      guard !fraction.isEmpty else { return nil }
      let three = String(decoding: fraction.prefix(3), as: UTF8.self)
      millisecond = Int64(three + String(repeating: "0", count: 3 - three.utf8.count)) ?? 0
      rest = rest.dropFirst(fraction.count)
    }
    var offset: Int64 = 0
    switch String(decoding: rest, as: UTF8.self) {
    case "Z", "z", "UTC": break
    default:
      let isWest = rest.first == UInt8(ascii: "-")
      guard skip("+-"), let hours = digits(2, 0...23) else { return nil }
      _ = skip(":")
      guard let minutes = digits(2, 0...59), rest.isEmpty else { return nil }
      offset = (hours * 60 + minutes) * 60_000 * (isWest ? -1 : 1)
    }
    let local = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      millisecond: millisecond)
    self.init(millisecondsSinceEpoch: local.millisecondsSinceEpoch - offset)
  }

  /// The moment to the second, such as `2026-11-25T10:00:00Z`.
  package var iso8601: String {
    let date = [(year, 4), (month, 2), (day, 2)].map(CivilTime.digits).joined(separator: "-")
    let time = [(hour, 2), (minute, 2), (second, 2)].map(CivilTime.digits).joined(separator: ":")
    return "\(date)T\(time)Z"
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
