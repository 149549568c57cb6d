import Encoding
import Testing

@Suite struct PercentEncodingTests {
  @Test("keeps of all bytes only those of its table, and escapes the others in upper case")
  func everyByte() {
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    for byte in UInt8.min...UInt8.max {
      let escape = (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      let expected = kept.contains(byte) ? [byte] : Array(escape.utf8)
      #expect(PercentEncoding.segment.encode([byte]) == expected)
      let isSlash = byte == UInt8(ascii: "/")
      #expect(PercentEncoding.path.encode([byte]) == (isSlash ? [byte] : expected))
    }
  }

  @Test(
    "encodes the UTF-8 bytes of a text",
    arguments: [
      ("", ""), ("../E 1?#%", "..%2FE%201%3F%23%25"), ("é😀", "%C3%A9%F0%9F%98%80"),
    ])
  func text(text: String, encoded: String) {
    #expect(PercentEncoding.segment.encode(text) == encoded)
  }

  @Test("keeps the characters it is created with")
  func ownTable() {
    #expect(PercentEncoding(keeping: "%?").encode("a?b%2F~") == "a?b%2F%7E")
  }
}
