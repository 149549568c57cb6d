import JSON
import Testing

@Suite("JSONReader")
struct JSONReaderTests {
  @Test("tells the parts of a document in order")
  func order() throws {
    let text = #" {"a": [1, -2.50e+3, true, false, null, "x"], "b": {}, "a": []} "#
    #expect(
      try record(text) == [
        "{", "key a", "[", "number 1", "number -2.50e+3", "bool true", "bool false", "null",
        "string x", "]", "key b", "{", "}", "key a", "[", "]", "}",
      ])
  }

  @Test(
    "a single scalar is a document",
    arguments: [
      ("1", "number 1"), ("-0", "number -0"), ("1E400", "number 1E400"), ("null", "null"),
      ("\"\"", "string "), (" true\n", "bool true"),
      ("123456789012345678901234567890", "number 123456789012345678901234567890"),
    ])
  func scalar(text: String, line: String) throws {
    #expect(try record(text) == [line])
  }

  @Test(
    "unescapes strings",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u0000a""#, "\u{0}a"),
      (#""\u00e9\u00E9""#, "éé"),
      (#""\u2028""#, "\u{2028}"),
      (#""\ud83d\ude00""#, "😀"),
      (#""\uD83D\uDE00\uD83D\uDE00""#, "😀😀"),
      (#""\\ud83d""#, "\\ud83d"),
      ("\"é😀\u{7F}\"", "é😀\u{7F}"),
    ])
  func unescape(text: String, value: String) throws {
    #expect(try record(text) == ["string " + value])
  }

  @Test(
    "refuses what is not JSON",
    arguments: [
      "{", "[", "]", "}", "[1", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
      "{'a':1}", "{1:2}", "[1 2]", "01", "[01]", "+1", ".5", "1.", "[1.]", "-", "[-]", "1e", "[1e]",
      "0x10", "tru", "[tru]", "True", "nul", "NaN", "Infinity", "undefined", "\"", "\"abc",
      "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\u{1}\"", "\"\n\"", "\"\t\"", "{} {}",
      "1 2",
      "{}x", "[] ,", "/* c */ 1", "1 // c", "\u{FEFF}{}", "[1]]", "{\"a\":1]", "\\", "\0",
    ])
  func malformed(text: String) throws {
    let error = try #require(failure(Array(text.utf8)))
    #expect([.syntax, .truncated].contains(error.kind))
    #expect((0...text.utf8.count).contains(error.offset))
  }

  @Test("says that nothing is there", arguments: ["", " ", "\n\t\r "])
  func empty(text: String) {
    #expect(failure(Array(text.utf8))?.kind == .empty)
  }

  @Test(
    "refuses half of a surrogate pair, and says where",
    arguments: [
      (#""\ud83d""#, 1), (#""\ude00""#, 1), (#""a\ud83dx""#, 2), (#""\ud83d\n""#, 1),
      (#""\ud83d\u0041""#, 1), (#""\ud83d\ud83d\ude00""#, 1), (#""\ud83d\ude00\ude00""#, 13),
      (#""\\\ud83d""#, 3), (#"{"\uDFFF":1}"#, 2), (#""\uD8"#, nil), (#"["12345678\udc00"]"#, 10),
    ])
  func surrogates(text: String, offset: Int?) {
    let error = failure(Array(text.utf8))
    #expect(error?.kind == (offset == nil ? .truncated : .loneSurrogate))
    if let offset { #expect(error?.offset == offset) }
  }

  @Test(
    "refuses what is not UTF-8",
    arguments: [
      [0x80], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xE2, 0x82], [0xF0, 0x9F, 0x98],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let error = failure([0x22] + bytes + [0x22])
    #expect(error?.kind == .invalidUTF8)
    #expect(error?.offset == 1)
  }

  @Test("counts objects and arrays alike towards the depth")
  func depth() throws {
    let limits = JSONLimits(maxDepth: 3)
    #expect(try record("[{\"a\":[]},[[]]]", limits: limits).count == 11)
    #expect(failure(Array("[{\"a\":[{}]}]".utf8), limits: limits)?.kind == .tooDeep)
    #expect(failure(Array("[[[[]]]]".utf8), limits: limits)?.kind == .tooDeep)
    #expect(failure(Array("1".utf8), limits: JSONLimits(maxDepth: 0)) == nil)
  }

  @Test("a million brackets are too deep, not a crash")
  func bracketBomb() {
    #expect(failure(Array(repeating: UInt8(ascii: "["), count: 1_000_000))?.kind == .tooDeep)
  }

  @Test("refuses a document longer than the limit before it is parsed")
  func size() {
    let limits = JSONLimits(maxBytes: 8)
    #expect(failure(Array("[123456]".utf8), limits: limits) == nil)
    #expect(failure(Array("[1234567]".utf8), limits: limits)?.kind == .tooLarge)
  }

  @Test("a document cut at any byte is refused")
  func truncation() {
    let text = #"{"Records":[{"k":"a\u00e9\ud83d\ude00é😀","n":-1.5e3,"t":true,"z":[null,{}]}]}"#
    let bytes = Array(text.utf8)
    #expect(failure(bytes) == nil)
    let accepted = (0..<bytes.count).filter { failure(Array(bytes.prefix($0))) == nil }
    #expect(accepted == [])
  }

  @Test("a document with any byte changed is read or refused, never more")
  func mutation() {
    let bytes = Array(#"{"a":[1,"\u00e9\ud83d\ude00",true,{"b":null}]}"#.utf8)
    var outcomes: [Bool: Int] = [:]
    for index in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = value
        outcomes[failure(changed) == nil, default: 0] += 1
      }
    }
    #expect(outcomes[true, default: 0] >= bytes.count)
    #expect(outcomes[true, default: 0] + outcomes[false, default: 0] == bytes.count * 256)
  }

  @Test("an error names its place and never quotes the document")
  func description() throws {
    let error = try #require(failure(Array(#"{"secret-value": oops-secret}"#.utf8)))
    #expect(error.kind == .syntax)
    #expect("\(error)".hasPrefix("invalid JSON at byte "))
    #expect(!"\(error)".contains("secret"))
    #expect(!"\(error)".contains("\n"))
  }
}
