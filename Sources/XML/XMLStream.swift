import CExpat

/// A bounded reader of one XML document that arrives in pieces, as a transport delivers it.
///
/// After the first error every call throws that error again.
package final class XMLStream {
  private let parser: XML_Parser
  private let builder: XMLBuilder
  private let maxBytes: Int
  private var received = 0
  private var failure: XMLError?

  /// Creates a reader. C: `XML_ParserCreate`.
  ///
  /// - Parameters:
  ///   - element: A name whose elements are given to `body` and left out of the tree.
  ///   - body: Called for each such element when it is complete.
  package init(
    limits: XMLLimits = XMLLimits(), streaming element: String? = nil,
    to body: @escaping (XMLElement) -> Void = { _ in }
  ) throws(XMLError) {
    guard let parser = XML_ParserCreate(nil) else { throw .outOfMemory }
    self.parser = parser
    maxBytes = limits.maxBytes
    builder = XMLBuilder(parser: parser, limits: limits, streamed: element, body: body)
    builder.install()
  }

  deinit {
    XML_ParserFree(parser)
  }

  /// Takes the next bytes. They may end anywhere. C: `XML_Parse`.
  package func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(XMLError) {
    if let failure { throw failure }
    guard bytes.count <= maxBytes - received, let count = Int32(exactly: bytes.count) else {
      throw failed(with: .tooLarge(limit: maxBytes))
    }
    received += bytes.count
    guard count > 0 else { return }
    try bytes.withMemoryRebound(to: CChar.self) { (text) throws(XMLError) in
      try parse(text.baseAddress, count, isFinal: false)
    }
  }

  /// Takes the next bytes.
  package func feed(_ bytes: [UInt8]) throws(XMLError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(XMLError) in try feed(buffer) }
  }

  /// Ends the document and returns its root.
  package func finish() throws(XMLError) -> XMLElement {
    try parse(nil, 0, isFinal: true)
    guard let root = builder.root else {
      throw failed(with: .malformed(reason: "no element found", line: 1, column: 1))
    }
    return root
  }

  private func parse(_ text: UnsafePointer<CChar>?, _ count: Int32, isFinal: Bool)
    throws(XMLError)
  {
    if let failure { throw failure }
    guard XML_Parse(parser, text, count, isFinal ? 1 : 0) == XML_STATUS_OK else {
      throw failed(with: builder.failure ?? malformed())
    }
  }

  private func failed(with error: XMLError) -> XMLError {
    failure = error
    return error
  }

  /// C: `XML_ErrorString`, whose texts are constants.
  private func malformed() -> XMLError {
    let code = XML_GetErrorCode(parser)
    guard code != XML_ERROR_NO_MEMORY else { return .outOfMemory }
    return .malformed(
      reason: XML_ErrorString(code).map { String(cString: $0) } ?? "not well-formed",
      line: Int(XML_GetCurrentLineNumber(parser)),
      column: Int(XML_GetCurrentColumnNumber(parser)) + 1)
  }
}
