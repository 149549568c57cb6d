public import InvalidationPlanning

/// The account that `cfbridge plan` and `cfbridge replay` use when none is given: it fits the
/// buckets of the sample events.
public enum SampleAccount {
  /// A site on a regional REST origin, an asset host on a folder of the same bucket, a second
  /// bucket's website endpoint with a dot in its name, and one that serves neither.
  public static let distributions = [
    Distribution(
      id: "E1SAMPLESITE01", domainName: "d111111abcdef8.cloudfront.net",
      aliases: ["www.example.com"],
      origins: [
        Origin(id: "site", domainName: "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com"),
        Origin(id: "api", domainName: "api.example.com"),
      ], defaultRootObject: "index.html"),
    Distribution(
      id: "E2SAMPLEASSETS", domainName: "d222222abcdef8.cloudfront.net",
      aliases: ["assets.example.com"],
      origins: [
        Origin(
          id: "assets", domainName: "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com",
          originPath: "/assets")
      ], defaultRootObject: ""),
    Distribution(
      id: "E3SAMPLEBLOG01", domainName: "d333333abcdef8.cloudfront.net",
      aliases: ["blog.example.com"],
      origins: [
        Origin(
          id: "blog", domainName: "blog.example.com.s3-website.eu-central-1.amazonaws.com")
      ], defaultRootObject: ""),
    Distribution(
      id: "E4SAMPLEOTHER1", domainName: "d444444abcdef8.cloudfront.net",
      origins: [Origin(id: "app", domainName: "app.example.com")], defaultRootObject: ""),
  ]
}

extension FakeDistribution {
  /// A distribution for the fake CloudFront to answer with.
  public init(_ distribution: Distribution) {
    self.init(
      id: distribution.id,
      origins: distribution.origins.map {
        Origin(id: $0.id, domainName: $0.domainName, path: $0.originPath)
      }, domainName: distribution.domainName)
    aliases = distribution.aliases
    defaultRootObject = distribution.defaultRootObject ?? ""
  }
}
