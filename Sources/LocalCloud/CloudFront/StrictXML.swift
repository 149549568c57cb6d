/// An element of a request body. Its strict reader shares no code with the client that it checks.
///
/// The reader accepts elements, attributes, text, comments, the five named references and numeric
/// ones. It refuses document types, CDATA and all processing instructions but the declaration.
struct StrictXML: Equatable {
  /// Why a body is refused.
  struct Failure: Error, Equatable {
    var reason: String
  }

  var name: String
  var attributes: [String: String] = [:]
  var children: [StrictXML] = []
  var text = ""

  /// Reads a whole document.
  init(document bytes: [UInt8]) throws(Failure) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Failure(reason: "not UTF-8")
    }
    var reader = Reader(bytes: bytes)
    if reader.skip("<?xml ") { try reader.skip(past: "?>") }
    try reader.skipMisc()
    self = try reader.element(depth: 0)
    try reader.skipMisc()
    guard reader.isAtEnd else { throw Failure(reason: "content after the root element") }
  }

  private init(name: String) {
    self.name = name
  }

  /// Returns the child elements with a name.
  func children(_ name: String) -> [StrictXML] {
    children.filter { $0.name == name }
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index >= bytes.count }

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func element(depth: Int) throws(Failure) -> StrictXML {
      guard depth < 16 else { throw Failure(reason: "too deep") }
      try expect("<")
      var element = StrictXML(name: try self.name())
      while true {
        let hadSpace = skipSpace()
        if skip("/>") { return element }
        if skip(">") { break }
        guard hadSpace else { throw Failure(reason: "no space before an attribute") }
        let attribute = try self.name()
        _ = skipSpace()
        try expect("=")
        _ = skipSpace()
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
          throw Failure(reason: "attribute without quotes")
        }
        index += 1
        let value = try text(until: quote)
        index += 1
        guard element.attributes.updateValue(value, forKey: attribute) == nil else {
          throw Failure(reason: "attribute \(attribute) twice")
        }
      }
      while true {
        element.text += try text(until: UInt8(ascii: "<"))
        if skip("</") {
          guard try self.name() == element.name else {
            throw Failure(reason: "wrong end of \(element.name)")
          }
          _ = skipSpace()
          try expect(">")
          return element
        }
        if skip("<!--") {
          try skip(past: "-->")
        } else {
          element.children.append(try self.element(depth: depth + 1))
        }
      }
    }

    mutating func skipMisc() throws(Failure) {
      _ = skipSpace()
      while skip("<!--") {
        try skip(past: "-->")
        _ = skipSpace()
      }
    }

    mutating func skip(_ literal: String) -> Bool {
      guard bytes[min(index, bytes.count)...].starts(with: literal.utf8) else { return false }
      index += literal.utf8.count
      return true
    }

    mutating func skip(past literal: String) throws(Failure) {
      while !isAtEnd {
        if skip(literal) { return }
        index += 1
      }
      throw Failure(reason: "no \(literal)")
    }

    private var peek: UInt8? { isAtEnd ? nil : bytes[index] }

    private mutating func expect(_ literal: String) throws(Failure) {
      guard skip(literal) else { throw Failure(reason: "\(literal) expected") }
    }

    private mutating func skipSpace() -> Bool {
      let start = index
      while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { index += 1 }
      return index > start
    }

    private mutating func name() throws(Failure) -> String {
      let start = index
      while let byte = peek, URIText.isAlphanumeric(byte) || ":_-.".utf8.contains(byte) {
        index += 1
      }
      guard index > start else { throw Failure(reason: "a name expected") }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func text(until end: UInt8) throws(Failure) -> String {
      var text: [UInt8] = []
      while let byte = peek, byte != end {
        if byte == UInt8(ascii: "&") {
          text += try reference()
        } else if byte == UInt8(ascii: "<") || byte < 32 && ![9, 10, 13].contains(byte) {
          throw Failure(reason: "a character that is not allowed here")
        } else {
          text.append(byte)
          index += 1
        }
      }
      guard peek != nil else { throw Failure(reason: "the document ends too early") }
      return String(decoding: text, as: UTF8.self)
    }

    private mutating func reference() throws(Failure) -> [UInt8] {
      let named = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&apos;": "'"]
      for (reference, text) in named where skip(reference) { return Array(text.utf8) }
      guard skip("&#") else { throw Failure(reason: "an unknown reference") }
      let radix = skip("x") ? 16 : 10
      let start = index
      while let byte = peek, byte != UInt8(ascii: ";"), index - start < 8 { index += 1 }
      let digits = String(decoding: bytes[start..<index], as: UTF8.self)
      guard skip(";"), let number = UInt32(digits, radix: radix),
        let scalar = Unicode.Scalar(number), number >= 32 || [9, 10, 13].contains(number)
      else { throw Failure(reason: "a bad character reference") }
      return Array(String(Character(scalar)).utf8)
    }
  }
}
