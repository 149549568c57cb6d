// The standard library takes arrays of bytes element by element to hash and to order them. These
// take them as a whole.
extension [UInt8] {
  /// Whether these bytes come before others.
  package func precede(_ other: [UInt8]) -> Bool {
    withUnsafeBufferPointer { left in
      other.withUnsafeBufferPointer { right in
        let common = Swift.min(left.count, right.count)
        var at = 0
        while at < common {
          if left[at] != right[at] { return left[at] < right[at] }
          at += 1
        }
        return left.count < right.count
      }
    }
  }

  /// Adds the bytes to a hash. What follows them must not be of any length.
  package func hash(asOneInto hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
