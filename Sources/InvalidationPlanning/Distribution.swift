/// A CloudFront distribution, as far as planning needs to know it.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html
public struct Distribution: Hashable, Sendable {
  /// Who uses a distribution's cache.
  public enum ConnectionMode: String, Hashable, Sendable {
    /// Viewers, under its own host names.
    case direct
    /// Tenants alone: it has no host name, and CloudFront takes no invalidation for it.
    case tenantOnly = "tenant-only"
  }

  /// The id, such as `EDFDVBD632BHDS5`.
  public var id: String
  /// The host name CloudFront gave it; empty for a multi-tenant distribution.
  public var domainName: String
  /// The viewers' own host names (CNAMEs).
  public var aliases: [String]
  /// Whether it serves viewers at all.
  public var isEnabled = true
  /// Whether it is the staging half of a continuous deployment, with a cache of its own.
  public var isStaging = false
  /// Who uses it.
  public var connectionMode = ConnectionMode.direct
  /// The origins, in their order.
  public var origins: [Origin]
  /// The groups of origins that stand in for each other.
  public var originGroups: [OriginGroup] = []
  /// The behavior for what no pattern matches; nil when the behaviors are not known.
  public var defaultBehavior: CacheBehavior?
  /// The behaviors with a pattern, the first one that matches counts.
  public var behaviors: [CacheBehavior] = []
  /// The pages shown for errors: viewer paths, as the distribution spells them.
  public var errorPages: [String] = []
  /// The account's own cache policies by id, as far as they are known.
  public var cachePolicies: [String: CachePolicy] = [:]
  /// The object served for `/`; nil when unknown, since ListDistributions doesn't tell.
  public var defaultRootObject: String?

  /// Creates an enabled distribution whose behaviors are not known.
  public init(
    id: String, domainName: String = "", aliases: [String] = [], origins: [Origin] = [],
    defaultRootObject: String? = nil
  ) {
    self.id = id
    self.domainName = domainName
    self.aliases = aliases
    self.origins = origins
    self.defaultRootObject = defaultRootObject
  }

  /// Tells whether a host name is this distribution's own or one of its aliases.
  public func answers(to host: String) -> Bool {
    let host = host.lowercased()
    return domainName.lowercased() == host || aliases.contains { $0.lowercased() == host }
  }

  /// All behaviors there are, the default one last.
  public var allBehaviors: [CacheBehavior] {
    behaviors + (defaultBehavior.map { [$0] } ?? [])
  }

  /// What a behavior's cache does; nil when that is not known.
  public func cachePolicy(of behavior: CacheBehavior) -> CachePolicy? {
    guard let id = behavior.cachePolicyID else { return behavior.ownCaching }
    return CachePolicy.managed[id] ?? cachePolicies[id]
  }
}

/// Where a distribution fetches objects from.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
public struct Origin: Hashable, Sendable {
  /// The id that cache behaviors name.
  public var id: String
  /// The host it fetches from.
  public var domainName: String
  /// The folder put before every request path: empty, or `/folder` with no slash at its end.
  public var originPath: String

  /// Creates an origin.
  public init(id: String, domainName: String, originPath: String = "") {
    self.id = id
    self.domainName = domainName
    self.originPath = originPath
  }
}

/// Origins of which the next is asked when one fails.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginGroup.html
public struct OriginGroup: Hashable, Sendable {
  /// The id that cache behaviors name.
  public var id: String
  /// The ids of its origins.
  public var members: [String]

  /// Creates a group.
  public init(id: String, members: [String]) {
    self.id = id
    self.members = members
  }
}
