import Bridge
import CloudFrontModel
import EventPlanning
import Failures
import InvalidationPlanning
import LocalCloud
import Logging
import Testing

@Suite("The target of an invalidation request")
struct RequestTargetTests {
  private let source = ScriptedSource()

  private func serving(
    _ id: DistributionID, bucket: String = "b", path: String = "", aliases: [String] = [],
    domainName: String = ""
  ) -> Distribution {
    Distribution(
      id: id, domainName: domainName, aliases: aliases,
      origins: [
        Origin(id: "s3", domainName: "\(bucket).s3.amazonaws.com", originPath: path),
        Origin(id: "api", domainName: "api.example.com"),
      ])
  }

  @Test(
    "finds a target by id, host name, alias in any case, or bucket",
    arguments: ["EONE1", "done1.cloudfront.net", "WWW.example.com", "b"])
  func targets(target: String) throws {
    let known = serving(
      "EONE1", path: "/p", aliases: ["www.example.com"], domainName: "done1.cloudfront.net")
    source.list = [known, serving("ETWO2", bucket: "c")]
    source.configurations = ["EONE1": known]
    #expect(try source.planner().paths(target: target, key: "p/a") == ["EONE1": ["/a"]])
  }

  @Test(
    "finds a target by a URL, an ARN, a host name of S3 or a wildcard alias",
    arguments: [
      "https://www.example.com/p/a?x=1", "http://www.example.com:8080", "www.example.com.",
      "https://done1.cloudfront.net/", "arn:aws:cloudfront::123456789012:distribution/EONE1",
      "b.s3.amazonaws.com", "b.s3-website.eu-central-1.amazonaws.com",
      "https://b.s3.us-west-2.amazonaws.com/p/a", "https://s3.us-west-2.amazonaws.com/b/p/a",
      "s3://b/p/a", "arn:aws:s3:::b", "arn:aws:s3:::b/p/a", "any.example.org",
      "a.b.EXAMPLE.org", "*.example.org",
    ])
  func spelledTargets(target: String) throws {
    let known = serving(
      "EONE1", path: "/p", aliases: ["www.example.com", "*.example.org"],
      domainName: "done1.cloudfront.net")
    source.list = [
      known, serving("ETWO2", bucket: "c", aliases: ["*.example.com", "*.org"]),
      // The bucket that an alias is called like.
      serving("ETHREE3", bucket: "example.org"),
    ]
    source.configurations = ["EONE1": known]
    #expect(try source.planner().paths(target: target, key: "p/a") == ["EONE1": ["/a"]])
    let named = try source.planner(["CLOUDFRONT_DISTRIBUTION_ID": "EONE1"])
    #expect(named.paths(target: target, key: "p/a") == ["EONE1": ["/a"]])
  }

  @Test("a host name of S3 is the bucket, though an alias is called like it")
  func bucketNotAlias() throws {
    source.list = [
      serving("EALIAS1", bucket: "c", aliases: ["www.example.com"]),
      serving("EBUCKET2", bucket: "www.example.com"),
    ]
    let planner = try source.planner([
      "PATH_RULES": #"[{"bucket": "www.example.com", "key": "a", "paths": ["/ruled"]}]"#
    ])
    let host = "www.example.com.s3.eu-west-1.amazonaws.com"
    #expect(planner.paths(target: host, key: "a") == ["EBUCKET2": ["/ruled"]])
    #expect(planner.paths(target: "www.example.com", key: "a") == ["EALIAS1": ["/ruled"]])
  }

  @Test(
    "refuses an id in lower case, and names the one in upper case",
    arguments: [
      "edfdvbd632bhds5", "Edfdvbd632bhds5",
      "arn:aws:cloudfront::123456789012:distribution/edfdvbd632bhds5",
    ])
  func lowerCaseID(target: String) throws {
    source.list = [serving("EDFDVBD632BHDS5")]
    let planned = try source.planner().plan(
      SampleEvent.request(target: target, key: "a"), invocationID: "")
    #expect(planned.plan.distributions.isEmpty)
    #expect(planned.failures.map(\.errorType.name) == ["Function.TargetNotFound"])
    #expect(
      planned.failures.first?.description.hasSuffix(
        "write it in upper case: EDFDVBD632BHDS5.") == true)
  }

  @Test("asks for a target's id though the list does not have it; it must exist")
  func targetByID() throws {
    source.configurations = ["ETWO2": serving("ETWO2")]
    let planner = try source.planner()
    #expect(planner.paths(target: "ETWO2", key: "a") == ["ETWO2": ["/a"]])
    let planned = planner.plan(
      SampleEvent.request(target: "ETHREE3", key: "a"), invocationID: "")
    #expect(planned.failures.map(\.errorType.name) == ["Function.CloudFrontNoSuchDistribution"])
  }

  @Test("finds CloudFront's own host names by the list, whatever the settings name")
  func cloudFrontName() throws {
    source.list = [serving("ETWO2", domainName: "d2.cloudfront.net")]
    let planner = try source.planner(["CLOUDFRONT_DISTRIBUTION_ID": "EONE1,ETWO2"])
    #expect(planner.paths(target: "d2.CloudFront.net", key: "a") == ["ETWO2": ["/a"]])
    #expect(source.lists == 1)
    // Only for its default root object.
    #expect(source.asked == ["ETWO2"])
  }

  @Test(
    "never goes past the ids of the two id settings, whatever a request names",
    arguments: ["ETHEIRS3", "d3.cloudfront.net"])
  func allowList(target: String) throws {
    source.list = [serving("ETHEIRS3", domainName: "d3.cloudfront.net")]
    source.configurations = ["ETHEIRS3": source.list[0], "EONE1": serving("EONE1")]
    let settings = [
      "CLOUDFRONT_DISTRIBUTION_ID": "EONE1", "BUCKET_DISTRIBUTIONS": #"{"c": "ETWO2"}"#,
    ]
    let planner = try source.planner(settings)
    let planned = planner.plan(
      SampleEvent.request(target: target, key: "a"), invocationID: "")
    #expect(planned.plan.distributions.isEmpty)
    #expect(planned.failures.map(\.errorType.name) == ["Function.DistributionNotAllowed"])
    #expect(planned.failures.first?.description.contains("ETHEIRS3") == true)
    #expect(source.asked.isEmpty, "it is not even read")
    // The ids of either setting are as good as the other's.
    source.configurations["ETWO2"] = serving("ETWO2")
    #expect(planner.paths(target: "ETWO2", key: "a") == ["ETWO2": ["/a"]])
    #expect(planner.paths(target: "EONE1", key: "a") == ["EONE1": ["/a"]])
  }

  @Test(
    "a request whose target is nobody's fails, and the others of its batch go on",
    arguments: [
      "unknown.example.com", "no-bucket", "https://unknown.example.com/", "https://", "://",
      "arn:aws:cloudfront::1:distribution/", "arn:aws:lambda:::x", "x.s3.amazonaws.com",
    ])
  func unknownTarget(target: String) throws {
    source.list = [serving("EONE1")]
    let planned = try source.planner().plan(
      SampleEvent.sqs(
        SampleEvent.message("m1", SampleEvent.request(target: target, key: "a")),
        SampleEvent.message("m2", SampleEvent.request(target: "b", key: "a"))),
      invocationID: "")
    #expect(planned.failures.map(\.errorType.name) == ["Function.TargetNotFound"])
    #expect(planned.failures.map(\.message) == [0])
    #expect(planned.failures.allSatisfy { $0.description.contains(target) })
    #expect(planned.plan.distributions.map(\.id) == ["EONE1"])
    #expect(planned.ignored.isEmpty)
  }

  @Test("REQUESTS=off refuses every request and still takes what S3 says")
  func requestsOff() throws {
    source.list = [serving("EONE1")]
    let planner = try source.planner(["REQUESTS": "off"])
    let planned = planner.plan(
      SampleEvent.request(target: "EONE1", key: "a"), invocationID: "")
    #expect(planned.plan.distributions.isEmpty)
    #expect(planned.failures.map(\.errorType.name) == ["Function.RequestsOff"])
    #expect(planner.paths("a") == ["EONE1": ["/a"]])
  }

  @Test("finds aliases and buckets among the distributions that the settings name")
  func targetsUnderOverride() throws {
    source.configurations = [
      "E1": serving("E1", aliases: ["www.example.com"]), "E2": serving("E2", bucket: "c"),
    ]
    let planner = try source.planner([
      "CLOUDFRONT_DISTRIBUTION_ID": "E1,E2", "BUCKET_DISTRIBUTIONS": #"{"d": "E1"}"#,
    ])
    #expect(planner.paths(target: "www.example.com", key: "a") == ["E1": ["/a"]])
    #expect(planner.paths(target: "d", key: "a") == ["E1": ["/a"]])
    #expect(planner.paths(target: "c", key: "a")["E2"] == ["/a"])
    #expect(source.lists == 0)
  }

  @Test("finds an alias although another distribution that the settings name is gone")
  func goneUnderOverride() throws {
    source.configurations = ["E2": serving("E2", aliases: ["www.example.com"])]
    let planner = try source.planner(["CLOUDFRONT_DISTRIBUTION_ID": "E1,E2"])
    let request = SampleEvent.request(target: "www.example.com", key: "a")
    let planned = planner.plan(request, invocationID: "")
    #expect(planned.failures.isEmpty)
    #expect(planned.plan.distributions.map(\.id) == ["E2"])
    // Who can't be asked may be who is meant.
    source.refusal = "Throttling"
    let unsure = try source.planner(["CLOUDFRONT_DISTRIBUTION_ID": "E1,E2"])
    let failed = unsure.plan(request, invocationID: "")
    #expect(Set(failed.failures.map(\.errorType.name)) == ["Function.CloudFrontThrottling"])
    #expect(failed.plan.distributions.isEmpty)
  }
}
