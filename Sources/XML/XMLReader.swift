/// A bounded reader of one XML document that is in memory.
package enum XMLReader {
  /// Reads a document and returns its root.
  ///
  /// - Parameters:
  ///   - element: A name whose elements are given to `body`, each complete, and left out of the
  ///     returned tree: memory is bounded by one of them. One inside another stays its child.
  ///   - body: Called in document order, also for documents that turn out to be broken later.
  ///     Not after the return: it escapes only because `withoutActuallyEscaping` would put the
  ///     length of this file's path into the package, which is to be the same from any folder.
  package static func read(
    _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), streaming element: String? = nil,
    to body: @escaping (XMLElement) -> Void = { _ in }
  ) throws(XMLError) -> XMLElement {
    let stream = try XMLStream(limits: limits, streaming: element, to: body)
    try bytes.withUnsafeBufferPointer { (buffer) throws(XMLError) in try stream.feed(buffer) }
    return try stream.finish()
  }
}
