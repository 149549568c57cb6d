package import S3Events

/// A pattern of names that contain a digest of the object's bytes.
///
/// `*` stands for any characters, `/` too, and `{hex}` for 8 to 64 hexadecimal digits of which at
/// least one is a letter and one a figure, so that neither a date nor a word is taken for a digest.
/// `\` before `*`, `{`, `,` or `\` makes it stand for itself; so does everything else.
package struct NamePattern: Hashable, Sendable, CustomStringConvertible {
  private enum Token: Hashable {
    case text([UInt8])
    case star
    case hex
  }

  /// The digits that `{hex}` may stand for.
  static let digits = 8...64
  /// The longest pattern, in bytes.
  package static let maxLength = 256
  /// A name whose bytes change with every site.
  private static let changing = ObjectKey(raw: Array("index.html".utf8))

  /// The pattern as it was written.
  package let description: String

  private let tokens: [Token]

  /// Takes a pattern.
  ///
  /// - Throws: ``NamePatternError`` when it can't be meant.
  package init(_ pattern: String) throws(NamePatternError) {
    description = pattern
    guard !pattern.isEmpty else { throw .empty }
    guard pattern.utf8.count <= NamePattern.maxLength else { throw .tooLong }
    guard pattern.utf8.first != UInt8(ascii: "/") else { throw .leadingSlash }
    tokens = try NamePattern.tokens(Array(pattern.utf8)[...])
    guard !matches(NamePattern.changing) else { throw .matchesIndex }
  }

  private static func tokens(_ pattern: ArraySlice<UInt8>) throws(NamePatternError) -> [Token] {
    let placeholder = Array("{hex}".utf8)
    var tokens: [Token] = []
    var text: [UInt8] = []
    func ended(by token: Token) -> [Token] { (text.isEmpty ? [] : [.text(text)]) + [token] }
    var rest = pattern
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = rest.dropFirst().first, "*{,\\".utf8.contains(next) else {
          throw .brokenEscape
        }
        text.append(next)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "*"):
        tokens += ended(by: .star)
        text = []
        rest = rest.dropFirst()
      case UInt8(ascii: "{"):
        guard rest.starts(with: placeholder) else { throw .unknownPlaceholder }
        tokens += ended(by: .hex)
        text = []
        rest = rest.dropFirst(placeholder.count)
      default:
        text.append(byte)
        rest = rest.dropFirst()
      }
    }
    return text.isEmpty ? tokens : tokens + [.text(text)]
  }

  /// Whether the pattern matches a whole key.
  package func matches(_ key: ObjectKey) -> Bool {
    let bytes = key.bytes
    if case .text(let text)? = tokens.first, !bytes.starts(with: text) { return false }
    // Whether the tokens so far can end before a byte.
    var ends = Array(repeating: false, count: bytes.count + 1)
    ends[0] = true
    for token in tokens {
      var next = Array(repeating: false, count: bytes.count + 1)
      var reached = false
      for start in ends.indices where ends[start] {
        switch token {
        case .star:
          for end in start...bytes.count { next[end] = true }
        case .text(let text):
          guard bytes[start...].starts(with: text) else { continue }
          next[start + text.count] = true
        case .hex:
          NamePattern.markDigests(in: bytes, from: start, &next)
        }
        reached = true
        if token == .star { break }
      }
      guard reached else { return false }
      ends = next
    }
    return ends[bytes.count]
  }

  /// Marks where a digest that begins at a byte may end.
  private static func markDigests(in bytes: [UInt8], from start: Int, _ ends: inout [Bool]) {
    var (hasLetter, hasFigure) = (false, false)
    for index in start..<min(start + digits.upperBound, bytes.count) {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): hasFigure = true
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        hasLetter = true
      default: return
      }
      if hasLetter, hasFigure, index - start + 1 >= digits.lowerBound { ends[index + 1] = true }
    }
  }
}

/// Why a pattern can't be used.
package enum NamePatternError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case tooLong
  case leadingSlash
  case brokenEscape
  case unknownPlaceholder
  /// It matches `index.html`.
  case matchesIndex

  /// What is wrong and what would be right.
  package var description: String {
    switch self {
    case .empty: "it is empty; write a pattern such as assets/*"
    case .tooLong: "it is longer than \(NamePattern.maxLength) bytes"
    case .leadingSlash: "it starts with /, which keys do not; write assets/*, not /assets/*"
    case .brokenEscape: "a \\ may only stand before *, {, a comma or another \\"
    case .unknownPlaceholder: "the only placeholder is {hex}; write \\{ for the character"
    case .matchesIndex:
      "it matches index.html, whose bytes change; name the folder of the files that never change,"
        + " such as assets/*, or the digest in their names, such as *.{hex}.*"
    }
  }
}

/// The names that an operator promises never change their bytes (`IMMUTABLE_KEYS`).
package struct ImmutableNames: Hashable, Sendable {
  /// The patterns; a name is immutable when any of them matches it.
  package let patterns: [NamePattern]

  /// Takes patterns.
  package init(_ patterns: [NamePattern] = []) {
    self.patterns = patterns
  }

  /// Whether a key is such a name.
  package func contains(_ key: ObjectKey) -> Bool { patterns.contains { $0.matches(key) } }
}
