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
    left.description.utf8.elementsEqual(right.description.utf8)
  }

  package static func < (left: DistributionID, right: DistributionID) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
  }
}

extension DistributionID: ExpressibleByStringLiteral {
  /// Takes an id that stands in the source: a sample's or a test's.
  package init(stringLiteral value: String) { self.init(value) }
}
