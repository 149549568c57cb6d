import JSON
import Testing

@Suite("JSONEscaping")
struct JSONEscapingTests {
  private func escaped(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    bytes.withUnsafeBufferPointer { JSONEscaping.append($0, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  @Test(
    "escapes what JSON, terminals and line readers need escaped",
    arguments: [
      ("", #""""#), ("plain", #""plain""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#),
      ("/", #""/""#), ("\u{0}", #""\u0000""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
      ("\u{1B}[0m", #""\u001b[0m""#), ("\u{7F}", #""\u007f""#), ("\u{2028}", #""\u2028""#),
      ("x\u{2029}y", #""x\u2029y""#), ("é", "\"é\""), ("e\u{301}", "\"e\u{301}\""),
      ("😀", "\"😀\""), ("\u{10FFFF}", "\"\u{10FFFF}\""),
    ])
  func table(text: String, json: String) {
    #expect(Array(escaped(Array(text.utf8)).utf8) == Array(json.utf8))
  }

  @Test(
    "puts one U+FFFD for each ill-formed piece, as String does",
    arguments: [
      [0x61, 0xFF, 0x62], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE2, 0x82, 0x61],
      [0xED, 0xA0, 0x80],
      [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x22], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
      [0x80, 0x80], [0xF8, 0x88],
    ] as [[UInt8]])
  func invalid(bytes: [UInt8]) throws {
    let value = try JSONValue.parse(Array(escaped(bytes).utf8))
    #expect(value == .string(String(decoding: bytes, as: UTF8.self)))
  }

  @Test("every character survives writing and reading, as UTF-8 and as ASCII")
  func roundTrip() throws {
    var all = String.UnicodeScalarView()
    for code in UInt32(0)...0x10FFFF {
      guard code < 0x3000 || code % 251 == 0, let scalar = Unicode.Scalar(code) else { continue }
      all.append(scalar)
    }
    let value = JSONValue.string(String(all))
    #expect(try JSONValue.parse(value.encoded()) == value)
    let ascii = value.asciiEncoded()
    #expect(ascii.allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(try JSONValue.parse(ascii) == value)
  }

  @Test("a megabyte is written and read back")
  func megabyte() throws {
    let value = JSONValue.string(String(repeating: "é\"\n😀 0123456789", count: 1 << 16))
    let bytes = value.encoded()
    #expect(bytes.count > 1 << 20)
    #expect(try JSONValue.parse(bytes) == value)
  }
}
