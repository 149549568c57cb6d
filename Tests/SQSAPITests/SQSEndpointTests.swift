import AWSClient
import AWSJSON
import Testing

@Suite("The endpoints of SQS")
struct SQSEndpointTests {
  /// As botocore 1.40's rules give them.
  @Test(
    "are those of AWS's SDKs",
    arguments: [
      ("us-east-1", false, false, "https://sqs.us-east-1.amazonaws.com"),
      ("us-east-1", true, false, "https://sqs-fips.us-east-1.amazonaws.com"),
      ("us-east-1", false, true, "https://sqs.us-east-1.api.aws"),
      ("us-east-1", true, true, "https://sqs-fips.us-east-1.api.aws"),
      ("cn-north-1", false, false, "https://sqs.cn-north-1.amazonaws.com.cn"),
      ("cn-north-1", false, true, "https://sqs.cn-north-1.api.amazonwebservices.com.cn"),
      ("us-gov-west-1", true, false, "https://sqs.us-gov-west-1.amazonaws.com"),
      ("us-gov-west-1", true, true, "https://sqs-fips.us-gov-west-1.api.aws"),
      ("eusc-de-east-1", false, false, "https://sqs.eusc-de-east-1.amazonaws.eu"),
      ("us-isob-east-1", false, true, "https://sqs.us-isob-east-1.api.aws.scloud"),
      ("nz-north-1", false, false, "https://sqs.nz-north-1.amazonaws.com"),
    ])
  func hosts(region: String, fips: Bool, dualStack: Bool, url: String) throws {
    let endpoint = try AWSEndpoint.regional(
      "sqs", region: region,
      environment: [
        "AWS_USE_FIPS_ENDPOINT": "\(fips)", "AWS_USE_DUALSTACK_ENDPOINT": "\(dualStack)",
      ])
    #expect(endpoint.url == url)
    #expect(endpoint.signingRegion == region)
  }

  @Test("follow the variables of AWS's SDKs, the service's own first")
  func variables() throws {
    func url(_ environment: [String: String]) throws -> String {
      try AWSEndpoint.regional("sqs", region: "eu-west-1", environment: environment).url
    }
    let own = ["AWS_ENDPOINT_URL_SQS": "http://localhost:1", "AWS_ENDPOINT_URL": "http://x:2"]
    #expect(try url(own) == "http://localhost:1")
    #expect(
      try url(["AWS_ENDPOINT_URL_SQS": "", "AWS_ENDPOINT_URL": "http://x:2"]) == "http://x:2")
    #expect(
      try url(own.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 })
        == "https://sqs.eu-west-1.amazonaws.com")
    #expect(throws: AWSClientError.self) { try url(["AWS_ENDPOINT_URL_SQS": "ftp://x"]) }
  }
}
