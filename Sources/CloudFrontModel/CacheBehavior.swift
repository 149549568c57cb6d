/// What a distribution does with the viewer paths that one pattern matches.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html
package struct CacheBehavior: Hashable, Sendable {
  /// The pattern; nil for the default behavior.
  package var pathPattern: PathPattern?
  /// The id of the origin or the origin group that answers.
  package var targetOriginID: String
  /// Whether an edge function runs before the origin is asked, which may rewrite the path or
  /// choose another origin.
  package var mayRewrite: Bool
  /// The id of its cache policy.
  package var cachePolicyID: String?
  /// The caching that its own legacy settings ask for, where it has no cache policy.
  package var ownCaching: CachePolicy?

  /// Creates a behavior whose caching is not known.
  package init(
    pathPattern: PathPattern? = nil, targetOriginID: String, mayRewrite: Bool = false,
    cachePolicyID: String? = nil, ownCaching: CachePolicy? = nil
  ) {
    self.pathPattern = pathPattern
    self.targetOriginID = targetOriginID
    self.mayRewrite = mayRewrite
    self.cachePolicyID = cachePolicyID
    self.ownCaching = ownCaching
  }

  /// Whether its own legacy settings give every lifetime as zero.
  package var hasZeroLifetimes: Bool { cachePolicyID == nil && ownCaching?.canCache == false }

  /// The pattern, or what CloudFront's console calls the default behavior.
  package var name: String { pathPattern?.description ?? "Default (*)" }

  /// Tells whether an edge function of an event type runs before the origin is asked.
  package static func mayRewrite(eventType: String) -> Bool { eventType.hasSuffix("-request") }
}
