package import CloudFrontModel
package import Failures
package import S3Events

/// Why an item asks for what can't be invalidated. Another delivery would fail the same way.
package enum PlanFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A worker's path can't be an invalidation path. Bytes of it that are not UTF-8 show as U+FFFD.
  case requestPath(String, PathError)
  /// Only `/*` would cover the key, or it is what a worker asks for, and a setting rules it out.
  ///
  /// The key is nil where a worker named the path.
  case rootWildcardRuledOut(
    distribution: DistributionID, key: ObjectKey?, by: CoalescingOptions.RootWildcard)

  /// The stable name Lambda and its callers see.
  package var errorType: FailureType {
    switch self {
    case .requestPath: .known(.invalidRequest)
    case .rootWildcardRuledOut: .known(.rootWildcardRuledOut)
    }
  }

  /// What happened, to which path, and what to do.
  package var description: String {
    switch self {
    case .requestPath(let path, let reason):
      "The invalidation request's path \"\(path)\" can't be invalidated: \(reason)."
    case .rootWildcardRuledOut(let distribution, let key?, let setting):
      "Only /* would cover the key \(key.visible) on distribution \(distribution), since CloudFront"
        + " can't name the * in it, and ROOT_WILDCARD=\(setting.rawValue) rules /* out for a key."
        + " Leave the key out with a rule of PATH_RULES (\\* stands for a star), rename the object,"
        + " or set ROOT_WILDCARD to allowed."
    case .rootWildcardRuledOut(let distribution, nil, let setting):
      "The path /* was asked for on distribution \(distribution), and"
        + " ROOT_WILDCARD=\(setting.rawValue) rules it out. Ask for narrower paths, or set"
        + " ROOT_WILDCARD to last-resort."
    }
  }
}
