extension JSONValue {
  /// Writes the value without white space, as UTF-8.
  ///
  /// - Parameter sortedKeys: orders the members of every object bytewise by key.
  package func encoded(sortedKeys: Bool = false) -> [UInt8] {
    var output: [UInt8] = []
    append(to: &output, sortedKeys: sortedKeys, asciiOnly: false)
    return output
  }

  /// Writes the value as ``encoded(sortedKeys:)`` does, piece by piece, so that the text of a large
  /// one need not be in memory as a whole.
  ///
  /// - Parameter write: takes a piece of 64 KiB, or a little more where one string is longer.
  package func write(sortedKeys: Bool = false, _ write: ([UInt8]) -> Void) {
    var output: [UInt8] = []
    append(to: &output, sortedKeys: sortedKeys, asciiOnly: false) { piece in
      guard piece.count >= 1 << 16 else { return }
      write(piece)
      piece.removeAll(keepingCapacity: true)
    }
    if !output.isEmpty { write(output) }
  }

  /// Appends the value without white space.
  func append(to output: inout [UInt8]) {
    append(to: &output, sortedKeys: false, asciiOnly: false)
  }

  /// Writes the value as one line of ASCII, fit for the value of an HTTP header.
  package func asciiEncoded() -> [UInt8] {
    var output: [UInt8] = []
    append(to: &output, sortedKeys: false, asciiOnly: true)
    return output
  }

  /// - Parameter empty: called after each element and member, to take what is written so far.
  private func append(
    to output: inout [UInt8], sortedKeys: Bool, asciiOnly: Bool,
    _ empty: (inout [UInt8]) -> Void = { _ in }
  ) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: value.description.utf8)
    case .double(let value):
      output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let value): JSONEscaping.append(value, to: &output, asciiOnly: asciiOnly)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        value.append(to: &output, sortedKeys: sortedKeys, asciiOnly: asciiOnly, empty)
        empty(&output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      let ordered =
        sortedKeys
        ? members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : members
      output.append(UInt8(ascii: "{"))
      for (index, member) in ordered.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        JSONEscaping.append(member.key, to: &output, asciiOnly: asciiOnly)
        output.append(UInt8(ascii: ":"))
        member.value.append(to: &output, sortedKeys: sortedKeys, asciiOnly: asciiOnly, empty)
        empty(&output)
      }
      output.append(UInt8(ascii: "}"))
    case .written(let text):
      output.append(contentsOf: text)
    }
  }
}
