import CloudFrontModel
import InvalidationPlanning

/// The coalescing of s3deploy, written from a description of its behavior.
///
/// It sends up to eight paths unchanged. When there are more, it cuts the deepest level: each path
/// of that depth becomes the wildcard of the directory above its own. It repeats this level by
/// level until at most eight paths are left; the last resort is `/*`. Paths that a wildcard covers
/// stay.
enum LevelCollapse {
  private static let most = 8

  static func batch(_ paths: [InvalidationPath]) -> [InvalidationPath] {
    var texts = Set(paths.map(\.description))
    var level = texts.map(parts).max() ?? 0
    while texts.count > most, level > 0 {
      texts = Set(texts.map { parts($0) < level ? $0 : cut($0, to: level - 2) })
      level -= 1
    }
    if texts.count > most { texts = ["/*"] }
    return texts.compactMap { try? InvalidationPath(requested: Array($0.utf8)) }.sorted()
  }

  private static func parts(_ path: String) -> Int {
    path.utf8.count { $0 == UInt8(ascii: "/") }
  }

  private static func cut(_ path: String, to count: Int) -> String {
    let directories = path.split(separator: "/").prefix(max(0, count))
    return "/" + directories.map { "\($0)/" }.joined() + "*"
  }
}
