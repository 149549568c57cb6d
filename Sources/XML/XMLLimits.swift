/// How much of a document is read before it is refused.
public struct XMLLimits: Sendable, Equatable {
  /// Bytes of the document. A page of 100 distributions has about 350 kB.
  public var maxBytes: Int
  /// Elements inside each other.
  public var maxDepth: Int
  /// Elements altogether.
  public var maxElements: Int
  /// Bytes of character data of one element.
  public var maxTextBytes: Int

  /// Creates limits.
  public init(
    maxBytes: Int = 16 << 20, maxDepth: Int = 64, maxElements: Int = 1_000_000,
    maxTextBytes: Int = 1 << 20
  ) {
    self.maxBytes = maxBytes
    self.maxDepth = maxDepth
    self.maxElements = maxElements
    self.maxTextBytes = maxTextBytes
  }
}
