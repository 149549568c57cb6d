/// A distribution of the fake CloudFront.
public struct FakeDistribution: Sendable, Equatable {
  /// Where objects come from.
  public struct Origin: Sendable, Equatable {
    /// The name that behaviors and origin groups use.
    public var id: String
    /// The host.
    public var domainName: String
    /// `OriginPath`: empty, or with `/` in front and none behind.
    public var path: String
    /// Whether it has a `CustomOriginConfig`, as websites and own domains do.
    public var isCustom: Bool

    /// Creates an origin; without being told, anything but a bucket's REST name is a custom one.
    public init(id: String, domainName: String, path: String = "", isCustom: Bool? = nil) {
      self.id = id
      self.domainName = domainName
      self.path = path
      self.isCustom =
        isCustom ?? (!domainName.contains(".s3") || domainName.contains(".s3-website"))
    }
  }

  /// Origins that stand in for each other.
  public struct OriginGroup: Sendable, Equatable {
    /// The name that behaviors use.
    public var id: String
    /// The ids of its origins, the primary one first.
    public var members: [String]

    /// Creates a group.
    public init(id: String, members: [String]) {
      self.id = id
      self.members = members
    }
  }

  /// Which origin answers for which viewer paths.
  public struct Behavior: Sendable, Equatable {
    /// The path pattern; of no meaning for the default behavior.
    public var pathPattern: String
    /// The id of an origin or origin group.
    public var target: String
    /// Event types of attached CloudFront Functions, such as `viewer-request`.
    public var functions: [String]
    /// Event types of attached Lambda@Edge functions, such as `origin-request`.
    public var edgeLambdas: [String]
    /// `CachePolicyId`, CachingOptimized unless told; nil writes the legacy settings instead.
    public var cachePolicyID: String? = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    /// The legacy `MaxTTL`, in seconds.
    public var maxTTL = 31_536_000
    /// The legacy `ForwardedValues.QueryString`.
    public var forwardsQueryStrings = false

    /// Creates a behavior.
    public init(
      pathPattern: String = "", target: String, functions: [String] = [],
      edgeLambdas: [String] = []
    ) {
      self.pathPattern = pathPattern
      self.target = target
      self.functions = functions
      self.edgeLambdas = edgeLambdas
    }
  }

  /// The id, such as `EDFDVBD632BHDS5`.
  public var id: String
  /// The host under `cloudfront.net`.
  public var domainName: String
  /// Alternate domain names.
  public var aliases: [String] = []
  /// Whether it serves viewers.
  public var isEnabled = true
  /// Whether it is a staging distribution.
  public var isStaging = false
  /// `direct` or `tenant-only`; nil leaves the element out.
  public var connectionMode: String?
  /// The origins.
  public var origins: [Origin]
  /// The origin groups.
  public var originGroups: [OriginGroup] = []
  /// The behavior for what no pattern matches; nil leaves the element out, which CloudFront never does.
  public var defaultBehavior: Behavior?
  /// The other behaviors, in order of precedence.
  public var behaviors: [Behavior] = []
  /// `ResponsePagePath` of the custom error responses.
  public var errorPages: [String] = []
  /// `DefaultRootObject`: only in the configuration, never in a list.
  public var defaultRootObject = ""
  /// The response header that holds cache tags; without one, `#tag` items are refused.
  public var cacheTagHeader: String?
  /// Markup added behind the known elements of the summary and of the configuration.
  public var extraXML = ""

  /// Creates a distribution whose default behavior targets its first origin.
  public init(id: String, origins: [Origin], domainName: String? = nil, target: String? = nil) {
    self.id = id
    self.origins = origins
    self.domainName = domainName ?? "d\(id.lowercased()).cloudfront.net"
    defaultBehavior = Behavior(target: target ?? origins.first?.id ?? "")
  }
}
