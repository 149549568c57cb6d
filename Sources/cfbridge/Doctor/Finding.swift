import JSON

/// What a check found, with the evidence for it and a cure.
struct Finding {
  /// How bad it is.
  enum Severity: String {
    case ok, warning, failure
    /// The check could not see what it needs.
    case unseen = "not seen"

    var style: Screen.Style {
      switch self {
      case .ok: .green
      case .warning: .yellow
      case .failure: .red
      case .unseen: .dim
      }
    }
  }

  /// The check's name, which stays.
  var check: String
  var severity: Severity
  /// What is the matter, in a sentence.
  var summary: String
  /// What was seen, one fact each.
  var evidence: [String] = []
  /// What to do about it; nil where nothing is wrong.
  var cure: String?

  /// Whether somebody should do something.
  var isTrouble: Bool { severity == .warning || severity == .failure }

  /// The finding in lines.
  func lines(_ screen: Screen) -> [String] {
    let rows: [[Screen.Cell]] =
      evidence.map { ["evidence", Screen.Cell($0)] }
      + (cure.map { [["cure", Screen.Cell($0)]] } ?? [])
    return screen.table([
      [
        Screen.Cell(severity.rawValue, severity.style), Screen.Cell(check, .bold),
        Screen.Cell(summary),
      ]
    ]) + screen.table(rows, indent: 2)
  }

  /// The finding as JSON.
  var json: JSONValue {
    [
      "check": .string(check), "severity": .string(severity.rawValue),
      "summary": .string(summary), "evidence": .array(evidence.map { .string($0) }),
      "cure": cure.map { .string($0) } ?? .null,
    ]
  }
}
