import Testing
import XML

@Suite("XMLReader")
struct XMLReaderTests {
  private func read(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement
  {
    try XMLReader.read(Array(text.utf8), limits: limits)
  }

  private func failure(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) -> XMLError? {
    do throws(XMLError) {
      _ = try XMLReader.read(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  private func isMalformed(_ error: XMLError?) -> Bool {
    if case .malformed = error { true } else { false }
  }

  @Test("builds the tree with local names and exact text")
  func tree() throws {
    let root = try read(
      #"<?xml version="1.0"?><c:a xmlns:c="urn:x" id="1"> x<b>1</b>y <c:b/><d><e>2</e></d></c:a>"#)
    #expect(
      root
        == XMLElement(
          name: "a",
          children: [
            XMLElement(name: "b", text: "1"), XMLElement(name: "b"),
            XMLElement(name: "d", children: [XMLElement(name: "e", text: "2")]),
          ], text: " xy "))
    #expect(root.first("b")?.text == "1")
    #expect(root["b"] == "1")
    #expect(root["e"] == nil)
    #expect(root.descendant(named: "e")?.text == "2")
    #expect(root.descendant(named: "x") == nil)
  }

  @Test(
    "joins character data however it is written",
    arguments: [
      ("<a>&lt;&amp;&gt;&quot;&apos;</a>", "<&>\"'"), ("<a>&#65;&#x1F600;&#xe9;</a>", "A😀é"),
      ("<a><![CDATA[<b>&amp;]]]></a>", "<b>&amp;]"), ("<a>x<![CDATA[y]]>z</a>", "xyz"),
      ("<a>1\r\n2\r3</a>", "1\n2\n3"), ("<a>a<!-- c -->b<?p q?>c</a>", "abc"), ("<a></a>", ""),
      ("<a>é😀</a>", "é😀"),
    ])
  func text(xml: String, text: String) throws {
    #expect(try read(xml).text == text)
  }

  @Test("reads the encodings that a document may declare")
  func encodings() throws {
    let latin = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".utf8) + [0xE9]
    #expect(try XMLReader.read(latin + Array("</a>".utf8)).text == "é")
    let wide = "<?xml version=\"1.0\"?><a>é</a>".utf16.flatMap {
      [UInt8($0 & 0xFF), UInt8($0 >> 8)]
    }
    #expect(try XMLReader.read([0xFF, 0xFE] + wide).text == "é")
  }

  @Test(
    "refuses what is not well-formed",
    arguments: [
      "", " ", "x", "<a>", "<a></b>", "<a/><b/>", "<a>&nope;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>",
      "<a x=1/>", "<a x='1' x='2'/>", "<a>]]></a>", "<a><![CDATA[</a>", "<a>\u{0}</a>", "</a>",
      "<a/>x", " <?xml version='1.0'?><a/>", "{\"message\":\"no\"}",
      "<html><body><h1>503</h1><br></body></html>", "<html><p>a&nbsp;b</p></html>",
    ])
  func malformed(xml: String) {
    #expect(isMalformed(failure(Array(xml.utf8))))
  }

  @Test("refuses bytes that are not UTF-8")
  func invalidUTF8() {
    #expect(isMalformed(failure(Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8))))
    #expect(isMalformed(failure(Array("<a>".utf8) + [0xED, 0xA0, 0x80] + Array("</a>".utf8))))
  }

  @Test(
    "refuses a document type, so entity bombs and external entities never begin",
    arguments: [
      "<!DOCTYPE a><a/>", "<!DOCTYPE html><html><body>error</body></html>",
      "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
      "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
      """
      <?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><z>&d;</z>
      """,
    ])
  func documentType(xml: String) {
    #expect(failure(Array(xml.utf8)) == .documentType)
  }

  @Test("holds to every limit, and takes what just fits")
  func limits() throws {
    let deep = XMLLimits(maxDepth: 2)
    #expect(try read("<a><b/><b/></a>", limits: deep).children.count == 2)
    #expect(failure(Array("<a><b><c/></b></a>".utf8), limits: deep) == .tooDeep(limit: 2))
    let many = XMLLimits(maxElements: 3)
    #expect(try read("<a><b/><b/></a>", limits: many).children.count == 2)
    #expect(failure(Array("<a><b/><b/><b/></a>".utf8), limits: many) == .tooManyElements(limit: 3))
    let long = XMLLimits(maxTextBytes: 4)
    #expect(try read("<a>12<b>1234</b>34</a>", limits: long).text == "1234")
    #expect(failure(Array("<a>12<b/>345</a>".utf8), limits: long) == .textTooLong(limit: 4))
    let large = XMLLimits(maxBytes: 7)
    #expect(try read("<a></a>", limits: large).name == "a")
    #expect(failure(Array("<a>1</a>".utf8), limits: large) == .tooLarge(limit: 7))
  }

  @Test("a million open tags are too deep, not a crash")
  func nesting() {
    let bytes = [[UInt8]](repeating: Array("<a>".utf8), count: 1_000_000).flatMap { $0 }
    #expect(failure(bytes) == .tooDeep(limit: 64))
  }

  @Test("hands out the elements asked for and drops them from the tree")
  func streaming() throws {
    var items: [XMLElement] = []
    let root = try XMLReader.read(
      Array("<l><m>x</m><i><id>1</id><i>in</i></i>t<g><i><id>2</id></i></g></l>".utf8),
      streaming: "i"
    ) { items.append($0) }
    #expect(items.map { $0["id"] } == ["1", "2"])
    #expect(items.first?["i"] == "in")
    #expect(
      root
        == XMLElement(
          name: "l", children: [XMLElement(name: "m", text: "x"), XMLElement(name: "g")],
          text: "t"))
  }

  @Test("keeps of the elements asked for what a shape names, and what is inside that")
  func shape() throws {
    let xml = """
      <l><x>1</x><i><a>1<b>2</b></a><x>3<a>4</a></x><p:c><d>5</d><e>6</e><a>7</a></p:c></i><x>8</x>\
      <i><i><a>9</a></i><c>t<d><x>u</x></d></c></i></l>
      """.replacing("<l>", with: "<l xmlns:p='urn:p'>")
    var items: [XMLElement] = []
    let root = try XMLReader.read(
      Array(xml.utf8), streaming: "i", keeping: XMLShape(["a", "c/d", "c/e"])
    ) { items.append($0) }
    let first = [
      XMLElement(name: "a", children: [XMLElement(name: "b", text: "2")], text: "1"),
      XMLElement(
        name: "c", children: [XMLElement(name: "d", text: "5"), XMLElement(name: "e", text: "6")]),
    ]
    let d = XMLElement(name: "d", children: [XMLElement(name: "x", text: "u")])
    #expect(
      items == [
        XMLElement(name: "i", children: first),
        XMLElement(name: "i", children: [XMLElement(name: "c", children: [d], text: "t")]),
      ])
    #expect(root.children.map(\.text) == ["1", "8"])
  }

  @Test("limits hold for what is passed over too")
  func shapeLimits() {
    func failure(_ xml: String, _ limits: XMLLimits) -> XMLError? {
      do throws(XMLError) {
        _ = try XMLReader.read(
          Array(xml.utf8), limits: limits, streaming: "i", keeping: XMLShape(["a"]))
        return nil
      } catch {
        return error
      }
    }
    let deep = "<i><x><x/></x></i>"
    #expect(failure(deep, XMLLimits(maxDepth: 2)) == .tooDeep(limit: 2))
    #expect(failure(deep, XMLLimits(maxDepth: 3)) == nil)
    #expect(failure(deep, XMLLimits(maxElements: 2)) == .tooManyElements(limit: 2))
    #expect(failure(deep, XMLLimits(maxElements: 3)) == nil)
  }

  @Test("text between many elements is read in time that grows with the document alone")
  func interleaved() throws {
    let count = 200_000
    let root = try read("<a>" + String(repeating: "x<b/>", count: count) + "</a>")
    #expect(root.text.utf8.count == count)
    #expect(root.children.count == count)
  }

  @Test("a root that is asked for is handed out, and its name returned")
  func streamedRoot() throws {
    var items: [XMLElement] = []
    let root = try XMLReader.read(Array("<i>1</i>".utf8), streaming: "i") { items.append($0) }
    #expect(items == [XMLElement(name: "i", text: "1")])
    #expect(root == XMLElement(name: "i"))
  }

  @Test("what is handed out stops at the first error")
  func streamingBroken() throws {
    var items: [XMLElement] = []
    #expect(throws: XMLError.self) {
      try XMLReader.read(Array("<l><i>1</i><i>2</x></l>".utf8), streaming: "i") { items.append($0) }
    }
    #expect(items.map(\.text) == ["1"])
  }

  @Test("a document cut at any byte is refused")
  func truncation() {
    let text = "<?xml version=\"1.0\"?><x:a k='v'>&amp;é😀<b><![CDATA[c]]></b><!-- d --><e/></x:a>"
    let bytes = Array(text.utf8)
    #expect(failure(bytes) == nil)
    #expect((0..<bytes.count).allSatisfy { isMalformed(failure(Array(bytes.prefix($0)))) })
  }

  @Test("an error names its place and never quotes the document")
  func description() throws {
    let error = try #require(failure(Array("<a>\n<secret>token</other></a>".utf8)))
    #expect("\(error)" == "invalid XML at line 2, column 16: mismatched tag")
    let errors: [XMLError] = [
      .documentType, .tooLarge(limit: 1), .tooDeep(limit: 1), .tooManyElements(limit: 1),
      .textTooLong(limit: 1), .outOfMemory,
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
  }

  @Test(
    "reads every sample answer", .enabled(if: SharedSamples.areThere, "no ../shared/data"),
    arguments: SharedSamples.names)
  func samples(name: String) throws {
    let root = try XMLReader.read(try #require(SharedSamples.bytes(name)))
    #expect(!root.children.isEmpty)
  }

  @Test(
    "finds the code of every error body",
    .enabled(if: SharedSamples.areThere, "no ../shared/data"), arguments: SharedSamples.errors)
  func errorBodies(name: String) throws {
    let root = try XMLReader.read(try #require(SharedSamples.bytes("errors/" + name)))
    #expect(root.name == "ErrorResponse")
    let code = try #require(root.first("Error")?["Code"])
    #expect(!code.isEmpty)
  }

  @Test(
    "streams the distributions of a page", .enabled(if: SharedSamples.areThere, "no ../shared/data")
  )
  func page() throws {
    var ids: [String?] = []
    let root = try XMLReader.read(
      try #require(SharedSamples.bytes("ListDistributions.page1")),
      streaming: "DistributionSummary"
    ) { ids.append($0["Id"]) }
    #expect(ids.count == 2)
    #expect(ids.first == "EDFDVBD632BHDS5")
    #expect(root["NextMarker"] == "E2QWRUHEXAMPLE")
    #expect(root.first("Items")?.children.isEmpty == true)
  }
}
