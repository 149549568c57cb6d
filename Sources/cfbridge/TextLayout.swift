import PlanReporting

/// Breaks lines between words, so that a terminal does not break them inside a word.
struct TextLayout {
  /// The columns of a line; nil for lines of any length.
  var width: Int?

  /// Joins lines, and ends each.
  func text(_ lines: [String]...) -> String {
    lines.joined().map { $0 + "\n" }.joined()
  }

  /// Lays out a label and a text; further lines begin below the text's first word.
  ///
  /// - Parameter indent: the column where further lines begin instead.
  func line(_ label: String, _ text: String, indent: Int? = nil) -> [String] {
    fill(label, TextLayout.words(text), indent: indent ?? label.count)
  }

  /// Lays out rows with one label. The text about a subject stands beside it where both fit into
  /// one line, and below it otherwise.
  ///
  /// - Parameter limit: the longest subject that the rows are aligned with, in columns.
  func rows(_ label: String, _ rows: [PlanText.Row], limit: Int) -> [String] {
    let column = rows.map(\.subject.count).filter { $0 <= limit }.max() ?? 0
    return rows.flatMap { row -> [String] in
      let head = label + row.subject
      guard !row.pieces.isEmpty else { return [head] }
      let gap = String(repeating: " ", count: max(0, column - row.subject.count) + 2)
      let beside = head + gap + row.pieces.joined(separator: " ")
      guard let width, beside.count > width else { return [beside] }
      let below = String(repeating: " ", count: label.count + 2)
      return [head] + fill(below, row.pieces.map { " " + $0 }, indent: below.count)
    }
  }

  /// Lays out a line of an explanation, two columns further to the right; further lines begin below
  /// its text.
  func explained(_ line: String) -> [String] {
    let blanks = line.prefix { $0 == " " }.count
    // A label begins in column 2 and is nine columns wide; reasons begin where its text begins.
    let head = blanks == 2 && line.count > 11 ? String(line.prefix(11)) : ""
    let rest = head.isEmpty ? String(line.dropFirst(blanks)) : String(line.dropFirst(11))
    let start = head.isEmpty ? String(repeating: " ", count: blanks) : head
    return fill("  " + start, TextLayout.words(rest), indent: 13)
  }

  /// Fills lines with pieces, and drops the space before a piece that begins a line.
  private func fill(_ head: String, _ pieces: [String], indent: Int) -> [String] {
    var lines: [String] = []
    var line = head
    var isEmpty = true
    for piece in pieces {
      let word = piece.first == " " ? String(piece.dropFirst()) : piece
      if let width, !isEmpty, line.count + piece.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += isEmpty ? word : piece
      }
      isEmpty = false
    }
    return lines + [line]
  }

  /// Splits a text into words, each with the space before it. Because JSON has no spaces between
  /// its members, each member counts as a word.
  private static func words(_ text: String) -> [String] {
    var words = [""]
    var last: Character?
    for character in text {
      if character == " " || last == "," && (character == "\"" || character == "{") {
        words.append("")
      }
      words[words.count - 1].append(character)
      last = character
    }
    return words
  }
}
