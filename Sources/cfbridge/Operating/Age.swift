import Encoding

/// How a moment and a span of time are shown to people.
enum Age {
  /// A span in its two largest units, such as `3 min 20 s`.
  static func words(seconds: Int64) -> String {
    switch seconds {
    case ..<0: "just now"
    case ..<60: "\(seconds) s"
    case ..<3_600: "\(seconds / 60) min" + (seconds % 60 == 0 ? "" : " \(seconds % 60) s")
    case ..<86_400: "\(seconds / 3_600) h" + part(seconds % 3_600 / 60, "min")
    default: "\(seconds / 86_400) d" + part(seconds % 86_400 / 3_600, "h")
    }
  }

  private static func part(_ number: Int64, _ unit: String) -> String {
    number == 0 ? "" : " \(number) \(unit)"
  }

  /// A moment in ISO 8601, or an empty text.
  static func moment(_ milliseconds: Int64?) -> String {
    milliseconds.map { CivilTime(millisecondsSinceEpoch: $0).iso8601 } ?? ""
  }
}

/// A span of time on the command line: `90`, `90s`, `15m` or `2h`.
struct TimeSpan: Equatable, CustomStringConvertible {
  var seconds: Int64

  /// The span as it can be given.
  var description: String { "\(seconds)" }

  init(seconds: Int64) {
    self.seconds = seconds
  }

  init?(_ text: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard let number = Int64(digits), (0...31_536_000).contains(number) else { return nil }
    seconds = min(number * (unit ?? 1), 31_536_000)
  }
}
