/// Why a well-formed document is not the answer that was asked for.
package enum AnswerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another document, such as a proxy's page.
  case otherRoot(String, expected: String)
  /// A page that says there are more, and not where.
  case noMarker
  /// An invalidation that can't be named.
  case noID

  /// What is wrong with it.
  package var description: String {
    switch self {
    case .otherRoot(let name, let expected): "the root element is \(name), not \(expected)"
    case .noMarker: "IsTruncated is true and NextMarker is missing"
    case .noID: "the invalidation has no Id"
    }
  }
}
