import Encoding

/// An object's name in its bucket, as the UTF-8 bytes S3 compares.
///
/// Not a `String`: Swift takes composed and decomposed `é` for equal, S3 doesn't. Bytes that are
/// not UTF-8 are kept. S3 allows 1 to 1,024 bytes; other stores may send more.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
package struct ObjectKey: Hashable, Sendable, Comparable {
  /// The decoded name.
  package let bytes: [UInt8]

  /// Takes a name that is not encoded: an EventBridge key, or one from an invalidation request.
  package init(raw bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Decodes a name from an S3 notification, where it is form-encoded: `+` is a space, `%XX` a
  /// byte. Decoded once; a `%` that no two hex digits follow stays as it is.
  ///
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  package init(formEncoded encoded: [UInt8]) {
    guard encoded.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      bytes = encoded
      return
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.count)
    var rest = encoded[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        if let value = ObjectKey.hexValue(rest.prefix(2)) {
          decoded.append(value)
          rest = rest.dropFirst(2)
        } else {
          decoded.append(byte)
        }
      default:
        decoded.append(byte)
      }
    }
    bytes = decoded
  }

  /// Reads a name of which nothing says whether it is form-encoded, as S3 sends it, or raw.
  ///
  /// - Returns: the name, and what it means as well where its bytes allow both.
  static func readings(of spelled: [UInt8]) -> (key: ObjectKey, other: ObjectKey?) {
    let raw = ObjectKey(raw: spelled)
    let decoded = ObjectKey(formEncoded: spelled)
    // Form encoding escapes every space, and whatever is not ASCII.
    guard decoded != raw, spelled.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return (raw, nil)
    }
    return (decoded, raw)
  }

  /// Orders keys bytewise, as S3 lists them.
  package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.bytes.precede(right.bytes)
  }

  package func hash(into hasher: inout Hasher) { bytes.hash(asOneInto: &hasher) }

  private static func hexValue(_ digits: ArraySlice<UInt8>) -> UInt8? {
    guard digits.count == 2, let high = digits.first.flatMap(Hex.value),
      let low = digits.last.flatMap(Hex.value)
    else { return nil }
    return high << 4 | low
  }
}

extension ObjectKey: CustomStringConvertible {
  /// The key as text for people; bytes that are not UTF-8 show as U+FFFD.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The key as one line of a log or a terminal can show it: control characters, which could end
  /// the line or move the cursor, show as U+FFFD.
  package var visible: String {
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return description }
    return String(
      String.UnicodeScalarView(
        description.unicodeScalars.map {
          $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
        }))
  }
}
