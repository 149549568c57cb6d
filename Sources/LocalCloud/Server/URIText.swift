/// Percent-encoding as servers read it (RFC 3986).
enum URIText {
  /// Returns the decoded text; a malformed escape stays unchanged.
  static func decode(_ text: some StringProtocol) -> String {
    String(decoding: decodedBytes(Array(text.utf8)), as: UTF8.self)
  }

  /// Returns the decoded bytes; a malformed escape stays unchanged.
  static func decodedBytes(_ bytes: [UInt8]) -> [UInt8] {
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return decoded
  }

  /// Encodes all bytes but unreserved characters and those in `keeping`.
  static func encode(_ bytes: [UInt8], keeping: String = "") -> String {
    let kept = Set("-._~".utf8).union(keeping.utf8)
    var encoded: [UInt8] = []
    for byte in bytes {
      if isAlphanumeric(byte) || kept.contains(byte) {
        encoded.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Returns the value of a hexadecimal digit of either case.
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Whether the byte is an ASCII letter or digit.
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
