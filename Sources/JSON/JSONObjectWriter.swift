/// Writes the members of one JSON object one after the other, without a ``JSONValue`` of the whole.
package struct JSONObjectWriter {
  /// The text so far, without the brace at its end.
  private var text: [UInt8] = [UInt8(ascii: "{")]

  package init() { text.reserveCapacity(1_024) }

  /// Adds a member.
  package mutating func add(_ key: String, _ value: JSONValue) {
    begin(key)
    value.append(to: &text)
  }

  /// Adds a member that is text; nothing for nil.
  package mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    begin(key)
    JSONEscaping.append(value, to: &text, asciiOnly: false)
  }

  /// Returns the object as one line with a line feed at its end.
  package consuming func line() -> [UInt8] {
    text.append(UInt8(ascii: "}"))
    text.append(UInt8(ascii: "\n"))
    return text
  }

  private mutating func begin(_ key: String) {
    if text.count > 1 { text.append(UInt8(ascii: ",")) }
    JSONEscaping.append(key, to: &text, asciiOnly: false)
    text.append(UInt8(ascii: ":"))
  }
}
