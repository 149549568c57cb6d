// The standard library takes arrays of bytes element by element to hash and to order them. These
// take them as a whole, or eight at a time.
extension [UInt8] {
  /// Whether these bytes come before others.
  package func precede(_ other: [UInt8]) -> Bool {
    let common = commonPrefixCount(with: other)
    guard common < count, common < other.count else { return count < other.count }
    return self[common] < other[common]
  }

  /// Counts the bytes at the start that two arrays share.
  package func commonPrefixCount(with other: [UInt8]) -> Int {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        let limit = Swift.min(left.count, right.count)
        var at = 0
        while at + 8 <= limit {
          let difference =
            left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            ^ right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
          if difference != 0 {
            return at + UInt64(littleEndian: difference).trailingZeroBitCount / 8
          }
          at += 8
        }
        while at < limit, left[at] == right[at] { at += 1 }
        return at
      }
    }
  }

  /// Adds the bytes to a hash. What follows them must not be of any length.
  package func hash(asOneInto hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
