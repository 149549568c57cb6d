/// What a distribution does with the viewer paths that one pattern matches.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html
public struct CacheBehavior: Hashable, Sendable {
  /// The pattern; nil for the default behavior.
  public var pathPattern: PathPattern?
  /// The id of the origin or the origin group that answers.
  public var targetOriginID: String
  /// Whether an edge function runs before the origin is asked, which may rewrite the path or
  /// choose another origin.
  public var mayRewrite: Bool
  /// The id of its cache policy.
  public var cachePolicyID: String?
  /// What its own legacy settings say, where it has no cache policy.
  public var ownCaching: CachePolicy?

  /// Creates a behavior whose caching is not known.
  public init(
    pathPattern: PathPattern? = nil, targetOriginID: String, mayRewrite: Bool = false,
    cachePolicyID: String? = nil, ownCaching: CachePolicy? = nil
  ) {
    self.pathPattern = pathPattern
    self.targetOriginID = targetOriginID
    self.mayRewrite = mayRewrite
    self.cachePolicyID = cachePolicyID
    self.ownCaching = ownCaching
  }

  /// The pattern, or what CloudFront's console calls the default behavior.
  public var name: String { pathPattern?.description ?? "Default (*)" }

  /// Tells whether an edge function of an event type runs before the origin is asked.
  public static func mayRewrite(eventType: String) -> Bool { eventType.hasSuffix("-request") }
}
