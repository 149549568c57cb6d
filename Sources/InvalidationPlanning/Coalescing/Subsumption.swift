import CloudFrontModel
import Encoding

/// Which paths the wildcards among them cover.
///
/// CloudFront bills a path that a wildcard of the same batch covers, so it is not sent.
struct Subsumption {
  /// The unique paths in covering order: by their bytes without a final `*`, a wildcard before an
  /// equal plain path. So whatever a wildcard covers follows it directly.
  let sorted: [InvalidationPath]
  /// For each path that stays, where it and then all that it covers stand in `sorted`.
  let groups: [Range<Int>]

  /// The paths that stay, in covering order.
  var kept: [InvalidationPath] { groups.map { sorted[$0.lowerBound] } }

  /// Sorts paths and finds what is covered.
  init(_ paths: some Sequence<InvalidationPath>) {
    var unique: [InvalidationPath] = []
    for path in paths.sorted(by: Subsumption.standsBefore) where unique.last != path {
      unique.append(path)
    }
    var starts: [Int] = []
    var wildcard: InvalidationPath?
    for (index, path) in unique.enumerated() {
      if let wildcard, path.bytes.starts(with: wildcard.stem) { continue }
      starts.append(index)
      wildcard = path.isWildcard ? path : nil
    }
    sorted = unique
    groups = zip(starts, starts.dropFirst() + [unique.count]).map { $0..<$1 }
  }

  private static func standsBefore(_ left: InvalidationPath, _ right: InvalidationPath) -> Bool {
    let common = left.commonPrefixCount(with: right)
    let (leftCount, rightCount) = (left.stemCount, right.stemCount)
    if common < min(leftCount, rightCount) { return left.bytes[common] < right.bytes[common] }
    if leftCount != rightCount { return leftCount < rightCount }
    return left.isWildcard && !right.isWildcard
  }
}

extension InvalidationPath {
  /// The bytes without a final `*`: what covered paths start with.
  var stem: ArraySlice<UInt8> { bytes.prefix(stemCount) }

  /// The number of bytes without a final `*`.
  var stemCount: Int { isWildcard ? bytes.count - 1 : bytes.count }

  /// Counts the bytes at the start that two paths share.
  func commonPrefixCount(with other: InvalidationPath) -> Int {
    bytes.commonPrefixCount(with: other.bytes)
  }

  /// Makes the wildcard of a directory, given with its final slash.
  init(directory: ArraySlice<UInt8>) {
    self.init(encoded: directory + [UInt8(ascii: "*")])
  }
}
