/// A CloudFront distribution, as far as planning needs to know it.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html
public struct Distribution: Hashable, Sendable {
  /// The id, such as `EDFDVBD632BHDS5`.
  public var id: String
  /// The host name CloudFront gave it; empty for a multi-tenant distribution.
  public var domainName: String
  /// The viewers' own host names (CNAMEs).
  public var aliases: [String]
  /// The origins, in their order.
  public var origins: [Origin]
  /// The object served for `/`; nil when unknown, since ListDistributions doesn't tell.
  public var defaultRootObject: String?

  /// Creates a distribution.
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
