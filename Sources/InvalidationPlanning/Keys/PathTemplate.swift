package import CloudFrontModel

/// How a rule makes an invalidation path of a key: text, parts of the key, perhaps a final `*`.
package struct PathTemplate: Hashable, Sendable, CustomStringConvertible {
  private enum Piece: Hashable {
    /// Encoded text.
    case text([UInt8])
    /// What a star of the pattern stands for, counted from 0.
    case capture(Int)
    /// The key.
    case key
    /// The key less the origin path, without a leading slash.
    case path
  }

  /// The template as it was written.
  package let description: String

  private let pieces: [Piece]

  /// Takes a template: starts with `/`; `{1}` to `{9}` are the stars of the pattern, `{key}` the
  /// key, `{path}` the key less the origin path; a `?` begins a query string; a `*` is possible at
  /// the end.
  ///
  /// - Throws: ``PathTemplateError`` when no path can come of it.
  package init(_ template: String, for pattern: KeyPattern) throws(PathTemplateError) {
    description = template
    guard template.hasPrefix("/") else { throw .path(.noLeadingSlash) }
    var pieces: [Piece] = []
    var rest = Substring(template)
    while let open = rest.firstIndex(of: "{") {
      pieces.append(.text(try PathTemplate.text(rest[..<open], isLast: false)))
      guard let close = rest[open...].firstIndex(of: "}") else { throw .unclosed }
      let name = rest[rest.index(after: open)..<close]
      pieces.append(try PathTemplate.placeholder(String(name), of: pattern))
      rest = rest[rest.index(after: close)...]
    }
    pieces.append(.text(try PathTemplate.text(rest, isLast: true)))
    self.pieces = pieces
  }

  /// Makes the path. A part of the key that CloudFront can't name is cut, like a key's own path.
  ///
  /// - Returns: the path, and whether it was cut, so that it covers more than the template asks
  ///   for.
  func path(
    key: [UInt8], captures: [[UInt8]], viewerPath: some Collection<UInt8>,
    plus: PathEncoding.Plus = .raw
  ) -> (path: InvalidationPath, isCut: Bool) {
    let star = UInt8(ascii: "*")
    var encoded: [UInt8] = []
    var isInQuery = false
    for piece in pieces {
      let part: [UInt8]
      switch piece {
      case .text(let text):
        encoded += text
        isInQuery = isInQuery || text.contains(PathEncoding.queryMark)
        continue
      case .capture(let index): part = captures.indices.contains(index) ? captures[index] : []
      case .key: part = key
      case .path: part = Array(viewerPath.dropFirst())
      }
      let plain = part.prefix { $0 != star }
      encoded +=
        isInQuery
        ? PathEncoding.encode(intoQuery: plain) : PathEncoding.encode(plain, plus: plus)
      if plain.count < part.count {
        return (path: InvalidationPath(encoded: encoded + [star]), isCut: true)
      }
    }
    return (
      path: InvalidationPath(encoded: encoded), isCut: encoded.count > InvalidationPath.maxLength
    )
  }

  private static func placeholder(
    _ name: String, of pattern: KeyPattern
  ) throws(PathTemplateError) -> Piece {
    if name == "key" { return .key }
    if name == "path" { return .path }
    guard let number = Int(name), (1...9).contains(number) else { throw .unknown(name) }
    guard number <= pattern.captureCount else {
      throw .missingCapture(number, pattern.captureCount)
    }
    return .capture(number - 1)
  }

  private static func text(
    _ text: Substring, isLast: Bool
  ) throws(PathTemplateError) -> [UInt8] {
    let bytes = Array(text.utf8)
    if let star = bytes.firstIndex(of: UInt8(ascii: "*")), !isLast || star != bytes.count - 1 {
      throw .path(.wildcardInside)
    }
    guard PathEncoding.hasOnlyWholeEscapes(bytes) else { throw .path(.brokenEscape) }
    return PathEncoding.encode(viewerText: bytes)
  }
}

/// Why a template can't make paths.
package enum PathTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Its text is no invalidation path.
  case path(PathError)
  /// A `{` without a `}`.
  case unclosed
  /// A placeholder that doesn't exist.
  case unknown(String)
  /// A part that the pattern doesn't capture: its number, and how many there are.
  case missingCapture(Int, Int)

  /// What is wrong and what would be right.
  package var description: String {
    switch self {
    case .path(let error): error.description
    case .unclosed: "a { has no } (write %7B for the character)"
    case .unknown(let name): "{\(name)} is none of {1} to {9}, {key} and {path}"
    case .missingCapture(let number, let count):
      "{\(number)} stands for a star that the pattern doesn't have: it has \(count)"
    }
  }
}
