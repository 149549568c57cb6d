import S3Events

/// Why a path is in a plan.
public enum PathRule: String, Hashable, Sendable, Comparable {
  /// The key itself, less the origin path.
  case key
  /// The directory (or the root) that shows this `index.html`.
  case indexDocument
  /// The key holds a `*` or is too long: the wildcard that surely covers it.
  case wildcardCut
  /// A worker asked for this path.
  case requested

  /// Orders by raw value, so that every listing has the same order.
  public static func < (left: PathRule, right: PathRule) -> Bool { left.rawValue < right.rawValue }
}

/// Maps object keys to the paths viewers ask for.
enum ViewerPaths {
  /// The document a directory path shows.
  static let indexDocument = Array("index.html".utf8)

  /// Returns the paths under which one origin shows a key; nil when it doesn't serve the key.
  static func paths(
    for key: ObjectKey, originPath: String
  ) -> [(path: InvalidationPath, rule: PathRule)]? {
    guard let viewerPath = strip(originPath, from: key) else { return nil }
    let plain = InvalidationPath(viewerPath: viewerPath)
    var paths = [(path: plain, rule: plain.isWildcard ? PathRule.wildcardCut : .key)]
    // A path boundary: `dir/index.html`, never `myindex.html`. The viewer path starts with `/`.
    if viewerPath.suffix(indexDocument.count + 1).elementsEqual([slash] + indexDocument) {
      let directory = InvalidationPath(viewerPath: viewerPath.dropLast(indexDocument.count))
      if directory != plain { paths.append((path: directory, rule: .indexDocument)) }
    }
    return paths
  }

  /// Removes an origin path from a key, on a `/` boundary only.
  ///
  /// CloudFront puts the origin path before every request, so a key outside it can't be fetched.
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
  static func strip(_ originPath: String, from key: ObjectKey) -> ArraySlice<UInt8>? {
    let path = ([slash] + key.bytes)[...]
    var prefix = Array(originPath.utf8)
    while prefix.last == slash { prefix.removeLast() }
    guard !prefix.isEmpty else { return path }
    if prefix.first != slash { prefix.insert(slash, at: 0) }
    let rest = path.dropFirst(prefix.count)
    return path.starts(with: prefix) && rest.first == slash ? rest : nil
  }

  private static let slash = UInt8(ascii: "/")
}
