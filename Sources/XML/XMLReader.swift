import CExpat

/// A bounded reader of one XML document that is in memory.
package enum XMLReader {
  /// Reads a document and returns its root.
  ///
  /// - Parameters:
  ///   - element: A name whose elements are given to `body`, each complete, and left out of the
  ///     returned tree: memory is bounded by one of them. One inside another stays its child.
  ///   - shape: What is kept of these elements; nil keeps all.
  ///   - body: Called in document order, also for documents that turn out to be broken later.
  ///     Not after the return: it escapes only because `withoutActuallyEscaping` would put the
  ///     length of this file's path into the package, which is to be the same from any folder.
  package static func read(
    _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), streaming element: String? = nil,
    keeping shape: XMLShape? = nil, to body: @escaping (XMLElement) -> Void = { _ in }
  ) throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.maxBytes else { throw .tooLarge(limit: limits.maxBytes) }
    var delivered = 0
    let root = XMLScanner.read(bytes, limits: limits, streaming: element, keeping: shape) {
      body($0)
      delivered += 1
    }
    if let root { return root }
    // expat delivers once more what the scanner delivered before it gave up.
    return try readWithExpat(bytes, limits: limits, streaming: element, keeping: shape) {
      if delivered > 0 { delivered -= 1 } else { body($0) }
    }
  }

  /// Reads any document. The parameters are those of ``read(_:limits:streaming:keeping:to:)``.
  ///
  /// C: `XML_ParserCreate`, `XML_Parse`, `XML_ParserFree`.
  package static func readWithExpat(
    _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), streaming element: String? = nil,
    keeping shape: XMLShape? = nil, to body: @escaping (XMLElement) -> Void = { _ in }
  ) throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.maxBytes, let count = Int32(exactly: bytes.count) else {
      throw .tooLarge(limit: limits.maxBytes)
    }
    guard let parser = XML_ParserCreate(nil) else { throw .outOfMemory }
    defer { XML_ParserFree(parser) }
    var builder = XMLBuilder(
      parser: parser, limits: limits, streamed: element, shape: shape, body: body)
    let status = withUnsafeMutablePointer(to: &builder) { builder in
      XMLBuilder.install(builder, parser)
      return bytes.withUnsafeBytes {
        XML_Parse(parser, $0.bindMemory(to: CChar.self).baseAddress, count, 1)
      }
    }
    guard status == XML_STATUS_OK else { throw builder.failure ?? malformed(parser) }
    guard let root = builder.root else {
      throw .malformed(reason: "no element found", line: 1, column: 1)
    }
    return root
  }

  /// C: `XML_ErrorString`, whose texts are constants.
  private static func malformed(_ parser: XML_Parser) -> XMLError {
    let code = XML_GetErrorCode(parser)
    guard code != XML_ERROR_NO_MEMORY else { return .outOfMemory }
    return .malformed(
      reason: XML_ErrorString(code).map { String(cString: $0) } ?? "not well-formed",
      line: Int(XML_GetCurrentLineNumber(parser)),
      column: Int(XML_GetCurrentColumnNumber(parser)) + 1)
  }
}

/// How much of a document is read before it is refused.
package struct XMLLimits: Sendable, Equatable {
  /// Bytes of the document. A page of 100 distributions has about 350 kB.
  package var maxBytes: Int
  /// Elements inside each other.
  package var maxDepth: Int
  /// Elements altogether.
  package var maxElements: Int
  /// Bytes of character data of one element.
  package var maxTextBytes: Int

  /// Creates limits.
  package init(
    maxBytes: Int = 16 << 20, maxDepth: Int = 64, maxElements: Int = 1_000_000,
    maxTextBytes: Int = 1 << 20
  ) {
    self.maxBytes = maxBytes
    self.maxDepth = maxDepth
    self.maxElements = maxElements
    self.maxTextBytes = maxTextBytes
  }
}
