/// One of the AWS CLI's two files, `~/.aws/config` or `~/.aws/credentials`, taken apart.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct SharedFile: Equatable {
  /// The settings of a section by their names in lower case. The lines below a setting without a
  /// value are its own settings, with the names `setting.name`.
  typealias Section = [String: String]

  /// The sections by what stands between the brackets, spaces reduced to one: `profile work`.
  private(set) var sections: [String: Section] = [:]

  /// A file without sections.
  init() {}

  /// Reads a file. A section that stands twice is one; of a setting that stands twice the last
  /// counts.
  ///
  /// - Parameter path: the file's name, for errors, which never quote the file: it has secrets.
  init(_ bytes: [UInt8], path: String) throws(AccountError) {
    var section: String?
    // The setting without a value that indented lines belong to.
    var parent: String?
    for (index, line) in SharedFile.lines(bytes).enumerated() {
      let text = SharedFile.trimmed(line)
      guard let first = text.first, first != "#", first != ";" else { continue }
      func wrong(_ problem: String) -> AccountError {
        .badFile(path: path, line: index + 1, problem: problem)
      }
      if first == "[" {
        guard let end = text.firstIndex(of: "]") else { throw wrong("a [ has no ]") }
        section = SharedFile.name(text[text.index(after: text.startIndex)..<end])
        parent = nil
        if let section, sections[section] == nil { sections[section] = [:] }
        continue
      }
      guard let section else { throw wrong("a setting stands before the first [section]") }
      let isIndented = line.first == " " || line.first == "\t"
      guard let equals = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        // A value goes on; none that is read here has more than one line.
        if isIndented { continue }
        throw wrong("a line is neither a [section] nor name = value")
      }
      let name = SharedFile.trimmed(text[..<equals]).lowercased()
      let value = String(SharedFile.trimmed(text[text.index(after: equals)...]))
      if isIndented {
        if let parent { sections[section]?["\(parent).\(name)"] = value }
      } else {
        sections[section]?[name] = value
        parent = value.isEmpty ? name : nil
      }
    }
  }

  /// Splits at LF or CRLF, and drops a byte order mark.
  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = String(decoding: bytes.starts(with: mark) ? bytes[3...] : bytes[...], as: UTF8.self)
    return text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let isSpace = { (character: Character) in character.isWhitespace }
    var text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }

  /// The words between the brackets, without the quotes that a name with spaces is written in.
  private static func name(_ text: Substring) -> String {
    let unquoted = text.filter { $0 != "\"" && $0 != "'" }
    return unquoted.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
