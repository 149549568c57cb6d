import JSON
import Testing

/// Documents without faults are read without yajl, which is the oracle here: whatever the document,
/// both have to tell the same.
@Suite("Reading JSON without yajl")
struct JSONScannerTests {
  private struct Reading: Equatable {
    var lines: [String]
    var error: JSONError?
  }

  private func reading(
    _ bytes: [UInt8], _ limits: JSONLimits, isOracle: Bool
  ) -> Reading {
    let recorder = Recorder()
    var error: JSONError?
    bytes.withUnsafeBufferPointer { bytes in
      do throws(JSONError) {
        if isOracle {
          try JSONReader.readWithYajl(bytes, limits: limits, into: recorder)
        } else {
          try JSONReader.read(bytes, limits: limits, into: recorder)
        }
      } catch let fault {
        error = fault
      }
    }
    return Reading(lines: recorder.lines, error: error)
  }

  private func compare(_ bytes: [UInt8], _ limits: JSONLimits = JSONLimits()) {
    var ours = reading(bytes, limits, isOracle: false)
    let theirs = reading(bytes, limits, isOracle: true)
    // These two are looked for before yajl tells anything.
    if theirs.error?.kind == .invalidUTF8 || theirs.error?.kind == .loneSurrogate {
      ours.lines = []
    }
    #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
  }

  private static let event = #"""
    {"Records": [{"s3":{"object":{"key":"a/b+c%20d.html","size":1024,"eTag":"é\"\\\/\b\f\n\r\t"},
     "\u0041\u00e9\u20ac\ud83d\ude00\u0000":[true,false,null,-0.5e+10,0,12,[],{},[[{"a":""}]]]}},
     "a string that is longer than sixteen bytes, with a \" in it and 😀 at its end"], "b": {"c": 1}}
    """#

  @Test(
    "tells what yajl tells for odd documents",
    arguments: [
      "{}", "[]", "\"\"", "1", "-1", "true", "null", " {} ", "{} {}", "{}x", "{", "[", "\"",
      "{\"a\"", "{\"a\":",
      "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}", "{1:1}", "[1,]",
      "[,1]", "[1 2]", "[1", "[1,", "[1}", "{\"a\":1]", "]", "}", ",", ":", "[01]", "[00]", "[-]",
      "[-a]", "[+1]",
      "[1.]", "[.1]", "[1.e1]", "[1e]", "[1e+]", "[1E-5]", "[1e5x]", "[1x]", "[0x1]", "[1.5.5]",
      "[--1]", "[-01]",
      "[tru]", "[truex]", "[True]", "[nul", "[nan]", "[\"\\\"]", "[\"\\x\"]", "[\"\\u\"]",
      "[\"\\u12\"]",
      "[\"\\u12G4\"]", "[\"\\uD800\"]", "[\"\\uDC00\"]", "[\"\\uD800\\uD800\"]",
      "[\"\\ud83d\\ude00\"]",
      "[\"\\ud83dxude00\"]", "[\"\\uD83D\\u0041\"]", "[\"\u{7F}\"]", "[\"\u{1}\"]", "[\"\n\"]",
      "[\"\t\"]",
      "[\u{B}1]", "[1\u{C}]", "\u{FEFF}[]", "[/* c */1]", "[1]//", "[é]", "{\"é\":\"é😀\"}",
      "[\"\\u0000\"]", "\0",
      "[\"\0\"]", "[1]\0", "\"\\", "[\"12345678\"]", "[\"1234567\"]", "[\"123456\\\"8\"]",
      "[\"é234567\\u00e9\"]",
    ])
  func odd(document: String) {
    compare(Array(document.utf8))
    compare(Array("{\"a\":[\(document),1],\"b\":\"\(document)\"}".utf8))
  }

  @Test(
    "tells what yajl tells for bytes that are not UTF-8",
    arguments: [
      [0x80], [0xC1, 0x80], [0xC2], [0xC2, 0x20], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80],
      [0xE2, 0x82], [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0xF0, 0x90, 0x80], [0xFF], [0xEF, 0xBF, 0xBE],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    compare(Array("[\"".utf8) + bytes + Array("\"]".utf8))
    compare(Array("[\"long enough for a word".utf8) + bytes + Array("and another one\"]".utf8))
    compare(Array("[".utf8) + bytes + Array("]".utf8))
    compare(Array("[\"".utf8) + bytes)
  }

  @Test("tells what yajl tells of every beginning of a document")
  func beginnings() {
    let event = Array(Self.event.utf8)
    compare(event)
    for count in 1..<event.count { compare(Array(event.prefix(count))) }
  }

  @Test("tells what yajl tells within every limit", arguments: 0...12)
  func limits(limit: Int) {
    let event = Array(Self.event.utf8)
    compare(event, JSONLimits(maxDepth: limit))
    compare(event, JSONLimits(maxBytes: event.count + limit - 6))
  }

  @Test("tells what yajl tells for documents with random faults")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let event = Array(Self.event.utf8)
    let pieces = [
      "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud83d", ",", ":", " ", "1", "-", "e", "é", "\0",
    ]
    .map { Array($0.utf8) }
    for round in 0..<4_000 {
      var bytes = event
      for _ in 0...round % 3 {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
        if bytes.isEmpty { bytes = event }
      }
      compare(bytes)
    }
  }

  @Test("leaves out what the visitor does not want, and still reads it")
  func unwanted() throws {
    let recorder = Recorder(unwanted: ["s3", "c"])
    let event = Array(Self.event.utf8)
    try JSONReader.read(event, into: recorder)
    #expect(
      recorder.lines == [
        "{", "key Records", "[", "{", "key s3", "}",
        "string a string that is longer than sixteen bytes, with a \" in it and 😀 at its end", "]",
        "key b", "{", "key c", "}", "}",
      ])
    let error = #expect(throws: JSONError.self) {
      try JSONReader.read(Array(#"{"s3":[1,"\q"]}"#.utf8), into: Recorder(unwanted: ["s3"]))
    }
    #expect(error?.kind == .syntax)
  }

  @Test("tells each part once, also where it gives up in the middle")
  func givesUp() {
    let recorder = Recorder(unwanted: ["b"])
    try? JSONReader.read(Array(#"{"a":1,"b":[1,{"x":"y"}],"c":[2,"#.utf8), into: recorder)
    #expect(recorder.lines == ["{", "key a", "number 1", "key b", "key c", "[", "number 2"])
  }
}
