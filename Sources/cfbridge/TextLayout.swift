import PlanReporting

/// Breaks lines between words, so that a terminal does not break them inside one.
struct TextLayout {
  /// The columns of a line; nil when it may have any length.
  var width: Int?

  /// Lines, each with its end.
  func text(_ lines: [String]...) -> String {
    lines.joined().map { $0 + "\n" }.joined()
  }

  /// A label and a text; further lines begin below the text's first word.
  ///
  /// - Parameter indent: the column where further lines begin instead.
  func line(_ label: String, _ text: String, indent: Int? = nil) -> [String] {
    fill(label, TextLayout.words(text), indent: indent ?? label.count)
  }

  /// Rows with one label: what is said of a subject stands beside it where both fit in one line,
  /// and below it otherwise.
  ///
  /// - Parameter limit: the longest subject, in columns, that the others are aligned with.
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

  /// A line of an explanation, two columns further in; further lines begin below its text.
  func explained(_ line: String) -> [String] {
    let blanks = line.prefix { $0 == " " }.count
    // A label begins in column 2 and is nine columns wide; reasons begin where its text begins.
    let head = blanks == 2 && line.count > 11 ? String(line.prefix(11)) : ""
    let rest = head.isEmpty ? String(line.dropFirst(blanks)) : String(line.dropFirst(11))
    let start = head.isEmpty ? String(repeating: " ", count: blanks) : head
    return fill("  " + start, TextLayout.words(rest), indent: 13)
  }

  /// Fills lines with pieces; a space that a piece begins with is dropped where a line begins.
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

  /// The words of a text, each with the space before it. JSON has no spaces between its members, so
  /// each member counts as a word.
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
