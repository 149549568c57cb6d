import JSON
import Testing

@Suite("JSONValue")
struct JSONValueTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("writes compact text in the order given")
  func encoding() {
    let value: JSONValue = [
      "b": [1, -2.5, true, false, nil, "x"], "a": [:], "é": [], "b": 9_223_372_036_854_775_807,
    ]
    #expect(
      text(value.encoded())
        == #"{"b":[1,-2.5,true,false,null,"x"],"a":{},"é":[],"b":9223372036854775807}"#)
  }

  @Test("sorts the members of every object by the bytes of the key")
  func sorting() {
    let value: JSONValue = ["é": 1, "z": ["b": 1, "a": 2], "Z": [["d": 1, "c": 2]], "": 0]
    #expect(
      text(value.encoded(sortedKeys: true))
        == #"{"":0,"Z":[{"c":2,"d":1}],"z":{"a":2,"b":1},"é":1}"#)
  }

  @Test("writes a large value in pieces that are the same text")
  func pieces() {
    let member: JSONValue = ["b": .string(String(repeating: "x", count: 1_000)), "a": [1, "é"]]
    let value: JSONValue = [
      "z": .array(Array(repeating: member, count: 500)), "y": .written(Array("[1,2]".utf8)),
    ]
    var pieces: [[UInt8]] = []
    value.write(sortedKeys: true) { pieces.append($0) }
    #expect(pieces.count > 5)
    #expect(pieces.allSatisfy { !$0.isEmpty && $0.count < 70_000 })
    #expect(Array(pieces.joined()) == value.encoded(sortedKeys: true))
    #expect(
      text(value.encoded(sortedKeys: true)).hasPrefix(#"{"y":[1,2],"z":[{"a":[1,"é"],"b":"x"#))
  }

  @Test("writes a header line in ASCII")
  func ascii() {
    let value: JSONValue = ["é": "😀\n\u{2028}\u{7F}"]
    #expect(text(value.asciiEncoded()) == #"{"\u00e9":"\ud83d\ude00\n\u2028\u007f"}"#)
  }

  @Test("writes numbers that are none as null", arguments: [Double.nan, .infinity, -.infinity])
  func notNumbers(number: Double) {
    #expect(text(JSONValue.double(number).encoded()) == "null")
  }

  @Test("finds the last of duplicate keys, and keys bytewise")
  func lookup() throws {
    let value = try JSONValue.parse(Array("{\"a\":1,\"é\":2,\"e\u{301}\":3,\"a\":4}".utf8))
    #expect(value["a"] == 4)
    #expect(value["é"] == 2)
    #expect(value["e\u{301}"] == 3)
    #expect(value["b"] == nil)
    #expect(value.objectValue?.map(\.key).count == 4)
    #expect(JSONValue.array([])["a"] == nil)
  }

  @Test("takes composed and decomposed characters for different")
  func equality() {
    #expect(JSONValue.string("é") != JSONValue.string("e\u{301}"))
    #expect(JSONValue.object([("é", 1)]) != JSONValue.object([("e\u{301}", 1)]))
    let members: JSONValue = ["a": 1, "b": 2]
    #expect(members == ["a": 1, "b": 2])
    #expect(members != ["b": 2, "a": 1])
    #expect(JSONValue.integer(1) != .double(1))
  }

  @Test(
    "keeps whole numbers exact and takes the rest as floating point",
    arguments: [
      ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.0", .double(1)),
      ("1e3", .double(1000)), ("1e400", .double(.infinity)), ("-0", .integer(0)),
    ])
  func numbers(text: String, value: JSONValue) throws {
    #expect(try JSONValue.parse(Array(text.utf8)) == value)
  }

  @Test("gives values by their kind alone")
  func accessors() throws {
    let value = try JSONValue.parse(Array(#"{"s":"x","i":7,"b":true,"l":[1],"o":{}}"#.utf8))
    #expect(value["s"]?.stringValue == "x")
    #expect(value["i"]?.integerValue == 7)
    #expect(value["b"]?.boolValue == true)
    #expect(value["l"]?.arrayValue == [1])
    #expect(value["o"]?.objectValue?.isEmpty == true)
    #expect(value["s"]?.integerValue == nil)
    #expect(value["i"]?.stringValue == nil)
    #expect(value["l"]?.boolValue == nil)
    #expect(value["o"]?.arrayValue == nil)
    #expect(value["l"]?.objectValue == nil)
  }

  @Test("reads nested documents as they were written")
  func parsing() throws {
    let source = #"{"a":[[],[{"b":[1,{"c":null}]}],"x"],"d":{"e":{"f":false}}}"#
    #expect(text(try JSONValue.parse(Array(source.utf8)).encoded()) == source)
  }

  @Test("objects are joined in order, and what is no object adds nothing")
  func joined() {
    let object: JSONValue = ["b": 1, "a": 2]
    #expect(object.adding(["c": 3]).adding([:]).adding([4]) == ["b": 1, "a": 2, "c": 3])
  }
}
