/// The percent-encoding of signatures: all but RFC 3986's unreserved bytes, digits in upper case.
public enum PercentEncoding {
  /// Encodes the UTF-8 bytes of a path segment, a query name or a query value.
  public static func encode(_ text: String) -> String {
    encode(text.utf8, keeping: [])
  }

  /// Encodes a path, whose slashes stay.
  public static func encodePath(_ path: String) -> String {
    encode(path.utf8, keeping: [UInt8(ascii: "/")])
  }

  /// Returns the query sorted and encoded, without a question mark: to be signed and to be sent.
  ///
  /// A name without a value gets its `=` all the same.
  public static func encodeQuery(_ items: [(name: String, value: String)]) -> String {
    items
      .map { (name: encode($0.name), value: encode($0.value)) }
      .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }
      .joined(separator: "&")
  }

  private static func encode(_ bytes: String.UTF8View, keeping kept: [UInt8]) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count)
    for byte in bytes {
      if isUnreserved(byte) || kept.contains(byte) {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 0xF)]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
