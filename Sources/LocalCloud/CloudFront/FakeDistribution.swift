/// A distribution of the fake CloudFront.
package struct FakeDistribution: Sendable, Equatable {
  /// A server that objects come from.
  package struct Origin: Sendable, Equatable {
    /// The name that behaviors and origin groups use.
    package var id: String
    package var domainName: String
    /// `OriginPath`: empty, or with `/` at its start and none at its end.
    package var path: String
    /// Whether it has a `CustomOriginConfig`, as websites and own domains do.
    package var isCustom: Bool

    /// Creates an origin. Unless told, it is custom when its host is not a bucket's REST name.
    package init(id: String, domainName: String, path: String = "", isCustom: Bool? = nil) {
      self.id = id
      self.domainName = domainName
      self.path = path
      self.isCustom =
        isCustom ?? (!domainName.contains(".s3") || domainName.contains(".s3-website"))
    }
  }

  /// Origins that replace each other when one fails.
  package struct OriginGroup: Sendable, Equatable {
    /// The name that behaviors use.
    package var id: String
    /// The ids of its origins, the primary one first.
    package var members: [String]

    package init(id: String, members: [String]) {
      self.id = id
      self.members = members
    }
  }

  /// A cache behavior, which decides about the viewer paths that match its pattern.
  package struct Behavior: Sendable, Equatable {
    /// The path pattern; the default behavior ignores it.
    package var pathPattern: String
    /// The id of an origin or origin group.
    package var target: String
    /// Event types of attached CloudFront Functions, such as `viewer-request`.
    package var functions: [String]
    /// Event types of attached Lambda@Edge functions, such as `origin-request`.
    package var edgeLambdas: [String]
    /// `CachePolicyId`, by default CachingOptimized; nil writes the legacy settings instead.
    package var cachePolicyID: String? = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    /// The legacy `MaxTTL`, in seconds.
    package var maxTTL = 31_536_000
    /// The legacy `ForwardedValues.QueryString`.
    package var forwardsQueryStrings = false

    package init(
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
  package var id: String
  /// The host under `cloudfront.net`.
  package var domainName: String
  /// Alternate domain names.
  package var aliases: [String] = []
  /// Whether it serves viewers.
  package var isEnabled = true
  /// Whether it is a staging distribution.
  package var isStaging = false
  /// `direct` or `tenant-only`; nil leaves the element out.
  package var connectionMode: String?
  package var origins: [Origin]
  package var originGroups: [OriginGroup] = []
  /// The behavior for paths that match no pattern. Nil leaves the element out, which CloudFront
  /// never does.
  package var defaultBehavior: Behavior?
  /// The other behaviors, in order of precedence.
  package var behaviors: [Behavior] = []
  /// `ResponsePagePath` of the custom error responses.
  package var errorPages: [String] = []
  /// `ErrorCachingMinTTL` of another response, for 404 and without a page, in seconds; nil for
  /// none.
  package var missingObjectTTL: Int64?
  /// `DefaultRootObject`, which is in the configuration but never in a list.
  package var defaultRootObject = ""
  /// The response header with cache tags; when it is nil, the fake refuses `#tag` items.
  package var cacheTagHeader: String?
  /// Markup that follows the known elements of the summary and of the configuration.
  package var extraXML = ""

  /// Creates a distribution whose default behavior targets its first origin.
  package init(id: String, origins: [Origin], domainName: String? = nil, target: String? = nil) {
    self.id = id
    self.origins = origins
    self.domainName = domainName ?? "d\(id.lowercased()).cloudfront.net"
    defaultBehavior = Behavior(target: target ?? origins.first?.id ?? "")
  }
}
