import CloudFrontModel

/// Which behavior of a distribution answers for a viewer path, and whether that leads to an origin.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
struct BehaviorRouting {
  /// What becomes of a viewer path, as seen from one origin.
  enum Verdict {
    /// The origin answers, through this behavior; nil when the behaviors are not known.
    case reached(CacheBehavior?)
    /// Another origin answers, but an edge function may lead to this one.
    case perhaps(CacheBehavior)
    /// Another origin answers: nobody sees the object under this path.
    case elsewhere(CacheBehavior)
  }

  private let distribution: Distribution
  /// For each origin id, the ids under which a behavior can target it, its groups' included.
  private let targets: [String: Set<String>]
  /// The origins that some behavior with an edge function targets.
  private let rewritten: Set<String>

  init(_ distribution: Distribution) {
    self.distribution = distribution
    var targets: [String: Set<String>] = [:]
    for origin in distribution.origins { targets[origin.id] = [origin.id] }
    for group in distribution.originGroups {
      for member in group.members { targets[member, default: [member]].insert(group.id) }
    }
    self.targets = targets
    let rewriting = Set(
      distribution.allBehaviors.filter(\.mayRewrite).map(\.targetOriginID))
    rewritten = Set(targets.filter { !$0.value.isDisjoint(with: rewriting) }.keys)
  }

  /// Decides about a viewer path, decoded.
  ///
  /// Patterns can't hold escapes, yet `?` could stand for one byte of a letter or for its whole
  /// escape: the path is reached if either spelling is.
  func verdict(for viewerPath: [UInt8], origin: String?) -> Verdict {
    guard let origin, let fallback = distribution.defaultBehavior, !fallback.targetOriginID.isEmpty
    else { return .reached(nil) }
    let ids = targets[origin] ?? [origin]
    let first = behavior(for: viewerPath) ?? fallback
    var answering = [first]
    let encoded = PathEncoding.encode(viewerPath)
    if !distribution.behaviors.isEmpty, encoded != viewerPath {
      answering.append(behavior(for: encoded) ?? fallback)
    }
    let reached = answering.filter { ids.contains($0.targetOriginID) }
    if let caching = reached.first(where: { !isUncached($0) }) ?? reached.first {
      return .reached(caching)
    }
    let mayBeRewritten = rewritten.contains(origin) || answering.contains(where: \.mayRewrite)
    return mayBeRewritten ? .perhaps(first) : .elsewhere(first)
  }

  /// Tells whether a behavior is known to keep no copies.
  func isUncached(_ behavior: CacheBehavior) -> Bool {
    distribution.cachePolicy(of: behavior)?.canCache == false
  }

  /// Tells whether a behavior is known to keep a copy per query string.
  func keysOnQueryStrings(_ behavior: CacheBehavior) -> Bool {
    distribution.cachePolicy(of: behavior)?.keysOnQueryStrings == true
  }

  private func behavior(for viewerPath: [UInt8]) -> CacheBehavior? {
    guard !distribution.behaviors.isEmpty else { return nil }
    let normalized = PathPattern.normalize(viewerPath)
    return distribution.behaviors.first { $0.pathPattern?.matches(normalized: normalized) == true }
  }
}
