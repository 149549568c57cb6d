/// One step through bytes that should be UTF-8.
struct UTF8Sequence: Equatable {
  /// The character, nil where the bytes are not UTF-8.
  let scalar: UInt32?
  /// Bytes to go on by, at least 1. For bad bytes the longest beginning of a character, so that
  /// each makes one U+FFFD (Unicode 3.9, "substitution of maximal subparts").
  let length: Int

  /// Decodes the character that begins at `start`, which lies inside the buffer.
  init(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
    let first = bytes[start]
    // The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF.
    let (count, initial, second): (Int, UInt32, ClosedRange<UInt8>)
    switch first {
    case 0x00...0x7F:
      (scalar, length) = (UInt32(first), 1)
      return
    case 0xC2...0xDF: (count, initial, second) = (2, UInt32(first & 0x1F), 0x80...0xBF)
    case 0xE0: (count, initial, second) = (3, 0, 0xA0...0xBF)
    case 0xED: (count, initial, second) = (3, 0xD, 0x80...0x9F)
    case 0xE1...0xEF: (count, initial, second) = (3, UInt32(first & 0x0F), 0x80...0xBF)
    case 0xF0: (count, initial, second) = (4, 0, 0x90...0xBF)
    case 0xF1...0xF3: (count, initial, second) = (4, UInt32(first & 0x07), 0x80...0xBF)
    case 0xF4: (count, initial, second) = (4, 4, 0x80...0x8F)
    default:
      (scalar, length) = (nil, 1)
      return
    }
    var value = initial
    for offset in 1..<count {
      let allowed = offset == 1 ? second : 0x80...0xBF
      guard start + offset < bytes.count, allowed.contains(bytes[start + offset]) else {
        (scalar, length) = (nil, offset)
        return
      }
      value = value << 6 | UInt32(bytes[start + offset] & 0x3F)
    }
    (scalar, length) = (value, count)
  }
}
