import Digest

/// A part of an account's distributions, the same one in every execution environment.
///
/// A distribution belongs to a slice by a digest of its id, so that nobody has to agree on a list,
/// and work for one distribution meets in one batch whoever handed it on.
package struct DistributionSlice: Hashable, Sendable {
  /// The most distributions of one slice.
  package static let mostDistributions = 64
  /// The most slices: an account has far fewer than 64 × 1,024 distributions.
  static let mostSlices = 1_024

  /// Its number, from 0.
  package let index: Int
  /// How many slices there are, a power of two.
  package let count: Int

  /// Creates a slice; nil unless there is one of this number.
  package init?(index: Int, of count: Int) {
    guard (1...DistributionSlice.mostSlices).contains(count), count & (count - 1) == 0,
      (0..<count).contains(index)
    else { return nil }
    self.index = index
    self.count = count
  }

  /// The smallest slice that has the distribution of an id: hardly ever another one too.
  package static func smallest(with id: String) -> DistributionSlice {
    DistributionSlice(number: number(of: id), count: mostSlices)
  }

  private init(number: Int, count: Int) {
    index = number & (count - 1)
    self.count = count
  }

  /// Whether the distribution of an id belongs to it.
  package func contains(_ id: String) -> Bool {
    DistributionSlice.number(of: id) & (count - 1) == index
  }

  /// The distributions that another slice has too: the smaller of the two, or none at all.
  package func common(with other: DistributionSlice) -> DistributionSlice? {
    let (small, large) = count >= other.count ? (self, other) : (other, self)
    return small.index & (large.count - 1) == large.index ? small : nil
  }

  /// The slice of which it is a half; nil when it has all distributions.
  package var double: DistributionSlice? {
    count == 1 ? nil : DistributionSlice(number: index, count: count / 2)
  }

  /// Its two halves, which together have the same distributions; empty when it can't be divided.
  package var halves: [DistributionSlice] {
    [index, index + count].compactMap { DistributionSlice(index: $0, of: 2 * count) }
  }

  /// Divides distributions into the fewest slices of at most ``mostDistributions`` each; returns
  /// those that have any, in ascending order.
  package static func dividing(_ ids: some Sequence<String>) -> [DistributionSlice] {
    dividing(ids, into: 1, most: mostDistributions)
  }

  /// Divides those of some distributions that belong to it into slices of a single one each, or of
  /// as few as there can be; returns those that have any. Empty when it can't be divided.
  package func singles(of ids: some Sequence<String>) -> [DistributionSlice] {
    guard count < DistributionSlice.mostSlices else { return [] }
    return DistributionSlice.dividing(ids.filter(contains), into: 2 * count, most: 1)
  }

  private static func dividing(
    _ ids: some Sequence<String>, into least: Int, most: Int
  ) -> [DistributionSlice] {
    let numbers = Set(ids).map(number)
    var count = least
    while true {
      var sizes: [Int: Int] = [:]
      for number in numbers { sizes[number & (count - 1), default: 0] += 1 }
      if count == mostSlices || sizes.values.allSatisfy({ $0 <= most }) {
        return sizes.keys.sorted().compactMap { DistributionSlice(index: $0, of: count) }
      }
      count *= 2
    }
  }

  /// The first bytes of the id's digest as a number. A slice takes its low bits, so that twice as
  /// many slices divide each in two.
  private static func number(of id: String) -> Int {
    SHA256.digest(of: Array(id.utf8)).prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }
}
