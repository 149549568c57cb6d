import CloudFrontModel
import InvalidationPlanning

/// A site and a change of it.
struct Scenario: Sendable {
  /// What it is called in the table.
  var name: String
  /// The keys of the objects that changed.
  var changed: [String]
  /// The keys of the other objects, all of them cached.
  var unchanged: [String]

  /// What viewers may have cached of the changed objects: the path, and the directory that shows
  /// an index document. Every strategy starts from these.
  var viewerPaths: [InvalidationPath] {
    changed.flatMap { key in
      let path = "/" + key
      let forms = path.hasSuffix("/index.html") ? [path, String(path.dropLast(10))] : [path]
      return forms.compactMap { try? InvalidationPath(requested: Array($0.utf8)) }
    }
  }

  /// Counts the unchanged objects that a batch makes CloudFront forget.
  func collateral(of batch: [InvalidationPath]) -> Int {
    let prefixes = batch.filter(\.isWildcard).map { Array($0.bytes.dropLast()) }
    return unchanged.count { key in
      let path = Array("/\(key)".utf8)
      return prefixes.contains { path.starts(with: $0) }
    }
  }
}
