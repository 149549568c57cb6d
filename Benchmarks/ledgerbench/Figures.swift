/// What a scenario costs.
struct Figures {
  /// The paths that CloudFront bills.
  var paths = 0
  /// Objects whose bytes are those from before, and of which a copy was removed all the same.
  var forgotten = 0
  /// Objects of which a copy could be kept.
  var kept = 0
  var reads = 0
  var writes = 0

  /// What CloudFront charges for a path beyond the free ones, in millionths of a dollar.
  private static let path = 5_000.0
  /// What DynamoDB charges on demand in us-east-1, in millionths of a dollar: for a write, and for
  /// an eventually consistent read.
  private static let write = 0.625
  private static let read = 0.0625

  /// A row of the table.
  func row(_ scenario: Scenario, _ use: LedgerUse) -> String {
    let table = Double(reads) * Figures.read + Double(writes) * Figures.write
    let columns = [
      scenario.rawValue, use.rawValue, "\(paths)",
      Figures.dollars(Double(paths) * Figures.path, digits: 3),
      kept == 0 ? "–" : "\(forgotten) of \(kept)",
      "\(reads)", "\(writes)", Figures.dollars(table, digits: 4),
    ]
    return "| " + columns.joined(separator: " | ") + " |"
  }

  /// An amount in dollars with some digits after the point.
  private static func dollars(_ millionths: Double, digits: Int) -> String {
    let unit = digits == 3 ? 1_000.0 : 100.0
    let scaled = Int((millionths / unit).rounded())
    let whole = digits == 3 ? 1_000 : 10_000
    let part = "\(scaled % whole)"
    return "\(scaled / whole)." + String(repeating: "0", count: digits - part.utf8.count) + part
  }
}
