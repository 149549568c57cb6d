/// The part of a cache policy that planning needs: whether copies are kept, and what tells them
/// apart.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
package struct CachePolicy: Hashable, Sendable {
  /// Whether anything is kept at all.
  package var canCache: Bool
  /// Whether a path is kept once per query string, or per some of its parameters.
  package var keysOnQueryStrings: Bool

  /// Creates a policy.
  package init(canCache: Bool, keysOnQueryStrings: Bool) {
    self.canCache = canCache
    self.keysOnQueryStrings = keysOnQueryStrings
  }

  /// Reads the members of a `CachePolicyConfig`; a member that is missing says nothing.
  ///
  /// - Parameters:
  ///   - maxTTL: the longest time a copy is kept, in seconds.
  ///   - queryStrings: `none`, `whitelist`, `allExcept` or `all`.
  package init(maxTTL: Int64?, queryStrings: String?) {
    self.init(
      canCache: maxTTL != 0, keysOnQueryStrings: queryStrings.map { $0 != "none" } ?? false)
  }

  /// Reads the legacy members of a behavior.
  ///
  /// Nothing is kept only where all three times are zero: CloudFront sets the longest one to a year
  /// when it is left out.
  package init(minTTL: Int64?, defaultTTL: Int64?, maxTTL: Int64?, forwardsQueryStrings: Bool) {
    self.init(
      canCache: maxTTL != 0 || (minTTL ?? 0) > 0 || (defaultTTL ?? 0) > 0,
      keysOnQueryStrings: forwardsQueryStrings)
  }

  /// The policies AWS manages, by id: they are the same in every account and never change.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
  package static let managed: [String: CachePolicy] = [
    // CachingDisabled
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy(canCache: false, keysOnQueryStrings: false),
    // CachingOptimized
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(canCache: true, keysOnQueryStrings: false),
    // CachingOptimizedForUncompressedObjects
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy(canCache: true, keysOnQueryStrings: false),
    // Elemental-MediaPackage
    "08627262-05a9-4f76-9ded-b50ca2e3a84f": CachePolicy(canCache: true, keysOnQueryStrings: true),
    // Amplify
    "2e54312d-136d-493c-8eb9-b001f22f67d2": CachePolicy(canCache: true, keysOnQueryStrings: true),
    // UseOriginCacheControlHeaders
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": CachePolicy(canCache: true, keysOnQueryStrings: false),
    // UseOriginCacheControlHeaders-QueryStrings
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": CachePolicy(canCache: true, keysOnQueryStrings: true),
  ]
}
