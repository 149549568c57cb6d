import ArgumentParser
import CLibrary
import LambdaRuntime

/// Whether output has colours.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// How a command prints for people: in columns, and in colours where somebody sees them.
struct Screen {
  /// The colours and weights in use (ECMA-48, SGR).
  enum Style: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// A text of a column.
  struct Cell: ExpressibleByStringLiteral {
    var text: String
    var style = Style.plain

    init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }
  }

  /// The columns of a line; nil for lines of any length.
  let width: Int?
  private let isColored: Bool

  /// Looks at where standard output leads, at `--color` and at `NO_COLOR` (https://no-color.org).
  init(_ choice: ColorChoice) {
    width = Output.width(of: .standard)
    let environment = ProcessEnvironment.current
    isColored =
      switch choice {
      case .always: true
      case .never: false
      case .auto:
        isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty
          && environment["TERM"] != "dumb"
      }
  }

  /// The layout of lines without columns.
  var layout: TextLayout { TextLayout(width: width) }

  /// Puts a text into a style.
  func paint(_ text: String, _ style: Style) -> String {
    isColored && style != .plain && !text.isEmpty
      ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Lays out rows in aligned columns. The last column is filled with words; where too little room
  /// is left for it, it begins on a line of its own.
  ///
  /// - Parameter indent: the column where rows begin.
  func table(_ rows: [[Cell]], indent: Int = 0) -> [String] {
    let columns = rows.map { $0.count - 1 }.max() ?? 0
    let widths = (0..<max(0, columns)).map { column in
      rows.compactMap { $0.indices.dropLast().contains(column) ? $0[column].text.count : nil }
        .max() ?? 0
    }
    let margin = String(repeating: " ", count: indent)
    return rows.flatMap { row -> [String] in
      guard let last = row.last else { return [""] }
      var plain = margin
      var painted = margin
      for (column, cell) in row.dropLast().enumerated() {
        let gap = String(repeating: " ", count: max(0, widths[column] - cell.text.count) + 2)
        plain += cell.text + gap
        painted += paint(cell.text, cell.style) + gap
      }
      let words = last.text.split(separator: " ").map(\.count).max() ?? 0
      guard let width, plain.count + last.text.count > width else {
        let line = painted + paint(last.text, last.style)
        return [line.trimmingTrailingSpaces]
      }
      let below = indent + 4
      guard plain.count + max(words, 24) > width else {
        let lines = layout.line(plain, last.text)
        return [painted + lines[0].dropFirst(plain.count)] + lines.dropFirst()
      }
      let filled = layout.line(String(repeating: " ", count: below), last.text)
      return [painted.trimmingTrailingSpaces] + filled
    }
  }

  /// Prints lines on standard output.
  func print(_ lines: [String]) {
    Output.write(lines.map { $0 + "\n" }.joined())
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
