package import S3Events

/// A pattern of object keys: `*` stands for any characters, `/` too, `\*` for a star, `\\` for a
/// backslash, and everything else for itself.
package struct KeyPattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as it was written.
  package let description: String

  /// The literal texts between the stars, one more than there are stars.
  private let pieces: [LiteralText]

  /// Takes a pattern.
  package init(_ pattern: String) {
    description = pattern
    let (star, backslash) = (UInt8(ascii: "*"), UInt8(ascii: "\\"))
    var pieces: [[UInt8]] = []
    var piece: [UInt8] = []
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == backslash, let next = rest.first, next == star || next == backslash {
        piece.append(next)
        rest = rest.dropFirst()
      } else if byte == star {
        pieces.append(piece)
        piece = []
      } else {
        piece.append(byte)
      }
    }
    self.pieces = (pieces + [piece]).map(LiteralText.init)
  }

  /// How many parts of a key it captures.
  package var captureCount: Int { pieces.count - 1 }

  /// Returns what each star stands for, all but the last as short as possible, in time linear in
  /// the key and the pattern; nil when the key doesn't match.
  package func captures(of key: ObjectKey) -> [[UInt8]]? {
    guard let first = pieces.first?.bytes, let last = pieces.last?.bytes,
      key.bytes.starts(with: first)
    else { return nil }
    var rest = key.bytes.dropFirst(first.count)
    guard pieces.count > 1 else { return rest.isEmpty ? [] : nil }
    var captures: [[UInt8]] = []
    for piece in pieces.dropFirst().dropLast() {
      guard let start = piece.firstIndex(in: rest) else { return nil }
      captures.append(Array(rest[..<start]))
      rest = rest[start...].dropFirst(piece.bytes.count)
    }
    guard rest.count >= last.count, rest.suffix(last.count).elementsEqual(last) else { return nil }
    return captures + [Array(rest.dropLast(last.count))]
  }
}
