import CloudFrontModel
import InvalidationPlanning

/// A site, and the change of a deployment.
struct Scenario: Sendable {
  /// The name in the table.
  var name: String
  /// The keys of the objects that changed.
  var changed: [String]
  /// The keys of the other objects, all of them cached.
  var unchanged: [String]

  /// The paths under which viewers may have cached the changed objects, with the directory of each
  /// index document. Every strategy starts from these.
  var viewerPaths: [InvalidationPath] {
    changed.flatMap { key in
      let path = "/" + key
      let forms = path.hasSuffix("/index.html") ? [path, String(path.dropLast(10))] : [path]
      return forms.compactMap { try? InvalidationPath(requested: Array($0.utf8)) }
    }
  }

  /// Counts the unchanged objects that a batch removes from the cache.
  func collateral(of batch: [InvalidationPath]) -> Int {
    let prefixes = batch.filter(\.isWildcard).map { Array($0.bytes.dropLast()) }
    return unchanged.count { key in
      let path = Array("/\(key)".utf8)
      return prefixes.contains { path.starts(with: $0) }
    }
  }
}
