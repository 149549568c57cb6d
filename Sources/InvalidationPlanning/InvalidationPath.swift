/// What CloudFront is asked to forget: a viewer path, URL-encoded as sent, starting with `/`.
///
/// Kept as bytes and compared bytewise. Always ASCII, at most 4,000 characters; a `*` stands only
/// at the end and makes it a wildcard.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
public struct InvalidationPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The longest path CloudFront takes, in characters.
  public static let maxLength = 4_000

  /// The path as sent.
  public let bytes: [UInt8]

  /// Whether it covers everything it is a prefix of.
  public var isWildcard: Bool { bytes.last == UInt8(ascii: "*") }

  /// The path as text, as it stands in a request.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Encodes a viewer path that came from an object key.
  ///
  /// A `*` in it would be a wildcard, or refused: CloudFront offers no way to name it (`%2A` is
  /// taken and misses). So the path is cut just before the first `*` and covers everything that
  /// starts alike. The same for a path over the length limit.
  ///
  /// - Parameter viewerPath: the decoded path, starting with `/`.
  init(viewerPath: some Collection<UInt8>) {
    let star = UInt8(ascii: "*")
    let plain = viewerPath.prefix { $0 != star }
    var encoded = PathEncoding.encode(plain)
    if plain.count < viewerPath.count { encoded.append(star) }
    if encoded.count > InvalidationPath.maxLength {
      encoded = encoded.prefix(InvalidationPath.maxLength - 1).withoutSplitEscape + [star]
    }
    bytes = encoded
  }

  /// Takes a path that a worker asks for: encoded or not, with or without a final `*`.
  ///
  /// What CloudFront would refuse raw is encoded; a `%` is taken for an escape already made.
  ///
  /// - Throws: ``PathError`` when no invalidation can be made of it.
  public init(requested path: [UInt8]) throws(PathError) {
    guard path.first == UInt8(ascii: "/") else { throw .noLeadingSlash }
    if let star = path.firstIndex(of: UInt8(ascii: "*")), star != path.indices.last {
      throw .wildcardInside
    }
    guard PathEncoding.hasOnlyWholeEscapes(path) else { throw .brokenEscape }
    let encoded = PathEncoding.encode(path, keeping: UInt8(ascii: "%"))
    guard encoded.count <= InvalidationPath.maxLength else { throw .tooLong(encoded.count) }
    bytes = encoded
  }

  /// Orders bytewise.
  public static func < (left: InvalidationPath, right: InvalidationPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// Why a requested path can't be an invalidation path.
public enum PathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It does not start with `/`; CloudFront's cache tags (`#tag`) are not taken either.
  case noLeadingSlash
  /// A `*` stands elsewhere than at the end.
  case wildcardInside
  /// A `%` that no two hex digits follow.
  case brokenEscape
  /// Longer than CloudFront takes, in characters after encoding.
  case tooLong(Int)

  /// What is wrong and what would be right.
  public var description: String {
    switch self {
    case .noLeadingSlash: "it must start with /"
    case .wildcardInside: "* is only possible as the last character"
    case .brokenEscape: "a % must be followed by two hex digits (write %25 for the character)"
    case .tooLong(let length):
      "it has \(length) characters when encoded, CloudFront takes \(InvalidationPath.maxLength)"
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes without an escape (`%XX`) that was cut off at the end.
  fileprivate var withoutSplitEscape: [UInt8] {
    let percent = UInt8(ascii: "%")
    if last == percent { return Array(dropLast()) }
    if dropLast().last == percent { return Array(dropLast(2)) }
    return Array(self)
  }
}
