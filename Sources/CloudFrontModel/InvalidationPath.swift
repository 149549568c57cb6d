import Encoding

/// What CloudFront is asked to forget: a viewer path, URL-encoded as sent, starting with `/`.
///
/// Kept as bytes and compared bytewise. Always ASCII, at most 4,000 characters; a `*` stands only
/// at the end and makes it a wildcard.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
package struct InvalidationPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The longest path CloudFront takes, in characters.
  package static let maxLength = 4_000

  /// The path as sent.
  package let bytes: [UInt8]

  /// Whether it covers everything it is a prefix of.
  package var isWildcard: Bool { bytes.last == UInt8(ascii: "*") }

  /// Whether it is `/*`, which covers the whole distribution.
  package var isRootWildcard: Bool { isWildcard && bytes.count == 2 }

  /// Whether it contains a `+` spelled `%2B`.
  package var containsEncodedPlus: Bool {
    bytes.indices.contains { bytes[$0...].starts(with: "%2B".utf8) }
  }

  /// How many bytes come before the query string: all of them where there is none.
  package var countBeforeQuery: Int { bytes.firstIndex(of: PathEncoding.queryMark) ?? bytes.count }

  /// The path as text, as it stands in a request.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Encodes a viewer path that came from an object key.
  ///
  /// A `*` in it would be a wildcard, or refused: CloudFront offers no way to name it (`%2A` is
  /// taken and misses). So the path is cut just before the first `*` and covers everything that
  /// starts alike. The same for a path over the length limit.
  ///
  /// - Parameter viewerPath: the decoded path, starting with `/`.
  package init(viewerPath: some Collection<UInt8>, plus: PathEncoding.Plus = .raw) {
    self.init(path: Array(viewerPath), plus: plus)
  }

  private init(path: [UInt8], plus: PathEncoding.Plus) {
    let star = UInt8(ascii: "*")
    if let cut = path.firstIndex(of: star) {
      self.init(encoded: PathEncoding.encode(path[..<cut], plus: plus) + [star])
    } else {
      self.init(encoded: PathEncoding.encode(path, plus: plus))
    }
  }

  /// Takes encoded bytes that start with `/`, a `*` at most at their end; over the length limit
  /// they become the wildcard that covers them.
  package init(encoded: [UInt8]) {
    bytes =
      encoded.count > InvalidationPath.maxLength
      ? encoded.prefix(InvalidationPath.maxLength - 1).withoutSplitEscape + [UInt8(ascii: "*")]
      : encoded
  }

  /// Cuts a viewer path just before its first `~`: `%7E` is taken, yet may miss what viewers
  /// fetched as `~`. Nil without one, and where all that is left is the whole distribution.
  package init?(
    cuttingTildeIn viewerPath: some Collection<UInt8>, plus: PathEncoding.Plus = .raw
  ) {
    let plain = viewerPath.prefix { $0 != UInt8(ascii: "~") }
    guard plain.count < viewerPath.count, plain.count > 1 else { return nil }
    self.init(encoded: PathEncoding.encode(plain, plus: plus) + [UInt8(ascii: "*")])
  }

  /// The paths that cover this one with every query string.
  ///
  /// CloudFront compares an invalidation path with the query string too. Since `/dir/*` would cover
  /// everything in the directory, a `?` stands between a final `/` and the star.
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
  package var withQueryStrings: [InvalidationPath] {
    if isWildcard || countBeforeQuery < bytes.count { return [self] }
    let star = UInt8(ascii: "*")
    guard bytes.last == UInt8(ascii: "/") else {
      return [InvalidationPath(encoded: bytes + [star])]
    }
    return [self, InvalidationPath(encoded: bytes + [UInt8(ascii: "?"), star])]
  }

  /// The path in the other spelling that viewers may choose, for the case that CloudFront refuses
  /// this one; nil when there is none. The query string stays as it is.
  package var otherSpelling: InvalidationPath? {
    guard let name = PathEncoding.otherSpelling(of: bytes.prefix(countBeforeQuery)) else {
      return nil
    }
    let respelled = name + bytes.dropFirst(countBeforeQuery)
    return respelled.count <= InvalidationPath.maxLength
      ? InvalidationPath(encoded: respelled) : nil
  }

  /// Takes a path that a worker asks for: encoded or not, with or without a query string or a
  /// final `*`.
  ///
  /// What CloudFront would refuse raw is encoded. A `%` is taken for an escape already made, and a
  /// `?` begins the query string, as in the URL a viewer asks for.
  ///
  /// - Throws: ``PathError`` when no invalidation can be made of it.
  package init(requested path: [UInt8]) throws(PathError) {
    guard path.first == UInt8(ascii: "/") else { throw .noLeadingSlash }
    if let star = path.firstIndex(of: UInt8(ascii: "*")), star != path.indices.last {
      throw .wildcardInside
    }
    guard PathEncoding.hasOnlyWholeEscapes(path) else { throw .brokenEscape }
    let encoded = PathEncoding.encode(viewerText: path)
    guard encoded.count <= InvalidationPath.maxLength else { throw .tooLong(encoded.count) }
    bytes = encoded
  }

  /// Orders bytewise.
  package static func < (left: InvalidationPath, right: InvalidationPath) -> Bool {
    left.bytes.precede(right.bytes)
  }

  package func hash(into hasher: inout Hasher) { bytes.hash(asOneInto: &hasher) }
}

/// Why a requested path can't be an invalidation path.
package enum PathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It does not start with `/`; CloudFront's cache tags (`#tag`) are not taken either.
  case noLeadingSlash
  /// A `*` stands elsewhere than at the end.
  case wildcardInside
  /// A `%` that no two hex digits follow.
  case brokenEscape
  /// Longer than CloudFront takes, in characters after encoding.
  case tooLong(Int)

  /// What is wrong and what would be right.
  package var description: String {
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
