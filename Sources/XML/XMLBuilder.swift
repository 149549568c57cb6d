import CExpat

/// Writes a tape from expat's callbacks, within limits.
///
/// The callbacks get a pointer to it, so it must stay in its place while the parser is fed.
struct XMLBuilder {
  private struct OpenElement {
    let node: Int
    /// Where it is in the shape; nil outside the streamed element.
    let place: Int?
  }

  private let parser: XML_Parser
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

  init(
    parser: XML_Parser, limits: XMLLimits, streamed: String?, shape: XMLShape?,
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
  static func install(_ builder: UnsafeMutablePointer<XMLBuilder>) {
    let parser = builder.pointee.parser
    XML_SetUserData(parser, builder)
    XML_SetElementHandler(
      parser,
      { context, name, _ in XMLBuilder.from(context)?.pointee.begin(name) },
      { context, _ in XMLBuilder.from(context)?.pointee.end() })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      XMLBuilder.from(context)?.pointee.append(text, Int(count))
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
    XML_StopParser(parser, 0)
  }

  private mutating func begin(_ name: UnsafePointer<CChar>?) {
    guard failure == nil, let name else { return }
    guard open.count + passed < limits.maxDepth else {
      return stop(.tooDeep(limit: limits.maxDepth))
    }
    guard count < limits.maxElements else {
      return stop(.tooManyElements(limit: limits.maxElements))
    }
    count += 1
    if passed > 0 { return passed += 1 }
    let local = XMLBuilder.localName(name)
    var place = open.last?.place
    if let inside = place, let shape, let start = local.baseAddress {
      place = start.withMemoryRebound(to: CChar.self, capacity: local.count + 1) {
        shape.place(of: $0, in: inside)
      }
      // What is passed over has no place.
      if place == nil { return passed = 1 }
    } else if streamedDepth == nil, let streamed, local.elementsEqual(streamed) {
      streamedDepth = (open.count, tape.mark)
      if shape != nil { place = XMLShape.root }
    }
    open.append(OpenElement(node: tape.open(local), place: place))
  }

  private mutating func append(_ text: UnsafePointer<CChar>?, _ count: Int) {
    guard failure == nil, passed == 0, let text, let last = open.last else { return }
    guard count <= limits.maxTextBytes - tape.nodes[last.node].textCount else {
      return stop(.textTooLong(limit: limits.maxTextBytes))
    }
    text.withMemoryRebound(to: UInt8.self, capacity: count) {
      tape.append(UnsafeBufferPointer(start: $0, count: count), to: last.node)
    }
  }

  private mutating func end() {
    guard failure == nil else { return }
    if passed > 0 { return passed -= 1 }
    guard let closed = open.popLast() else { return }
    tape.close(closed.node)
    if let streamed = streamedDepth, streamed.depth == open.count {
      streamedDepth = nil
      body(XMLElement(tape, closed.node))
      // A document has a root even when the root is what was asked for.
      if open.isEmpty { root = XMLElement(name: tape.name(closed.node)) }
      // Who keeps the element keeps the tape as it is.
      if !isKnownUniquelyReferenced(&tape) { tape = XMLTape(copying: tape) }
      tape.cut(to: streamed.mark)
    } else if open.isEmpty {
      root = XMLElement(tape, closed.node)
    }
  }

  /// The name after its prefix; a zero follows it.
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
