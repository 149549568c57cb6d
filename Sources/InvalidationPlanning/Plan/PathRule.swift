/// Why a path is in a plan.
package enum PathRule: String, Hashable, Sendable, Comparable {
  /// The key itself, less the origin path.
  case key
  /// The directory (or the root) that shows this index document.
  case indexDocument
  /// `/` shows this object, the distribution's default root object.
  case defaultRootObject
  /// The path without the ending that viewers leave out.
  case cleanURL
  /// A rule of `PATH_RULES` made it of the key.
  case rewritten
  /// The key contains a `*`: the wildcard cut just before it.
  case wildcardCut
  /// The path is too long: the wildcard that surely covers it.
  case lengthCut
  /// The key contains a `~`: the wildcard cut just before it.
  case tildeCut
  /// The copies of a path that query strings set apart.
  case queryStrings
  /// A worker asked for this path.
  case requested

  /// Whether the path covers more than the key asks for, since CloudFront can't name it exactly.
  package var isCut: Bool { self == .wildcardCut || self == .lengthCut || self == .tildeCut }

  /// Orders by raw value, so that every listing has the same order.
  package static func < (left: PathRule, right: PathRule) -> Bool { left.rawValue < right.rawValue }
}
