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
  /// The ways to read the patterns that can lead to different behaviors.
  private let readings: [PathPattern.Reading]

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
    let isAmbiguous = distribution.behaviors.contains { $0.pathPattern?.hasOneReading == false }
    readings = isAmbiguous ? PathPattern.Reading.allCases : [.slashLeftOut]
  }

  /// Decides about a viewer path, decoded.
  ///
  /// A pattern can't contain escapes, yet its `?` may stand for one byte of a letter or for one
  /// character of its escape, and a pattern that begins with a wildcard has two readings. AWS
  /// documents neither, so the path counts as reached if it is in any of these ways.
  func verdict(for viewerPath: [UInt8], origin: String?) -> Verdict {
    guard let origin, let fallback = distribution.defaultBehavior, !fallback.targetOriginID.isEmpty
    else { return .reached(nil) }
    let ids = targets[origin] ?? [origin]
    var answering = [fallback]
    if !distribution.behaviors.isEmpty {
      var spellings = [viewerPath]
      let encoded = PathEncoding.encode(viewerPath)
      if encoded != viewerPath { spellings.append(encoded) }
      if viewerPath.contains(UInt8(ascii: "+")) {
        spellings.append(PathEncoding.encode(viewerPath, plus: .encoded))
      }
      answering = spellings.map(PathPattern.normalize).flatMap { path in
        readings.map { behavior(for: path, reading: $0) ?? fallback }
      }
    }
    let first = answering[0]
    let reached = answering.filter { ids.contains($0.targetOriginID) }
    if let caching = reached.first(where: { !isUncached($0) }) ?? reached.first {
      return .reached(caching)
    }
    let mayBeRewritten = rewritten.contains(origin) || answering.contains(where: \.mayRewrite)
    return mayBeRewritten ? .perhaps(first) : .elsewhere(first)
  }

  /// Tells whether copies of the object may be kept under a path with this verdict.
  func mayKeepCopies(_ verdict: Verdict) -> Bool {
    switch verdict {
    case .reached(let behavior): behavior.map { !isUncached($0) } ?? true
    case .perhaps: true
    case .elsewhere: false
    }
  }

  /// Tells whether a behavior is known to keep no copies.
  func isUncached(_ behavior: CacheBehavior) -> Bool {
    distribution.cachePolicy(of: behavior)?.canCache == false
  }

  /// Tells whether a behavior is known to keep a copy per query string.
  func keysOnQueryStrings(_ behavior: CacheBehavior) -> Bool {
    distribution.cachePolicy(of: behavior)?.keysOnQueryStrings == true
  }

  private func behavior(
    for normalized: [UInt8], reading: PathPattern.Reading
  ) -> CacheBehavior? {
    distribution.behaviors.first {
      $0.pathPattern?.matches(normalized: normalized, reading: reading) == true
    }
  }
}
