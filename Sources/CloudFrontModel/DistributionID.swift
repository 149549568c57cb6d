/// The id of a distribution, such as `EDFDVBD632BHDS5`.
///
/// Compared bytewise, so that every listing has the same order everywhere.
package struct DistributionID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The id as CloudFront writes it.
  package let description: String

  /// Takes an id as it is.
  package init(_ description: String) {
    self.description = description
  }

  package static func == (left: DistributionID, right: DistributionID) -> Bool {
    left.bytes { left in right.bytes { right in left.elementsEqual(right) } }
  }

  package static func < (left: DistributionID, right: DistributionID) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    bytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  private func bytes<Result>(_ use: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    var description = description
    return description.withUTF8(use)
  }
}

extension DistributionID: ExpressibleByStringLiteral {
  /// Takes an id that stands in the source: a sample's or a test's.
  package init(stringLiteral value: String) { self.init(value) }
}
