/// A text that is searched for in keys, in time linear in the key, whatever the key repeats.
///
/// Knuth, Morris and Pratt: after a mismatch the search goes on with the longest start of the text
/// that is also an end of what has matched, and never goes back in the key.
struct LiteralText: Hashable, Sendable {
  /// The text.
  let bytes: [UInt8]

  /// For each count of matched bytes less one, the length of that longest start.
  private let borders: [Int]

  /// Prepares a search, in time linear in the text.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var borders: [Int] = []
    borders.reserveCapacity(bytes.count)
    var matched = 0
    for (index, byte) in bytes.enumerated() {
      if index > 0 {
        while matched > 0, bytes[matched] != byte { matched = borders[matched - 1] }
        if bytes[matched] == byte { matched += 1 }
      }
      borders.append(matched)
    }
    self.borders = borders
  }

  /// Finds where the text first stands; nil when it doesn't.
  func firstIndex(in key: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty else { return key.startIndex }
    var matched = 0
    for index in key.indices {
      while matched > 0, bytes[matched] != key[index] { matched = borders[matched - 1] }
      if bytes[matched] == key[index] { matched += 1 }
      if matched == bytes.count { return index - matched + 1 }
    }
    return nil
  }
}
