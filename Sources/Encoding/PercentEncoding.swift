/// A percent-encoding: the table of the bytes that stay. The others become `%` and two upper-case
/// digits.
package struct PercentEncoding: Sendable {
  /// Keeps what RFC 3986 calls unreserved: letters, digits and `-._~`. For one path segment, or one
  /// name or value of a query.
  package static let segment = PercentEncoding(keeping: "-._~")
  /// Keeps slashes too. For a path whose segments are joined already.
  package static let path = PercentEncoding(keeping: "-._~/")

  private let isKept: [Bool]

  /// Creates a table that keeps ASCII letters, digits and some other ASCII characters.
  package init(keeping others: String) {
    var table = [Bool](repeating: false, count: 256)
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(byte)] = true }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(byte)] = true }
    for byte in others.utf8 { table[Int(byte)] = true }
    isKept = table
  }

  /// Encodes bytes.
  package func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    encoded(Array(bytes))
  }

  private func encoded(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ isKept[Int($0)] }) { return bytes }
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count)
    let digits = Hex.uppercaseDigits
    for byte in bytes {
      if isKept[Int(byte)] {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return encoded
  }

  /// Encodes the UTF-8 bytes of a text.
  package func encode(_ text: String) -> String {
    String(decoding: encode(text.utf8), as: UTF8.self)
  }
}
