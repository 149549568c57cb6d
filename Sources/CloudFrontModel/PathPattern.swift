/// A cache behavior's path pattern, matched as CloudFront does: `*` spans any characters, `/` too;
/// `?` is exactly one; case counts; a leading `/` may be left out.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as it stands in the distribution.
  package let description: String

  private let bytes: [UInt8]

  /// Takes a pattern as the distribution spells it.
  package init(_ pattern: String) {
    description = pattern
    let spelled = Array(pattern.utf8)
    let isComplete = [UInt8(ascii: "/"), UInt8(ascii: "*")].contains(spelled.first)
    bytes = isComplete ? spelled : [UInt8(ascii: "/")] + spelled
  }

  /// Tells whether a viewer path, decoded or encoded, lies under the pattern. The path is
  /// normalised first, as CloudFront does (RFC 3986, and `//` as `/`).
  package func matches(_ viewerPath: some Collection<UInt8>) -> Bool {
    matches(normalized: PathPattern.normalize(viewerPath))
  }

  /// Tells whether a path that is normalised already lies under the pattern.
  package func matches(normalized path: [UInt8]) -> Bool { PathPattern.matches(bytes, path) }

  /// Matches in linear space, going back only to the last `*`.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var (at, position) = (0, 0)
    var star: (at: Int, position: Int)?
    while position < text.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at: at, position: position)
        at += 1
      } else if at < pattern.count,
        pattern[at] == UInt8(ascii: "?") || pattern[at] == text[position]
      {
        at += 1
        position += 1
      } else if let last = star {
        star = (at: last.at, position: last.position + 1)
        at = last.at + 1
        position = last.position + 1
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// Removes `.` and `..` segments and empty ones, keeping a final slash.
  package static func normalize(_ path: some Collection<UInt8>) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let isNormal =
      path.first == slash
      && !zip(path, path.dropFirst()).contains { first, second in
        first == slash && (second == slash || second == UInt8(ascii: "."))
      }
    if isNormal { return Array(path) }
    var kept: [ArraySlice<UInt8>] = []
    let segments = Array(path).split(separator: slash, omittingEmptySubsequences: false)
    for segment in segments where !segment.isEmpty && !segment.elementsEqual(".".utf8) {
      if segment.elementsEqual("..".utf8) { _ = kept.popLast() } else { kept.append(segment) }
    }
    let endsInSlash = ["", ".", ".."].contains { segments.last?.elementsEqual($0.utf8) ?? true }
    let joined = kept.reduce(into: [UInt8]()) { $0 += [slash] + $1 }
    return endsInSlash || joined.isEmpty ? joined + [slash] : joined
  }
}
