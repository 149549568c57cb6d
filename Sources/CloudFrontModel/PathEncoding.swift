/// How a path is spelled in an invalidation: only what RFC 1738 calls unsafe is escaped.
///
/// CloudFront: "Do not URL-encode any other characters in the path, or CloudFront will not
/// invalidate". `~` is refused raw; whether `%7E` reaches what viewers fetched as `~` is disputed and
/// can't be tested here.
///
/// A key is all name, so its `?` is escaped. In what a person or a worker wrote as a viewer would,
/// the first `?` begins the query string: CloudFront compares it with the invalidation path as it
/// stands, so it is never escaped. A `#` is always escaped: a viewer never sends the fragment that a
/// raw one would begin.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
package enum PathEncoding {
  private static let literal: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(byte)] = true }
    for byte in "!$&'()*+,;=:@-_./".utf8 { table[Int(byte)] = true }
    return table
  }()

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Escapes what has to be escaped in a decoded name, such as a key: every byte is part of it.
  package static func encode(_ name: some Sequence<UInt8>) -> [UInt8] {
    encode(name) { literal[Int($0)] }
  }

  /// Escapes what has to be escaped in a part of a key that a template puts into a query string.
  /// There `&`, `=` and `+` would be taken for syntax, so a viewer's client escapes them.
  package static func encode(intoQuery part: some Sequence<UInt8>) -> [UInt8] {
    encode(part) { literal[Int($0)] && !"&=+".utf8.contains($0) }
  }

  /// Escapes what CloudFront refuses raw in text that is spelled as viewers spell it: a `%` is an
  /// escape already made, and a `?` begins the query string.
  package static func encode(viewerText text: some Sequence<UInt8>) -> [UInt8] {
    encode(text) { literal[Int($0)] || $0 == UInt8(ascii: "%") || $0 == queryMark }
  }

  /// The byte that separates a path from its query string.
  package static let queryMark = UInt8(ascii: "?")

  private static func encode(
    _ bytes: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool
  ) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.underestimatedCount)
    for byte in bytes {
      if isKept(byte) {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
      }
    }
    return encoded
  }

  /// Tells whether two hex digits follow each `%`.
  package static func hasOnlyWholeEscapes(_ path: [UInt8]) -> Bool {
    path.indices.allSatisfy { index in
      guard path[index] == UInt8(ascii: "%") else { return true }
      let escape = path[(index + 1)...].prefix(2)
      return escape.count == 2 && escape.allSatisfy(isHexDigit)
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "a")...UInt8(ascii: "f"):
      true
    default: false
    }
  }
}
