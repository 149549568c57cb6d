/// A cache behavior's path pattern, matched as CloudFront matches it.
///
/// `*` stands for any characters, `/` too, and `?` for exactly one; case counts; a leading `/` may
/// be left out. AWS does not say whether the first `*` or `?` of a pattern without its `/` can
/// stand for the path's own `/`, so such a pattern has two readings.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as it stands in the distribution.
  package let description: String

  /// What a pattern that begins with a wildcard means.
  package enum Reading: Hashable, Sendable, CaseIterable {
    /// `*/x` is short for `/*/x` and does not match `/x`.
    case slashLeftOut
    /// The first wildcard of `*/x` can stand for nothing or for the path's `/`, so it matches `/x`.
    case asSpelled
  }

  /// The pattern with its leading `/`.
  private let complete: [UInt8]
  /// The pattern as it is spelled, where it begins with a wildcard; else the complete one.
  private let spelled: [UInt8]

  /// Takes a pattern as the distribution spells it.
  package init(_ pattern: String) {
    description = pattern
    let bytes = Array(pattern.utf8)
    let slash = UInt8(ascii: "/")
    complete = bytes.first == slash ? bytes : [slash] + bytes
    let beginsWithWildcard = [UInt8(ascii: "*"), UInt8(ascii: "?")].contains(bytes.first)
    spelled = beginsWithWildcard ? bytes : complete
  }

  /// Tells whether the pattern means the same in both readings, whatever the path is.
  package var hasOneReading: Bool {
    // After its star, only a `/` or another wildcard can match the path from its first `/` on.
    guard let next = spelled.drop(while: { $0 == UInt8(ascii: "*") }).first else { return true }
    return spelled == complete
      || spelled.first == UInt8(ascii: "*")
        && next != UInt8(ascii: "/") && next != UInt8(ascii: "?")
  }

  /// Tells whether the pattern matches a viewer path, decoded or encoded, in either reading. Like
  /// CloudFront, it normalises the path first (RFC 3986, and `//` as `/`).
  package func matches(_ viewerPath: some Collection<UInt8>) -> Bool {
    let normalized = PathPattern.normalize(viewerPath)
    return Reading.allCases.contains { matches(normalized: normalized, reading: $0) }
  }

  /// Tells whether the pattern, read in one way, matches a path that is normalised already.
  package func matches(normalized path: [UInt8], reading: Reading) -> Bool {
    PathPattern.matches(reading == .asSpelled ? spelled : complete, path)
  }

  /// Matches in constant space, going back only to the last `*`.
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

  /// Whether no segment of a path is empty or begins with a dot, as in nearly every path.
  private static func isNormal(_ path: [UInt8]) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return false }
    for index in path.indices.dropFirst() where path[index - 1] == UInt8(ascii: "/") {
      if path[index] == UInt8(ascii: "/") || path[index] == UInt8(ascii: ".") { return false }
    }
    return true
  }

  /// Removes `.` and `..` segments and empty ones, keeping a final slash.
  package static func normalize(_ path: some Collection<UInt8>) -> [UInt8] {
    normalize(Array(path))
  }

  private static func normalize(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    if isNormal(path) { return path }
    var kept: [ArraySlice<UInt8>] = []
    let segments = path.split(separator: slash, omittingEmptySubsequences: false)
    for segment in segments where !segment.isEmpty && !segment.elementsEqual(".".utf8) {
      if segment.elementsEqual("..".utf8) { _ = kept.popLast() } else { kept.append(segment) }
    }
    let endsInSlash = ["", ".", ".."].contains { segments.last?.elementsEqual($0.utf8) ?? true }
    let joined = kept.reduce(into: [UInt8]()) { $0 += [slash] + $1 }
    return endsInSlash || joined.isEmpty ? joined + [slash] : joined
  }
}
