package import CloudFrontModel

/// The account that `cfbridge` uses without `--distributions`. It fits the buckets of the sample
/// events.
package enum SampleAccount {
  /// A site on a regional REST origin beside an API, an asset host on a folder of the same bucket,
  /// the website endpoint of a second bucket whose name has dots, and a distribution that serves
  /// neither bucket.
  package static let distributions = [site, assets, blog, other]

  private static let site: Distribution = {
    var site = served(
      Distribution(
        id: "E1SAMPLESITE01", domainName: "d111111abcdef8.cloudfront.net",
        aliases: ["www.example.com"],
        origins: [
          Origin(id: "site", domainName: "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com"),
          Origin(id: "api", domainName: "api.example.com"),
        ], defaultRootObject: "index.html"))
    site.behaviors = [CacheBehavior(pathPattern: PathPattern("/api/*"), targetOriginID: "api")]
    return site
  }()

  private static let assets = served(
    Distribution(
      id: "E2SAMPLEASSETS", domainName: "d222222abcdef8.cloudfront.net",
      aliases: ["assets.example.com"],
      origins: [
        Origin(
          id: "assets", domainName: "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com",
          originPath: "/assets")
      ], defaultRootObject: ""))

  private static let blog = served(
    Distribution(
      id: "E3SAMPLEBLOG01", domainName: "d333333abcdef8.cloudfront.net",
      aliases: ["blog.example.com"],
      origins: [
        Origin(
          id: "blog", domainName: "blog.example.com.s3-website.eu-central-1.amazonaws.com")
      ], defaultRootObject: ""))

  private static let other = served(
    Distribution(
      id: "E4SAMPLEOTHER1", domainName: "d444444abcdef8.cloudfront.net",
      origins: [Origin(id: "app", domainName: "app.example.com")], defaultRootObject: ""))

  /// Adds a default behavior with the first origin and AWS's CachingOptimized policy.
  private static func served(_ distribution: Distribution) -> Distribution {
    var served = distribution
    served.defaultBehavior = CacheBehavior(
      targetOriginID: distribution.origins.first?.id ?? "",
      cachePolicyID: "658327ea-f89d-4fab-a63d-7e88639e58f6")
    return served
  }
}
