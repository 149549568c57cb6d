/// Named numbers, printed as one JSON object.
struct Figures {
  private var members: [String] = []

  /// Adds a number.
  mutating func add(_ name: String, _ value: Double) { members.append("\"\(name)\": \(value)") }

  /// Adds a count.
  mutating func add(_ name: String, _ value: Int) { members.append("\"\(name)\": \(value)") }

  /// The object on one line.
  var line: String { "{" + members.joined(separator: ", ") + "}" }
}
