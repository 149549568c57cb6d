import Testing
import XML

/// Documents of the plain kind are read without expat, which is the oracle here: whatever the
/// document, both have to deliver the same.
@Suite("Reading XML without expat")
struct XMLScannerTests {
  private struct Reading: Equatable {
    var root: XMLElement?
    var error: XMLError?
    var delivered: [XMLElement] = []
  }

  private typealias Read = (
    [UInt8], XMLLimits, String?, XMLShape?, @escaping (XMLElement) -> Void
  ) throws(XMLError) -> XMLElement

  private func reading(
    _ bytes: [UInt8], _ limits: XMLLimits, _ element: String?, _ shape: XMLShape?,
    with read: Read
  ) -> Reading {
    var reading = Reading()
    do throws(XMLError) {
      reading.root = try read(bytes, limits, element, shape) { reading.delivered.append($0) }
    } catch {
      reading.error = error
    }
    return reading
  }

  private func compare(
    _ bytes: [UInt8], _ limits: XMLLimits = XMLLimits(), _ element: String? = nil,
    _ shape: XMLShape? = nil
  ) {
    let read: Read = { (bytes, limits, element, shape, body) throws(XMLError) in
      try XMLReader.read(bytes, limits: limits, streaming: element, keeping: shape, to: body)
    }
    let oracle: Read = { (bytes, limits, element, shape, body) throws(XMLError) in
      try XMLReader.readWithExpat(
        bytes, limits: limits, streaming: element, keeping: shape, to: body)
    }
    let ours = reading(bytes, limits, element, shape, with: read)
    let theirs = reading(bytes, limits, element, shape, with: oracle)
    #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
  }

  private static let page = """
    <?xml version="1.0" encoding="UTF-8"?>
    <List xmlns="http://example.com/doc/"><Quantity>2</Quantity><Items>
    <Item><Id>E1</Id><Names><Name>a&amp;b</Name><Name/></Names><Skipped>x<Deep>é😀</Deep></Skipped></Item>
    <Item><Id>E2</Id><Names></Names><Skipped a="1"/></Item><Item><Item><Id>in</Id></Item></Item>
    </Items></List>

    """

  private static let shape = XMLShape(["Id", "Names/Name"])

  @Test(
    "gives what expat gives for odd documents",
    arguments: [
      "", " ", "<", "<a", "<a>", "</a>", "<a/>", "<a/", "<a></a>", "<a></b>", "<a></a", "<a></aa>",
      "<a></a ></a>", "<a/><b/>", "<a/> \n\t", "<a/>x", "x<a/>", "<a>]]></a>", "<a>]</a>",
      "<a>&amp;&lt;&gt;&quot;&apos;&#65;</a>", "<a>&amp</a>", "<a>&no;</a>", "<a>&</a>",
      "<a>\r\n</a>", "<a>\u{1}</a>", "<a>\u{7F}</a>", "<a>\u{FFFE}</a>", "<a>\u{FFFF}</a>",
      "<a>\u{F000}\u{80}\u{7FF}\u{800}\u{FFFD}\u{10FFFF}</a>", "<a>\0</a>", "<é/>", "<1/>",
      "<a1-b.c_d/>", "<a:b xmlns:a=\"u\"/>", "<a xmlns=\"u\"/>", "<a xmlns=\"u\" />",
      "<a xmlns=\"&amp;\"/>", "<a xmlns=\"<\"/>", "<a xmlns=\"u\"", "<a xmlns=\"u",
      "<a xmlns=\"u\" xmlns=\"u\"/>", "<a xmlns='u'/>", "<a />", "<a b=\"1\" b=\"2\"/>",
      "<!DOCTYPE a><a/>", "<?xml version=\"1.0\"?><a/>", " <?xml version=\"1.0\"?><a/>",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>", "<?xml version=\"1.1\"?><a/>",
      "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>", "\u{FEFF}<a/>",
      "<a>1<!-- c -->2<![CDATA[3]]><?p?>4</a>", "<a><b><c></b></c></a>", "<a>x<b/>y<b/>z</a>",
    ])
  func odd(document: String) {
    compare(Array(document.utf8))
    compare(Array("<Item>\(document)</Item>".utf8), XMLLimits(), "Item", Self.shape)
    compare(Array("<Item><Id>\(document)</Id></Item>".utf8), XMLLimits(), "Item", Self.shape)
  }

  @Test(
    "gives what expat gives for bytes that are not UTF-8",
    arguments: [
      [0x80], [0xC1, 0x80], [0xC2], [0xC2, 0x20], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80],
      [0xE2, 0x82], [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0xF0, 0x90, 0x80], [0xFF], [0xEF, 0xBF, 0xBE],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    compare(Array("<a>".utf8) + bytes + Array("</a>".utf8))
    compare(Array("<a>".utf8) + bytes)
  }

  @Test("delivers each element once, also where it gives up in the middle")
  func givesUp() throws {
    var found: [String?] = []
    _ = try XMLReader.read(
      Array("<l><Item><Id>1</Id></Item><Item><Id>2</Id></Item><!-- --><Item/></l>".utf8),
      streaming: "Item", keeping: Self.shape
    ) { found.append($0["Id"]) }
    #expect(found == ["1", "2", nil])
  }

  @Test("gives what expat gives within every limit", arguments: 0...30)
  func limits(limit: Int) {
    let page = Array(Self.page.utf8)
    for element in [nil, "Item"] {
      compare(page, XMLLimits(maxDepth: limit), element, Self.shape)
      compare(page, XMLLimits(maxElements: limit), element, Self.shape)
      compare(page, XMLLimits(maxTextBytes: limit), element, Self.shape)
      compare(page, XMLLimits(maxBytes: page.count + limit - 15), element, Self.shape)
    }
  }

  @Test("gives what expat gives for pages with random faults")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let page = Array(Self.page.utf8)
    let pieces = [
      "<", ">", "/", "&", "]]>", "<a>", "</a>", "<Item>", "</Item>", "<!--", " ", "\r", "\"", "é",
    ].map { Array($0.utf8) }
    compare(page)
    compare(page, XMLLimits(), "Item", Self.shape)
    for round in 0..<4_000 {
      var bytes = page
      for _ in 0...round % 3 {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
        if bytes.isEmpty { bytes = page }
      }
      compare(bytes, XMLLimits(), round % 2 == 0 ? "Item" : nil, round % 4 < 2 ? Self.shape : nil)
    }
  }
}
