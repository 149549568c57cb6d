import JSON
import Testing

@Suite struct JSONPartsTests {
  private func split(_ text: String) -> [String] {
    JSONParts.split(text.utf8).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "An array is split into its elements as they stand",
    arguments: [
      ("[]", []), (" [ ] ", []), ("[1]", ["1"]),
      (#"[{"a":[1,2]},"x,]"]"#, [#"{"a":[1,2]}"#, #""x,]""#]),
      (#"["\"],","\\"]"#, [#""\"],""#, #""\\""#]), ("[[1,[2]],[3]]", ["[1,[2]]", "[3]"]),
    ] as [(String, [String])])
  func splits(text: String, parts: [String]) {
    #expect(split(text) == parts)
  }

  @Test(
    "A member is found by its name, at the top alone",
    arguments: [
      (#"{"a":{"b":1}, "b" : [2, 3]}"#, " [2, 3]"), (#"{"a":{"b":1}}"#, nil),
      (#"{"a":"\"b\":1","b":"}"}"#, #""}""#), ("{}", nil), (#"{"bb":1}"#, nil),
    ] as [(String, String?)])
  func finds(text: String, value: String?) {
    let found = JSONParts.member("b", of: text.utf8)
    #expect(found.map { String(decoding: $0, as: UTF8.self) } == value)
  }

  @Test("Text that is no JSON gives some parts and never a trap")
  func survives() {
    for text in ["]]]]", "}{", "\"", "\\", "[\"", ",,,"] { _ = split(text) }
  }
}
