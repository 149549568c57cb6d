/// How much of a document is read before it is refused.
package struct JSONLimits: Sendable, Equatable {
  /// Objects and arrays inside each other.
  package var maxDepth: Int
  /// Bytes of the document. Lambda's own limit for an event is 6 MiB.
  package var maxBytes: Int

  /// Creates limits.
  package init(maxDepth: Int = 64, maxBytes: Int = 8 << 20) {
    self.maxDepth = maxDepth
    self.maxBytes = maxBytes
  }
}
