import Encoding

/// Finds the faults that yajl lets pass: overlong and surrogate UTF-8, and escapes of half a
/// surrogate pair, which it silently turns into a question mark.
struct JSONTextCheck {
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// Returns the first fault, nil when there is none. Other faults are left to the parser.
  func fault() -> JSONError? {
    let backslash = UInt8(ascii: "\\")
    var index = 0
    while index < bytes.count {
      index = endOfPlain(from: index)
      guard index < bytes.count else { return nil }
      let byte = bytes[index]
      if byte == backslash {
        if index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: "u") {
          index += 2
          continue
        }
        guard let end = endOfEscape(at: index) else {
          return JSONError(
            .loneSurrogate, offset: index, "a \\u escape has only half of a surrogate pair")
        }
        index = end
      } else if byte < 0x80 {
        index += 1
      } else {
        let sequence = UTF8Sequence(in: bytes, at: index)
        guard sequence.scalar != nil else {
          return JSONError(.invalidUTF8, offset: index, "the text is not UTF-8")
        }
        index += sequence.length
      }
    }
    return nil
  }

  /// Skips ASCII without a backslash, eight bytes at a time except for the last ones.
  private func endOfPlain(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let raw = UnsafeRawBufferPointer(bytes)
    var index = start
    while index + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let other = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      // The second half is zero unless a byte of `other` is zero, that is, a backslash.
      // Only above such a byte, another one can seem to be zero.
      let found = (word | ((other &- ones) & ~other)) & highs
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80, bytes[index] != UInt8(ascii: "\\") {
      index += 1
    }
    return index
  }

  /// Returns where the escape at `start` ends, nil when it has only half of a pair.
  private func endOfEscape(at start: Int) -> Int? {
    guard let unit = codeUnit(at: start) else { return start + 2 }
    switch unit {
    case 0xD800...0xDBFF:
      guard let low = codeUnit(at: start + 6), (0xDC00...0xDFFF).contains(low) else { return nil }
      return start + 12
    case 0xDC00...0xDFFF: return nil
    default: return start + 6
    }
  }

  /// Reads `\uXXXX`; nil when something else stands there.
  func codeUnit(at start: Int) -> UInt16? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[(start + 2)..<(start + 6)] {
      guard let digit = Hex.value(ofDigit: byte) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
