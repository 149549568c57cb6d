import Encoding

/// How a path is spelled in an invalidation: only what RFC 1738 calls unsafe is escaped.
///
/// CloudFront: "Do not URL-encode any other characters in the path, or CloudFront will not
/// invalidate". `~` is refused raw; whether `%7E` reaches what viewers fetched as `~` is disputed
/// and can't be tested here.
///
/// A key is all name, so its `?` is escaped. In what a person or a worker wrote as a viewer would,
/// the first `?` begins the query string: CloudFront compares it with the invalidation path as it
/// stands, so it is never escaped. A `#` is always escaped: a viewer never sends the fragment that
/// a raw one would begin.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
package enum PathEncoding {
  /// How a `+` of a key is spelled.
  package enum Plus: Hashable, Sendable {
    /// `%2B`. S3's REST endpoint reads a raw `+` in a URL as a space, so viewers fetch the object,
    /// and CloudFront caches it, in this spelling.
    case encoded
    /// `+`, as RFC 1738 allows.
    case raw
  }

  private static let nameWithoutPlus = PercentEncoding(keeping: "!$&'()*,;=:@-_./")
  private static let name = PercentEncoding(keeping: "!$&'()*+,;=:@-_./")
  private static let queryPart = PercentEncoding(keeping: "!$'()*,;:@-_./")
  private static let viewerText = PercentEncoding(keeping: "!$&'()*+,;=:@-_./%?")

  /// Escapes what has to be escaped in a decoded name, such as a key: every byte is part of it.
  package static func encode(_ name: some Sequence<UInt8>, plus: Plus = .raw) -> [UInt8] {
    (plus == .raw ? self.name : nameWithoutPlus).encode(name)
  }

  /// Escapes what has to be escaped in a part of a key that a template puts into a query string.
  /// There `&`, `=` and `+` would be taken for syntax, so a viewer's client escapes them.
  package static func encode(intoQuery part: some Sequence<UInt8>) -> [UInt8] {
    queryPart.encode(part)
  }

  /// Escapes what CloudFront refuses raw in text that is spelled as viewers spell it: a `%` is an
  /// escape already made, and a `?` begins the query string.
  package static func encode(viewerText text: some Sequence<UInt8>) -> [UInt8] {
    viewerText.encode(text)
  }

  /// The byte that separates a path from its query string.
  package static let queryMark = UInt8(ascii: "?")

  /// Takes the escapes out of a path that is spelled as in a URL. A `%` without two hex digits
  /// after it stays.
  package static func decode(_ path: some Sequence<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    var rest = Array(path)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap { Hex.value(ofDigit: $0) }
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        decoded.append(digits[0] << 4 | digits[1])
        rest = rest.dropFirst(2)
      } else {
        decoded.append(byte)
      }
    }
    return decoded
  }

  /// Tells whether two hex digits follow each `%`.
  package static func hasOnlyWholeEscapes(_ path: [UInt8]) -> Bool {
    path.indices.allSatisfy { index in
      guard path[index] == UInt8(ascii: "%") else { return true }
      let escape = path[(index + 1)...].prefix(2)
      return escape.count == 2 && escape.allSatisfy { Hex.value(ofDigit: $0) != nil }
    }
  }
}
