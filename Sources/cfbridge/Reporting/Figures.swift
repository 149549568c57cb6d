import InvalidationPlanning
import PlanReporting

/// How figures are shown to people.
enum Figures {
  /// A count with a comma between thousands.
  static func count(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// A count and what is counted, such as `1,694 paths`.
  static func of(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    Counted.words(number, one, many, digits: count(number))
  }

  /// An amount with a sign, such as `$1,203.50`; fractions of a cent are shown below a dollar.
  static func dollars(_ amount: Dollars) -> String {
    if amount.micros.magnitude < 1_000_000 { return "$\(amount)" }
    let cents = (amount.micros + 5_000) / 10_000
    let rest = String(cents % 100)
    return "$" + count(cents / 100) + "." + (rest.count == 1 ? "0" : "") + rest
  }

  /// A span of time, in the unit that fits: `850 ms`, `1.2 s`, `3 min 20 s`.
  static func span(milliseconds: Int64) -> String {
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    if milliseconds < 60_000 {
      let tenths = (milliseconds + 50) / 100
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    return Age.words(seconds: (milliseconds + 500) / 1_000)
  }

  /// A span of time in few columns: `850 ms`, `1.2 s`, `3:20 min`, `1:05 h`.
  static func clock(milliseconds: Int64) -> String {
    guard milliseconds >= 60_000 else { return span(milliseconds: milliseconds) }
    let seconds = (milliseconds + 500) / 1_000
    let (whole, part, unit) =
      seconds < 3_600
      ? (seconds / 60, seconds % 60, "min") : (seconds / 3_600, seconds % 3_600 / 60, "h")
    return "\(whole):\(part < 10 ? "0" : "")\(part) \(unit)"
  }

  /// A row of bars, one for each number; nothing for nil.
  static func sparkline(_ values: [Double?]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let most = values.compactMap { $0 }.max() ?? 0
    return String(
      values.map { value -> Character in
        guard let value else { return " " }
        guard value > 0, most > 0 else { return value < 0 ? " " : "▁" }
        return bars[min(bars.count - 1, 1 + Int(value / most * Double(bars.count - 2)))]
      })
  }

  /// As many numbers as there is room for: those of neighbours become one.
  static func binned<Value>(
    _ values: [Value], into most: Int, _ join: ([Value]) -> Double?
  ) -> [Double?] {
    guard values.count > most else { return values.map { join([$0]) } }
    return (0..<most).map { bin in
      join(Array(values[bin * values.count / most..<(bin + 1) * values.count / most]))
    }
  }
}
