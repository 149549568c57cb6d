/// The parts of a JSON document as the text they are, for a document inside another one.
///
/// It looks at brackets and strings alone, so the document has to be known as valid JSON. Unlike a
/// ``JSONValue`` it takes no memory for what is inside the parts.
package enum JSONParts {
  /// Splits an array into its elements; an object into its members, each with its name.
  package static func split(_ text: some Collection<UInt8>) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var part: [UInt8] = []
    var depth = 0
    var isInString = false
    var isEscaped = false
    for byte in text {
      var isSeparator = false
      if isInString {
        isInString = isEscaped || byte != quote
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      } else if byte == quote {
        isInString = true
      } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        depth += 1
        isSeparator = depth == 1
      } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        depth -= 1
        isSeparator = depth == 0
      } else if byte == UInt8(ascii: ",") {
        isSeparator = depth == 1
      }
      if !isSeparator {
        part.append(byte)
      } else if part.contains(where: { !isSpace($0) }) {
        parts.append(part)
        part = []
      } else {
        part = []
      }
    }
    return parts
  }

  /// Finds the text of an object's member; nil where there is none, or its name has escapes.
  package static func member(_ name: String, of text: some Collection<UInt8>) -> [UInt8]? {
    let key = [quote] + Array(name.utf8) + [quote]
    for member in split(text) {
      let member = member.drop(while: isSpace)
      guard member.starts(with: key) else { continue }
      let rest = member.dropFirst(key.count).drop(while: isSpace)
      return Array(rest.dropFirst())
    }
    return nil
  }

  private static let quote = UInt8(ascii: "\"")

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
