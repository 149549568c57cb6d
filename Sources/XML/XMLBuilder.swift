import CExpat

/// Writes a tape from the parts of a document, within limits.
///
/// expat's callbacks get a pointer to it, so it must stay in its place while that parser is fed.
struct XMLBuilder {
  private struct OpenElement {
    let node: Int
    /// Where it is in the shape; nil outside the streamed element.
    let place: Int?
  }

  private let parser: XML_Parser?
  private let limits: XMLLimits
  private let streamed: [UInt8]?
  private let shape: XMLShape?
  private let body: (XMLElement) -> Void
  private var tape = XMLTape()
  private var open: [OpenElement] = []
  private var count = 0
  /// How many elements are open that are passed over.
  private var passed = 0
  /// The depth of the open element that is streamed, so that one inside it is its child, and the
  /// tape before it.
  private var streamedDepth: (depth: Int, mark: XMLTape.Mark)?

  private(set) var root: XMLElement?
  private(set) var failure: XMLError?

  /// - Parameter parser: what is stopped at a failure; nil when the caller stops by itself.
  init(
    parser: XML_Parser?, limits: XMLLimits, streamed: String?, shape: XMLShape?,
    body: @escaping (XMLElement) -> Void
  ) {
    self.parser = parser
    self.limits = limits
    self.streamed = streamed.map { Array($0.utf8) }
    self.shape = shape
    self.body = body
  }

  /// Sets the callbacks.
  ///
  /// C: `XML_SetElementHandler`, `XML_SetCharacterDataHandler`, `XML_SetStartDoctypeDeclHandler`.
  static func install(_ builder: UnsafeMutablePointer<XMLBuilder>, _ parser: XML_Parser) {
    XML_SetUserData(parser, builder)
    XML_SetElementHandler(
      parser,
      { context, name, _ in
        guard let name else { return }
        XMLBuilder.from(context)?.pointee.begin(XMLBuilder.localName(name))
      },
      { context, _ in XMLBuilder.from(context)?.pointee.end() })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      text?.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
        XMLBuilder.from(context)?.pointee.append(UnsafeBufferPointer(start: $0, count: Int(count)))
      }
    }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      XMLBuilder.from(context)?.pointee.stop(.documentType)
    }
  }

  private static func from(
    _ context: UnsafeMutableRawPointer?
  ) -> UnsafeMutablePointer<XMLBuilder>? {
    context?.assumingMemoryBound(to: XMLBuilder.self)
  }

  /// C: `XML_StopParser`, after which expat may still deliver the callback it is in.
  private mutating func stop(_ error: XMLError) {
    guard failure == nil else { return }
    failure = error
    if let parser { XML_StopParser(parser, 0) }
  }

  /// Whether the parts that come next are inside an element that is passed over.
  var isPassingOver: Bool { passed > 0 }

  /// Takes the beginning of an element, with its local name.
  mutating func begin(_ local: UnsafeBufferPointer<UInt8>) {
    guard failure == nil else { return }
    guard open.count + passed < limits.maxDepth else {
      return stop(.tooDeep(limit: limits.maxDepth))
    }
    guard count < limits.maxElements else {
      return stop(.tooManyElements(limit: limits.maxElements))
    }
    count += 1
    if passed > 0 { return passed += 1 }
    var place = open.last?.place
    if let inside = place, let shape {
      place = shape.place(of: local, in: inside)
      // What is passed over has no place.
      if place == nil { return passed = 1 }
    } else if streamedDepth == nil, let streamed, local.elementsEqual(streamed) {
      streamedDepth = (open.count, tape.mark)
      if shape != nil { place = XMLShape.root }
    }
    open.append(OpenElement(node: tape.open(local), place: place))
  }

  /// Takes text of the open element.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard failure == nil, passed == 0, let last = open.last else { return }
    guard text.count <= limits.maxTextBytes - tape.nodes[last.node].textCount else {
      return stop(.textTooLong(limit: limits.maxTextBytes))
    }
    tape.append(text, to: last.node)
  }

  /// Takes the end of the open element.
  mutating func end() {
    guard failure == nil else { return }
    if passed > 0 { return passed -= 1 }
    guard let closed = open.popLast() else { return }
    tape.close(closed.node)
    if let streamed = streamedDepth, streamed.depth == open.count {
      streamedDepth = nil
      body(XMLElement(tape, closed.node))
      // A document has a root even when the root is what was asked for.
      if open.isEmpty { root = XMLElement(name: tape.name(closed.node)) }
      // Who keeps the element keeps the tape as it was.
      tape.cut(to: streamed.mark)
    } else if open.isEmpty {
      root = XMLElement(tape, closed.node)
    }
  }

  /// The name after its prefix.
  private static func localName(_ name: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, 0)
    while name[end] != 0 {
      end += 1
      if name[end - 1] == CChar(bitPattern: UInt8(ascii: ":")) { start = end }
    }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(name + start).assumingMemoryBound(to: UInt8.self),
      count: end - start)
  }
}
