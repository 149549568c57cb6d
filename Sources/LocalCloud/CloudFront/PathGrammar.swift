/// The rules for invalidation paths that CloudFront accepts.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
enum PathGrammar {
  /// The longest path in characters.
  static let longestPath = 4_000

  /// Whether CloudFront accepts an item as a path: it starts with `/`, is ASCII, has none of RFC
  /// 1738's unsafe characters and no broken escapes, and has `*` only at its end.
  static func accepts(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    guard bytes.first == UInt8(ascii: "/"), bytes.count <= longestPath else { return false }
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case ...32, 127...: return false
      case _ where unsafe.contains(byte): return false
      case UInt8(ascii: "*"):
        guard index == bytes.count - 1 else { return false }
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.count, URIText.digit(bytes[index + 1]) != nil,
          URIText.digit(bytes[index + 2]) != nil
        else { return false }
      default: break
      }
    }
    return true
  }

  /// Whether an item that starts with `#` is a cache tag: 1 to 256 characters from `!` to `~`, but
  /// no comma and no `*`.
  static func acceptsTag(_ item: String) -> Bool {
    let tag = item.utf8.dropFirst()
    return item.hasPrefix("#") && (1...256).contains(tag.count)
      && tag.allSatisfy { (33...126).contains($0) && $0 != 0x2C && $0 != 0x2A }
  }

  /// Whether a path counts against the quota of wildcards.
  static func isWildcard(_ path: String) -> Bool {
    path.utf8.last == UInt8(ascii: "*")
  }

  private static let unsafe = Set("<>\"#{}|\\^~[]`".utf8)
}
