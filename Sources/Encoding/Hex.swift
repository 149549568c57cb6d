/// Hexadecimal digits: written in the case that is asked for, read in either.
package enum Hex {
  /// The lower-case digits by value.
  package static let lowercaseDigits = Array("0123456789abcdef".utf8)
  /// The upper-case digits by value.
  package static let uppercaseDigits = Array("0123456789ABCDEF".utf8)

  /// Returns two lower-case digits a byte.
  package static func encode(_ bytes: [UInt8]) -> String {
    let digits = lowercaseDigits
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      for (index, byte) in bytes.enumerated() {
        text[2 * index] = digits[Int(byte >> 4)]
        text[2 * index + 1] = digits[Int(byte & 0xF)]
      }
      return 2 * bytes.count
    }
  }

  /// Returns the value of a digit; nil for any other byte.
  package static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
