package import CloudFrontModel

extension FakeDistribution {
  /// Creates a distribution for the fake CloudFront, from which `bootstrap` makes the same plan as
  /// `cfbridge plan`. An unknown default root object becomes index.html, as in the planner.
  package init(_ distribution: Distribution) {
    self.init(
      id: distribution.id.description,
      origins: distribution.origins.map {
        Origin(id: $0.id, domainName: $0.domainName, path: $0.originPath)
      }, domainName: distribution.domainName)
    aliases = distribution.aliases
    isEnabled = distribution.isEnabled
    isStaging = distribution.isStaging
    connectionMode = distribution.connectionMode.rawValue
    originGroups = distribution.originGroups.map { OriginGroup(id: $0.id, members: $0.members) }
    defaultBehavior = distribution.defaultBehavior.map { Behavior($0) }
    behaviors = distribution.behaviors.map { Behavior($0) }
    errorPages = distribution.errorPages
    missingObjectTTL =
      distribution.missingObjectTTL > 0 ? distribution.missingObjectTTL : nil
    defaultRootObject = distribution.defaultRootObject ?? "index.html"
  }
}

extension FakeCloudFrontSettings {
  /// Creates settings for an account with these distributions and cache policies.
  package init(distributions: [Distribution], cachePolicies: [String: CachePolicy]) {
    self.init(distributions: distributions.map { FakeDistribution($0) })
    self.cachePolicies = cachePolicies.map { FakeCachePolicy(id: $0, $1) }
  }
}

extension FakeDistribution.Behavior {
  init(_ behavior: CacheBehavior) {
    self.init(
      pathPattern: behavior.pathPattern?.description ?? "", target: behavior.targetOriginID,
      functions: behavior.mayRewrite ? ["viewer-request"] : [])
    cachePolicyID = behavior.cachePolicyID
    if let caching = behavior.ownCaching {
      maxTTL = caching.canCache ? 31_536_000 : 0
      forwardsQueryStrings = caching.keysOnQueryStrings
    }
  }
}

extension FakeCachePolicy {
  /// Creates a cache policy for the fake CloudFront.
  package init(id: String, _ policy: CachePolicy) {
    self.init(
      id: id, maxTTL: policy.canCache ? 31_536_000 : 0,
      queryStrings: policy.keysOnQueryStrings ? "all" : "none")
  }
}
