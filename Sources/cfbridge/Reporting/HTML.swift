import JSON

/// Pieces of a page.
enum HTML {
  /// A text as it may stand between tags and in attributes.
  static func text(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n": escaped += "\n"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// JSON as the text of a script element, which nothing in it can end.
  static func data(_ value: JSONValue) -> String {
    String(decoding: value.encoded(sortedKeys: true), as: UTF8.self)
      .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }

  /// A figure, and where the page's data have it.
  static func figure(_ shown: String, _ path: String) -> String {
    "<span class=\"figure\" data-path=\"\(text(path))\">\(text(shown))</span>"
  }

  /// A table; the first column is on the left, the others are on the right.
  ///
  /// - Parameter rows: cells that are HTML.
  static func table(_ names: [String], _ rows: [[String]]) -> String {
    let head = names.map { "<th scope=\"col\">\(text($0))</th>" }.joined()
    let body = rows.map { row in
      "<tr>"
        + row.enumerated().map { column, cell in
          column == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
        }.joined() + "</tr>"
    }.joined(separator: "\n")
    return """
      <div class="scroll"><table><thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)
      </tbody></table></div>
      """
  }
}
