/// S3's per-key counter: hexadecimal digits of no fixed length, where a shorter one counts as
/// padded with zeros on its right. Means something only among events of the same key.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
package struct Sequencer: Hashable, Sendable, CustomStringConvertible {
  /// The digits in upper case without the padding, so that equal counters are equal text.
  package let description: String

  /// Takes a counter as an event spells it; nil when it is empty or nothing but zeros, as stores
  /// send that do not count.
  package init?(_ text: String) {
    // S3's own are in upper case already.
    let isUpper = text.utf8.withContiguousStorageIfAvailable {
      $0.allSatisfy { $0 < UInt8(ascii: "a") }
    }
    let digits = isUpper == true ? text : text.uppercased()
    guard let last = digits.utf8.lastIndex(where: { $0 != UInt8(ascii: "0") }) else { return nil }
    let end = digits.utf8.index(after: last)
    description = end == digits.endIndex ? digits : String(digits[..<end])
  }
}
