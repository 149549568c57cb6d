import Encoding

/// Writes JSON strings. The result is valid UTF-8 and valid JSON whatever the input.
package enum JSONEscaping {
  /// Appends a quoted string, with U+FFFD for bytes that are not UTF-8.
  ///
  /// Besides what JSON demands it escapes DEL, U+2028 and U+2029, which break terminals and
  /// line-based readers.
  package static func append(_ utf8: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    append(utf8, to: &output, asciiOnly: false)
  }

  static func append(_ string: String, to output: inout [UInt8], asciiOnly: Bool) {
    var string = string
    string.withUTF8 { append($0, to: &output, asciiOnly: asciiOnly) }
  }

  private static func append(
    _ utf8: UnsafeBufferPointer<UInt8>, to output: inout [UInt8], asciiOnly: Bool
  ) {
    output.reserveCapacity(output.count + utf8.count + 2)
    output.append(UInt8(ascii: "\""))
    var plain = 0  // start of the run that is copied as it is
    var index = 0
    while index < utf8.count {
      let byte = utf8[index]
      if byte < 0x80 {
        if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          output.append(contentsOf: utf8[plain..<index])
          appendEscape(ascii: byte, to: &output)
          plain = index + 1
        }
        index += 1
        continue
      }
      let sequence = UTF8Sequence(in: utf8, at: index)
      let scalar = sequence.scalar ?? 0xFFFD
      let escaped = asciiOnly || scalar == 0x2028 || scalar == 0x2029
      if escaped || sequence.scalar == nil {
        output.append(contentsOf: utf8[plain..<index])
        if escaped {
          appendEscape(scalar: scalar, to: &output)
        } else {
          output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        }
        plain = index + sequence.length
      }
      index += sequence.length
    }
    output.append(contentsOf: utf8[plain...])
    output.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(ascii byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(contentsOf: [0x5C, byte])
    case 0x08: output.append(contentsOf: "\\b".utf8)
    case 0x09: output.append(contentsOf: "\\t".utf8)
    case 0x0A: output.append(contentsOf: "\\n".utf8)
    case 0x0C: output.append(contentsOf: "\\f".utf8)
    case 0x0D: output.append(contentsOf: "\\r".utf8)
    default: appendEscape(unit: UInt16(byte), to: &output)
    }
  }

  private static func appendEscape(scalar: UInt32, to output: inout [UInt8]) {
    guard scalar > 0xFFFF else {
      return appendEscape(unit: UInt16(truncatingIfNeeded: scalar), to: &output)
    }
    let rest = scalar - 0x10000
    appendEscape(unit: 0xD800 | UInt16(truncatingIfNeeded: rest >> 10), to: &output)
    appendEscape(unit: 0xDC00 | UInt16(truncatingIfNeeded: rest & 0x3FF), to: &output)
  }

  private static func appendEscape(unit: UInt16, to output: inout [UInt8]) {
    output.append(contentsOf: "\\u".utf8)
    for shift in [12, 8, 4, 0] as [UInt16] {
      output.append(Hex.lowercaseDigits[Int(unit >> shift & 0xF)])
    }
  }
}
