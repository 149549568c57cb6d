import CloudFrontModel

/// Which behavior of a distribution answers for a viewer path, and whether that leads to an origin.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
struct BehaviorRouting {
  /// A behavior with what is asked about it for every path. It is shared, because copying a
  /// behavior costs as much as matching it.
  final class Behavior {
    let configuration: CacheBehavior
    let name: String
    /// Whether it is known to keep no copies.
    let isUncached: Bool
    /// Whether it is known to keep a copy per query string.
    let keysOnQueryStrings: Bool

    fileprivate init(_ configuration: CacheBehavior, of distribution: Distribution) {
      self.configuration = configuration
      name = configuration.name
      let policy = distribution.cachePolicy(of: configuration)
      isUncached = policy?.canCache == false
      keysOnQueryStrings = policy?.keysOnQueryStrings == true
    }
  }

  /// What becomes of a viewer path, as seen from one origin.
  enum Verdict {
    /// The origin answers, through this behavior; nil when the behaviors are not known.
    case reached(Behavior?)
    /// Another origin answers, but an edge function may lead to this one.
    case perhaps(Behavior)
    /// Another origin answers: nobody sees the object under this path.
    case elsewhere(Behavior)
  }

  /// The behavior for what no pattern matches; nil when the behaviors are not known.
  private let fallback: Behavior?
  private let behaviors: [Behavior]
  /// For each origin id, the ids under which a behavior can target it, its groups' included.
  private let targets: [String: Set<String>]
  /// The origins that some behavior with an edge function targets.
  private let rewritten: Set<String>
  /// The ways to read the patterns that can lead to different behaviors.
  private let readings: [PathPattern.Reading]

  init(_ distribution: Distribution) {
    fallback = distribution.defaultBehavior.flatMap {
      $0.targetOriginID.isEmpty ? nil : Behavior($0, of: distribution)
    }
    behaviors = distribution.behaviors.map { Behavior($0, of: distribution) }
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
    guard let origin, let fallback else { return .reached(nil) }
    var answering: [Behavior] = []
    if behaviors.isEmpty {
      answering.append(fallback)
    } else {
      for path in spellings(of: viewerPath) {
        let normalized = PathPattern.normalize(path)
        for reading in readings {
          answering.append(behavior(for: normalized, reading: reading) ?? fallback)
        }
      }
    }
    let ids = targets[origin]
    var reached: Behavior?
    for behavior in answering where reached == nil || reached?.isUncached == true {
      let target = behavior.configuration.targetOriginID
      // Most often a behavior names the origin itself.
      guard target == origin || ids?.contains(target) == true else { continue }
      if reached == nil || !behavior.isUncached { reached = behavior }
    }
    if let reached { return .reached(reached) }
    let mayBeRewritten =
      rewritten.contains(origin) || answering.contains(where: \.configuration.mayRewrite)
    return mayBeRewritten ? .perhaps(answering[0]) : .elsewhere(answering[0])
  }

  /// The spellings of a viewer path that a pattern may be matched with.
  private func spellings(of viewerPath: [UInt8]) -> [[UInt8]] {
    var spellings = [viewerPath]
    let encoded = PathEncoding.encode(viewerPath)
    if encoded != viewerPath { spellings.append(encoded) }
    if viewerPath.contains(UInt8(ascii: "+")) {
      spellings.append(PathEncoding.encode(viewerPath, plus: .encoded))
    }
    return spellings
  }

  /// Tells whether copies of the object may be kept under a path with this verdict.
  func mayKeepCopies(_ verdict: Verdict) -> Bool {
    switch verdict {
    case .reached(let behavior): behavior.map { !$0.isUncached } ?? true
    case .perhaps: true
    case .elsewhere: false
    }
  }

  private func behavior(for normalized: [UInt8], reading: PathPattern.Reading) -> Behavior? {
    behaviors.first {
      $0.configuration.pathPattern?.matches(normalized: normalized, reading: reading) == true
    }
  }
}
