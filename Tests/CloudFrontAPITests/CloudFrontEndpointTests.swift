import AWSClient
import CloudFrontAPI
import Testing

@Suite("CloudFront's endpoint")
struct CloudFrontEndpointTests {
  @Test(
    "finds CloudFront's host and signing region by partition and variant",
    arguments: [
      ([:], "cloudfront.amazonaws.com", "us-east-1"),
      (["AWS_REGION": ""], "cloudfront.amazonaws.com", "us-east-1"),
      (["AWS_REGION": "eu-central-1"], "cloudfront.amazonaws.com", "us-east-1"),
      (
        ["AWS_REGION": "cn-north-1"], "cloudfront.cn-northwest-1.amazonaws.com.cn",
        "cn-northwest-1"
      ),
      (
        ["AWS_DEFAULT_REGION": "cn-north-1"], "cloudfront.cn-northwest-1.amazonaws.com.cn",
        "cn-northwest-1"
      ),
      (
        ["AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "cn-north-1"],
        "cloudfront.amazonaws.com", "us-east-1"
      ),
      (["AWS_USE_FIPS_ENDPOINT": "true"], "cloudfront-fips.amazonaws.com", "us-east-1"),
      (["AWS_USE_FIPS_ENDPOINT": "false"], "cloudfront.amazonaws.com", "us-east-1"),
      (["AWS_USE_DUALSTACK_ENDPOINT": "True"], "cloudfront.global.api.aws", "us-east-1"),
      (
        ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
        "cloudfront-fips.global.api.aws", "us-east-1"
      ),
      (
        ["AWS_REGION": "cn-north-1", "AWS_USE_FIPS_ENDPOINT": "true"],
        "cloudfront-fips.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"
      ),
      (
        ["AWS_REGION": "cn-north-1", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
        "cloudfront.api.amazonwebservices.com.cn", "cn-northwest-1"
      ),
      (
        ["AWS_REGION": "aws-cn-global"], "cloudfront.cn-northwest-1.amazonaws.com.cn",
        "cn-northwest-1"
      ),
      (["AWS_REGION": "eusc-de-east-1"], "cloudfront.amazonaws.eu", "eusc-de-east-1"),
      (
        ["AWS_REGION": "eusc-de-east-1", "AWS_USE_FIPS_ENDPOINT": "true"],
        "cloudfront-fips.amazonaws.eu", "eusc-de-east-1"
      ),
      (
        ["AWS_REGION": "eusc-de-east-1", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
        "cloudfront.api.amazonwebservices.eu", "eusc-de-east-1"
      ),
    ])
  func cloudFront(environment: [String: String], host: String, region: String) throws {
    let endpoint = try AWSEndpoint.cloudFront(environment: environment)
    #expect(endpoint.url == "https://\(host)")
    #expect(endpoint.signingRegion == region)
    #expect(endpoint.warnings.isEmpty)
  }

  @Test("an unknown region counts as one of the partition aws, and says so")
  func unknownRegion() throws {
    let endpoint = try AWSEndpoint.cloudFront(environment: ["AWS_REGION": "nz-north-1"])
    #expect(endpoint.url == "https://cloudfront.amazonaws.com")
    #expect(endpoint.signingRegion == "us-east-1")
    #expect(
      endpoint.warnings == [
        "the region nz-north-1 is not known: requests go to cloudfront.amazonaws.com, signed for "
          + "us-east-1; correct the region if it is misspelled"
      ])
  }

  @Test(
    "a partition without CloudFront has no endpoint but a configured one",
    arguments: [
      ("us-gov-west-1", "aws-us-gov", "us-gov-west-1"),
      ("us-gov-east-1", "aws-us-gov", "us-gov-west-1"),
      ("us-iso-west-1", "aws-iso", "us-iso-east-1"),
      ("us-isob-east-1", "aws-iso-b", "us-isob-east-1"),
      ("eu-isoe-west-1", "aws-iso-e", "eu-isoe-west-1"),
      ("us-isof-south-1", "aws-iso-f", "us-isof-south-1"),
    ])
  func withoutCloudFront(region: String, partition: String, signingRegion: String) throws {
    let error = AWSClientError.noEndpoint(
      service: "CloudFront", region: region, partition: partition,
      setting: "AWS_ENDPOINT_URL_CLOUDFRONT")
    #expect(error.description.contains("CloudFront has no endpoint in \(region)"))
    #expect(throws: error) { try AWSEndpoint.cloudFront(environment: ["AWS_REGION": region]) }
    let ignored = [
      "AWS_REGION": region, "AWS_ENDPOINT_URL": "http://a",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    ]
    #expect(throws: error) { try AWSEndpoint.cloudFront(environment: ignored) }
    for setting in ["AWS_ENDPOINT_URL_CLOUDFRONT", "AWS_ENDPOINT_URL"] {
      let endpoint = try AWSEndpoint.cloudFront(
        environment: ["AWS_REGION": region, setting: "http://a"])
      #expect(endpoint.url == "http://a")
      #expect(endpoint.signingRegion == signingRegion)
    }
  }

  @Test(
    "a configured URL comes first, the service's own before the general one",
    arguments: [
      (["AWS_ENDPOINT_URL": "http://a"], "http://a"),
      (["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_CLOUDFRONT": "http://b"], "http://b"),
      (["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_CLOUDFRONT": ""], "http://a"),
      (["AWS_ENDPOINT_URL": ""], "https://cloudfront.amazonaws.com"),
      (
        [
          "AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_CLOUDFRONT": "http://b",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_USE_FIPS_ENDPOINT": "true",
        ], "https://cloudfront-fips.amazonaws.com"
      ),
    ])
  func configured(environment: [String: String], url: String) throws {
    #expect(try AWSEndpoint.cloudFront(environment: environment).url == url)
  }

  @Test("a configured URL is signed for the partition's region")
  func configuredRegion() throws {
    let environment = ["AWS_ENDPOINT_URL": "http://a", "AWS_REGION": "cn-north-1"]
    #expect(try AWSEndpoint.cloudFront(environment: environment).signingRegion == "cn-northwest-1")
  }

  @Test(
    "a configured URL excludes the variants",
    arguments: ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFRONT"],
    ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
  func conflict(setting: String, variant: String) {
    let error = AWSClientError.endpointConflict(setting: setting, variant: variant)
    #expect(throws: error) {
      try AWSEndpoint.cloudFront(environment: [setting: "http://a", variant: "true"])
    }
    #expect(error.description == "\(setting) and \(variant)=true exclude each other; remove one")
  }
}
