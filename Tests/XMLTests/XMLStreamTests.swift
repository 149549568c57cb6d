import Testing
import XML

@Suite("XMLStream")
struct XMLStreamTests {
  private let document = Array("<?xml version='1.0'?><a>é&amp;😀<b>1</b><b>2</b></a>".utf8)

  @Test("gives the same tree however the document is cut", arguments: 1...16)
  func pieces(size: Int) throws {
    var texts: [String] = []
    let stream = try XMLStream(streaming: "b") { texts.append($0.text) }
    for start in stride(from: 0, to: document.count, by: size) {
      try stream.feed(Array(document[start..<min(start + size, document.count)]))
    }
    #expect(try stream.finish() == XMLElement(name: "a", text: "é&😀"))
    #expect(texts == ["1", "2"])
  }

  @Test("counts the bytes of all pieces towards the limit, and keeps its first error")
  func limit() throws {
    let stream = try XMLStream(limits: XMLLimits(maxBytes: 6))
    try stream.feed(Array("<a>".utf8))
    try stream.feed([])
    #expect(throws: XMLError.tooLarge(limit: 6)) { try stream.feed(Array("</a>".utf8)) }
    #expect(throws: XMLError.tooLarge(limit: 6)) { try stream.feed([0x20]) }
    #expect(throws: XMLError.tooLarge(limit: 6)) { try stream.finish() }
  }

  @Test("an unfinished document has no root")
  func unfinished() throws {
    let stream = try XMLStream()
    try stream.feed(Array("<a><b/>".utf8))
    #expect(throws: XMLError.self) { try stream.finish() }
  }
}
