import CExpat

/// Builds elements from expat's callbacks, within limits.
final class XMLBuilder {
  private struct OpenElement {
    let name: String
    var children: [XMLElement] = []
    var text: [UInt8] = []
  }

  private let parser: XML_Parser
  private let limits: XMLLimits
  private let streamed: String?
  private let body: (XMLElement) -> Void
  private var open: [OpenElement] = []
  private var count = 0
  /// The depth of the open element that is streamed, so that one inside it is its child.
  private var streamedDepth: Int?

  private(set) var root: XMLElement?
  private(set) var failure: XMLError?

  init(
    parser: XML_Parser, limits: XMLLimits, streamed: String?,
    body: @escaping (XMLElement) -> Void
  ) {
    self.parser = parser
    self.limits = limits
    self.streamed = streamed
    self.body = body
  }

  /// Sets the callbacks. The builder must live as long as the parser is fed.
  ///
  /// C: `XML_SetElementHandler`, `XML_SetCharacterDataHandler`, `XML_SetStartDoctypeDeclHandler`.
  func install() {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { context, name, _ in XMLBuilder.from(context)?.begin(name) },
      { context, _ in XMLBuilder.from(context)?.end() })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      XMLBuilder.from(context)?.append(text, Int(count))
    }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      XMLBuilder.from(context)?.stop(.documentType)
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> XMLBuilder? {
    context.map { Unmanaged<XMLBuilder>.fromOpaque($0).takeUnretainedValue() }
  }

  /// C: `XML_StopParser`, after which expat may still deliver the callback it is in.
  private func stop(_ error: XMLError) {
    guard failure == nil else { return }
    failure = error
    XML_StopParser(parser, 0)
  }

  private func begin(_ name: UnsafePointer<CChar>?) {
    guard failure == nil, let name else { return }
    guard open.count < limits.maxDepth else { return stop(.tooDeep(limit: limits.maxDepth)) }
    guard count < limits.maxElements else {
      return stop(.tooManyElements(limit: limits.maxElements))
    }
    count += 1
    let local = Self.localName(name)
    if streamedDepth == nil, let streamed, local == streamed { streamedDepth = open.count }
    open.append(OpenElement(name: local))
  }

  private func append(_ text: UnsafePointer<CChar>?, _ count: Int) {
    guard failure == nil, let text, let last = open.indices.last else { return }
    guard count <= limits.maxTextBytes - open[last].text.count else {
      return stop(.textTooLong(limit: limits.maxTextBytes))
    }
    text.withMemoryRebound(to: UInt8.self, capacity: count) {
      open[last].text.append(contentsOf: UnsafeBufferPointer(start: $0, count: count))
    }
  }

  private func end() {
    guard failure == nil, let closed = open.popLast() else { return }
    let element = XMLElement(
      name: closed.name, children: closed.children,
      text: String(decoding: closed.text, as: UTF8.self))
    if streamedDepth == open.count {
      streamedDepth = nil
      body(element)
      // A document has a root even when the root is what was asked for.
      if open.isEmpty { root = XMLElement(name: element.name) }
    } else if let parent = open.indices.last {
      open[parent].children.append(element)
    } else {
      root = element
    }
  }

  private static func localName(_ name: UnsafePointer<CChar>) -> String {
    var start = name
    var end = name
    while end.pointee != 0 {
      end += 1
      if (end - 1).pointee == CChar(bitPattern: UInt8(ascii: ":")) { start = end }
    }
    return start.withMemoryRebound(to: UInt8.self, capacity: end - start) {
      String(decoding: UnsafeBufferPointer(start: $0, count: end - start), as: UTF8.self)
    }
  }
}
