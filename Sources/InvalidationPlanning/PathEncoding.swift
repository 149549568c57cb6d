/// How a path is spelled in an invalidation: only what RFC 1738 calls unsafe is escaped.
///
/// CloudFront: "Do not URL-encode any other characters in the path, or CloudFront will not
/// invalidate". `?` is escaped too, since here it is always part of a key. `~` is refused raw;
/// whether `%7E` reaches what viewers fetched as `~` is disputed and can't be tested here.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
enum PathEncoding {
  private static let literal: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(byte)] = true }
    for byte in "!$&'()*+,;=:@-_./".utf8 { table[Int(byte)] = true }
    return table
  }()

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Escapes what has to be, byte by byte; `keeping` names one more byte that stays.
  static func encode(_ path: some Sequence<UInt8>, keeping: UInt8? = nil) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(path.underestimatedCount)
    for byte in path {
      if literal[Int(byte)] || byte == keeping {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
      }
    }
    return encoded
  }

  /// Tells whether two hex digits follow each `%`.
  static func hasOnlyWholeEscapes(_ path: [UInt8]) -> Bool {
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
