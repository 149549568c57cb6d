/// What is invalidated: one item of an invalidation batch.
package enum InvalidationItem: Hashable, Sendable, CustomStringConvertible {
  /// The copies under a path, or under all paths that a wildcard covers.
  case path(InvalidationPath)

  /// The item as it stands in a request, before XML's escapes.
  package var bytes: [UInt8] {
    switch self {
    case .path(let path): path.bytes
    }
  }

  /// The item as text.
  package var description: String {
    switch self {
    case .path(let path): path.description
    }
  }
}
