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
