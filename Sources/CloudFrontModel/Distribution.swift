/// A CloudFront distribution, with what planning needs to know about it.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html
package struct Distribution: Hashable, Sendable {
  /// Who uses a distribution's cache.
  package enum ConnectionMode: String, Hashable, Sendable {
    /// Viewers, under its own host names.
    case direct
    /// Tenants alone: it has no host name, and CloudFront takes no invalidation for it.
    case tenantOnly = "tenant-only"
  }

  /// The id.
  package var id: DistributionID
  /// The host name CloudFront gave it; empty for a multi-tenant distribution.
  package var domainName: String
  /// The viewers' own host names (CNAMEs).
  package var aliases: [String]
  /// Whether it serves viewers at all.
  package var isEnabled = true
  /// Whether it is the staging half of a continuous deployment, with a cache of its own.
  package var isStaging = false
  /// Who uses it.
  package var connectionMode = ConnectionMode.direct
  /// The origins, in their order.
  package var origins: [Origin]
  /// The groups of origins that stand in for each other.
  package var originGroups: [OriginGroup] = []
  /// The behavior for what no pattern matches; nil when the behaviors are not known.
  package var defaultBehavior: CacheBehavior?
  /// The behaviors with a pattern, the first one that matches counts.
  package var behaviors: [CacheBehavior] = []
  /// The pages shown for errors: viewer paths, as the distribution spells them.
  package var errorPages: [String] = []
  /// How long at least an answer 403 or 404 is kept where its custom error response says so, in
  /// seconds: the longer time of the two, 0 where neither says.
  package var missingObjectTTL: Int64 = 0
  /// Those of the account's own cache policies that are known, by id.
  package var cachePolicies: [String: CachePolicy] = [:]
  /// The object served for `/`; nil when unknown, since ListDistributions doesn't tell.
  package var defaultRootObject: String?

  /// Creates an enabled distribution whose behaviors are not known.
  package init(
    id: DistributionID, domainName: String = "", aliases: [String] = [], origins: [Origin] = [],
    defaultRootObject: String? = nil
  ) {
    self.id = id
    self.domainName = domainName
    self.aliases = aliases
    self.origins = origins
    self.defaultRootObject = defaultRootObject
  }

  /// Returns how much of a host name one of this distribution's names spells out: all of it where
  /// it is its own or an alias, less for a wildcard alias such as `*.example.com`; nil where none
  /// does.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
  package func lengthOfName(covering host: String) -> Int? {
    let host = host.lowercased()
    return ([domainName] + aliases).compactMap { name -> Int? in
      let name = name.lowercased()
      if name == host { return host.isEmpty ? nil : host.utf8.count }
      let parent = name.dropFirst()
      guard name.hasPrefix("*."), host.hasSuffix(parent), host.utf8.count > parent.utf8.count
      else { return nil }
      return parent.utf8.count
    }.max()
  }

  /// Whether the answer for an object that did not exist yet may still be kept when it does.
  ///
  /// CloudFront keeps errors for a time of their own, 10 seconds unless it is set, even where a
  /// behavior keeps nothing else.
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
  package var keepsMissingObjects: Bool { missingObjectTTL > 10 }

  /// Takes the time of a custom error response: its code, and its least time in seconds.
  package mutating func addErrorCaching(code: Int64?, minTTL: Int64?) {
    guard code == 403 || code == 404, let minTTL else { return }
    missingObjectTTL = max(missingObjectTTL, minTTL)
  }

  /// All behaviors there are, the default one last.
  package var allBehaviors: [CacheBehavior] {
    behaviors + (defaultBehavior.map { [$0] } ?? [])
  }

  /// What a behavior's cache does; nil when that is not known.
  package func cachePolicy(of behavior: CacheBehavior) -> CachePolicy? {
    guard let id = behavior.cachePolicyID else { return behavior.ownCaching }
    return CachePolicy.managed[id] ?? cachePolicies[id]
  }
}

/// Where a distribution fetches objects from.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
package struct Origin: Hashable, Sendable {
  /// The id that cache behaviors name.
  package var id: String
  /// The host it fetches from.
  package var domainName: String
  /// The folder put before every request path: empty, or `/folder` with no slash at its end.
  package var originPath: String

  /// Creates an origin.
  package init(id: String, domainName: String, originPath: String = "") {
    self.id = id
    self.domainName = domainName
    self.originPath = originPath
  }
}

/// Origins of which the next is asked when one fails.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginGroup.html
package struct OriginGroup: Hashable, Sendable {
  /// The id that cache behaviors name.
  package var id: String
  /// The ids of its origins.
  package var members: [String]

  /// Creates a group.
  package init(id: String, members: [String]) {
    self.id = id
    self.members = members
  }
}
