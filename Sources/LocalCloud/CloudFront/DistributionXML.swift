/// Writes distributions in the XML of CloudFront.
enum DistributionXML {
  private static let modified = "2026-08-05T18:23:40.375Z"

  /// `DistributionSummary`, an element of ListDistributions.
  static func summary(_ distribution: FakeDistribution, partition: String, account: String)
    -> String
  {
    XMLText.element(
      "DistributionSummary",
      [
        identity(distribution, partition, account),
        XMLText.element("DomainName", text: distribution.domainName),
        aliases(distribution), routing(distribution), tail(distribution),
        XMLText.element(
          "AliasICPRecordals",
          distribution.aliases.map { alias in
            XMLText.element(
              "AliasICPRecordal",
              XMLText.element("CNAME", text: alias)
                + XMLText.element("ICPRecordalStatus", "APPROVED"))
          }.joined()),
        distribution.extraXML,
      ].joined())
  }

  /// The content of `DistributionConfig`, the root of GetDistributionConfig.
  static func config(_ distribution: FakeDistribution) -> String {
    [
      XMLText.element("CallerReference", text: "created-\(distribution.id)"),
      aliases(distribution),
      XMLText.element("DefaultRootObject", text: distribution.defaultRootObject),
      routing(distribution),
      XMLText.element(
        "Logging",
        XMLText.element("Enabled", "false") + XMLText.element("IncludeCookies", "false")
          + XMLText.element("Bucket", "") + XMLText.element("Prefix", "")),
      tail(distribution),
      distribution.cacheTagHeader.map {
        XMLText.element("CacheTagConfig", XMLText.element("HeaderName", text: $0))
      } ?? "",
      distribution.extraXML,
    ].joined()
  }

  /// The content of `Distribution`, the root of GetDistribution.
  static func distribution(
    _ distribution: FakeDistribution, partition: String, account: String, inProgress: Int
  ) -> String {
    [
      identity(distribution, partition, account),
      XMLText.element("InProgressInvalidationBatches", String(inProgress)),
      XMLText.element("DomainName", text: distribution.domainName),
      XMLText.element("DistributionConfig", config(distribution)),
    ].joined()
  }

  private static func identity(
    _ distribution: FakeDistribution, _ partition: String, _ account: String
  ) -> String {
    let arn = "arn:\(partition):cloudfront::\(account):distribution/\(distribution.id)"
    return XMLText.element("Id", text: distribution.id) + XMLText.element("ARN", text: arn)
      + XMLText.element("Status", "Deployed") + XMLText.element("LastModifiedTime", modified)
  }

  private static func aliases(_ distribution: FakeDistribution) -> String {
    XMLText.list("Aliases", distribution.aliases.map { XMLText.element("CNAME", text: $0) })
  }

  private static func routing(_ distribution: FakeDistribution) -> String {
    [
      XMLText.list("Origins", distribution.origins.map(origin)),
      XMLText.list("OriginGroups", distribution.originGroups.map(group)),
      distribution.defaultBehavior.map {
        XMLText.element("DefaultCacheBehavior", behavior($0))
      } ?? "",
      XMLText.list(
        "CacheBehaviors",
        distribution.behaviors.map {
          XMLText.element(
            "CacheBehavior", XMLText.element("PathPattern", text: $0.pathPattern) + behavior($0))
        }),
      XMLText.list(
        "CustomErrorResponses",
        distribution.errorPages.map { errorResponse($0, ttl: 10) }
          + (distribution.missingObjectTTL.map { [errorResponse("", ttl: $0)] } ?? [])),
    ].joined()
  }

  private static func tail(_ distribution: FakeDistribution) -> String {
    [
      XMLText.element("Comment", ""),
      XMLText.element("PriceClass", "PriceClass_All"),
      XMLText.element("Enabled", String(distribution.isEnabled)),
      XMLText.element(
        "ViewerCertificate",
        XMLText.element("CloudFrontDefaultCertificate", "true")
          + XMLText.element("MinimumProtocolVersion", "TLSv1")
          + XMLText.element("CertificateSource", "cloudfront")),
      XMLText.element(
        "Restrictions",
        XMLText.list(
          "GeoRestriction", [], before: XMLText.element("RestrictionType", "none"))),
      XMLText.element("WebACLId", ""),
      XMLText.element("HttpVersion", "http2"),
      XMLText.element("IsIPV6Enabled", "true"),
      XMLText.element("Staging", String(distribution.isStaging)),
      distribution.connectionMode.map { XMLText.element("ConnectionMode", text: $0) } ?? "",
    ].joined()
  }

  private static func origin(_ origin: FakeDistribution.Origin) -> String {
    let custom =
      XMLText.element("HTTPPort", "80") + XMLText.element("HTTPSPort", "443")
      + XMLText.element("OriginProtocolPolicy", "http-only")
      + XMLText.list("OriginSslProtocols", [XMLText.element("SslProtocol", "TLSv1.2")])
      + XMLText.element("OriginReadTimeout", "30")
      + XMLText.element("OriginKeepaliveTimeout", "5")
    return XMLText.element(
      "Origin",
      [
        XMLText.element("Id", text: origin.id),
        XMLText.element("DomainName", text: origin.domainName),
        XMLText.element("OriginPath", text: origin.path),
        XMLText.list("CustomHeaders", []),
        origin.isCustom
          ? XMLText.element("CustomOriginConfig", custom)
          : XMLText.element("S3OriginConfig", XMLText.element("OriginAccessIdentity", "")),
        XMLText.element("ConnectionAttempts", "3"),
        XMLText.element("ConnectionTimeout", "10"),
        XMLText.element("OriginShield", XMLText.element("Enabled", "false")),
        XMLText.element("OriginAccessControlId", ""),
      ].joined())
  }

  private static func group(_ group: FakeDistribution.OriginGroup) -> String {
    let codes = XMLText.list("StatusCodes", [XMLText.element("StatusCode", "503")])
    let members = group.members.map {
      XMLText.element("OriginGroupMember", XMLText.element("OriginId", text: $0))
    }
    return XMLText.element(
      "OriginGroup",
      XMLText.element("Id", text: group.id) + XMLText.element("FailoverCriteria", codes)
        + XMLText.list("Members", members))
  }

  private static func behavior(_ behavior: FakeDistribution.Behavior) -> String {
    let none = XMLText.element("Enabled", "false")
    let methods = [XMLText.element("Method", "HEAD"), XMLText.element("Method", "GET")]
    let functions = behavior.functions.map {
      XMLText.element(
        "FunctionAssociation",
        XMLText.element("FunctionARN", "arn:aws:cloudfront::123456789012:function/f")
          + XMLText.element("EventType", text: $0))
    }
    let lambdas = behavior.edgeLambdas.map {
      XMLText.element(
        "LambdaFunctionAssociation",
        XMLText.element("LambdaFunctionARN", "arn:aws:lambda:us-east-1:123456789012:function:f:1")
          + XMLText.element("EventType", text: $0) + XMLText.element("IncludeBody", "false"))
    }
    return [
      XMLText.element("TargetOriginId", text: behavior.target),
      XMLText.list("TrustedSigners", [], before: none),
      XMLText.list("TrustedKeyGroups", [], before: none),
      XMLText.element("ViewerProtocolPolicy", "redirect-to-https"),
      XMLText.element(
        "AllowedMethods",
        XMLText.element("Quantity", "2") + XMLText.element("Items", methods.joined())
          + XMLText.list("CachedMethods", methods)),
      XMLText.element("SmoothStreaming", "false"),
      XMLText.element("Compress", "true"),
      XMLText.list("LambdaFunctionAssociations", lambdas),
      XMLText.list("FunctionAssociations", functions),
      XMLText.element("FieldLevelEncryptionId", ""),
      behavior.cachePolicyID.map { XMLText.element("CachePolicyId", text: $0) }
        ?? legacyCaching(behavior),
    ].joined()
  }

  private static func legacyCaching(_ behavior: FakeDistribution.Behavior) -> String {
    let cookies = XMLText.element("Cookies", XMLText.element("Forward", "none"))
    let queryString = XMLText.element("QueryString", String(behavior.forwardsQueryStrings))
    return [
      XMLText.element("ForwardedValues", queryString + cookies),
      XMLText.element("MinTTL", "0"),
      XMLText.element("DefaultTTL", String(min(86_400, behavior.maxTTL))),
      XMLText.element("MaxTTL", String(behavior.maxTTL)),
    ].joined()
  }

  private static func errorResponse(_ page: String, ttl: Int64) -> String {
    XMLText.element(
      "CustomErrorResponse",
      XMLText.element("ErrorCode", "404") + XMLText.element("ResponsePagePath", text: page)
        + XMLText.element("ResponseCode", page.isEmpty ? "" : "404")
        + XMLText.element("ErrorCachingMinTTL", "\(ttl)"))
  }
}
