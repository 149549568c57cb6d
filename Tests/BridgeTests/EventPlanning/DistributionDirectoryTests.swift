import Bridge
import CloudFrontModel
import EventPlanning
import Failures
import InvalidationPlanning
import LocalCloud
import Logging
import Testing

@Suite("The distribution directory")
struct DistributionDirectoryTests {
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

  // MARK: - The list

  @Test("reads the list once for all buckets, and again when its time is over")
  func cacheTime() throws {
    source.list = [serving("E1"), serving("E2", bucket: "c")]
    let planner = try source.planner()
    #expect(planner.paths("a") == ["E1": ["/a"]])
    #expect(planner.paths("a", bucket: "c") == ["E2": ["/a"]])
    source.now += .milliseconds(299_999)
    #expect(planner.paths("a") == ["E1": ["/a"]])
    #expect(source.lists == 1)
    source.list = [serving("E3")]
    source.now += .milliseconds(1)
    #expect(planner.paths("a") == ["E3": ["/a"]])
    #expect(source.lists == 2)
  }

  @Test("keeps the list as long as DISTRIBUTION_CACHE_SECONDS says")
  func cacheTimeSetting() throws {
    source.list = [serving("E1")]
    let brief = try source.planner(["DISTRIBUTION_CACHE_SECONDS": "10"])
    for _ in 0..<3 {
      _ = brief.paths("a")
      source.now += .seconds(5)
    }
    #expect(source.lists == 2)
    let never = try source.planner(["DISTRIBUTION_CACHE_SECONDS": "0"])
    _ = never.paths("a")
    _ = never.paths("a")
    #expect(source.lists == 4)
  }

  @Test("asks once for all changes of an event, however short the cache")
  func oncePerEvent() throws {
    source.list = [serving("E1")]
    let planner = try source.planner(["DISTRIBUTION_CACHE_SECONDS": "0"])
    #expect(planner.paths("a", "c", "d") == ["E1": ["/a", "/c", "/d"]])
    #expect(source.lists == 1)
  }

  @Test("remembers a bucket that nobody serves for a shorter time, then looks again")
  func missTime() throws {
    let planner = try source.planner()
    #expect(planner.paths("a").isEmpty)
    source.list = [serving("E1")]
    source.now += .milliseconds(29_999)
    #expect(planner.paths("a").isEmpty)
    #expect(source.lists == 1)
    source.now += .milliseconds(1)
    #expect(planner.paths("a") == ["E1": ["/a"]])
    #expect(source.lists == 2)
    #expect(source.log.messages(.warning).allSatisfy { $0.contains("bucket b") })
  }

  @Test("reads an older list once more for a bucket that is not in it, before it gives up")
  func freshLookOnMiss() throws {
    source.list = [serving("E1")]
    let planner = try source.planner()
    _ = planner.paths("a")
    source.now += .seconds(100)
    source.list.append(serving("E2", bucket: "new"))
    #expect(planner.paths("a", bucket: "new") == ["E2": ["/a"]])
    #expect(planner.paths("a", bucket: "none").isEmpty)
    #expect(source.lists == 2)
  }

  @Test("gives every distribution that serves the bucket, each by its own origin path")
  func all() throws {
    source.list = [serving("E1"), serving("E2", path: "/p"), serving("E3", bucket: "bb")]
    #expect(try source.planner().paths("p/a") == ["E1": ["/p/a"], "E2": ["/a"]])
  }

  // MARK: - Named by a setting

  @Test("plans normally where an origin of a named distribution is the bucket; asks once")
  func namedAndMatched() throws {
    source.configurations = ["E1": serving("E1", path: "/p"), "E2": serving("E2")]
    let planner = try source.planner([
      "CLOUDFRONT_DISTRIBUTION_ID": "E1,E2", "ORIGIN_PATH": "/ignored",
    ])
    #expect(planner.paths("p/a") == ["E1": ["/a"], "E2": ["/p/a"]])
    #expect(planner.paths("x") == ["E2": ["/x"]])
    #expect(source.asked == ["E1", "E2"])
    #expect(source.lists == 0)
    source.now += .seconds(300)
    _ = planner.paths("x")
    #expect(source.asked == ["E1", "E2", "E1", "E2"])
    #expect(source.log.messages(.warning).isEmpty)
  }

  @Test("sends keys less ORIGIN_PATH where no origin is the bucket, and says so once")
  func namedAndUnmatched() throws {
    source.configurations = ["E1": serving("E1", bucket: "access-point-s3alias")]
    let planner = try source.planner([
      "CLOUDFRONT_DISTRIBUTION_ID": "E1", "ORIGIN_PATH": "/live",
    ])
    #expect(planner.paths("live/a") == ["E1": ["/a"]])
    source.now += .seconds(1_000)
    #expect(planner.paths("live/a", "other/a") == ["E1": ["/a"]])
    let warnings = source.log.messages(.warning)
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("distribution E1 names bucket b") == true)
  }

  @Test("sends keys less ORIGIN_PATH where it may not read the configuration, and says so once")
  func namedAndDenied() throws {
    source.refusal = "AccessDenied"
    let planner = try source.planner([
      "CLOUDFRONT_DISTRIBUTION_ID": "E1", "ORIGIN_PATH": "/live/",
    ])
    for _ in 0..<3 { #expect(planner.paths("live/a") == ["E1": ["/a"]]) }
    #expect(source.asked == ["E1"], "the refusal is cached too")
    source.now += .seconds(300)
    #expect(planner.paths("live/a") == ["E1": ["/a"]])
    #expect(source.asked == ["E1", "E1"])
    let warnings = source.log.messages(.warning)
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("cloudfront:GetDistributionConfig") == true)
  }

  @Test(
    "fails where a named distribution does not exist, or the answer is another refusal",
    arguments: [nil, "Throttling", "SignatureDoesNotMatch"])
  func namedAndGone(refusal: String?) throws {
    source.refusal = refusal
    let planner = try source.planner(["CLOUDFRONT_DISTRIBUTION_ID": "E1"])
    let planned = planner.plan(SampleEvent.s3(SampleEvent.record("a")), invocationID: "")
    #expect(
      planned.failures.map(\.errorType.name)
        == ["Function.CloudFront\(refusal ?? "NoSuchDistribution")"])
    #expect(planned.plan.distributions.isEmpty)
  }

  @Test("lets BUCKET_DISTRIBUTIONS win for its buckets, and leaves the others to the rest")
  func bucketDistributions() throws {
    source.configurations = ["E1": serving("E1", bucket: "c"), "E2": serving("E2")]
    let both = try source.planner([
      "BUCKET_DISTRIBUTIONS": #"{"b": ["E2"]}"#, "CLOUDFRONT_DISTRIBUTION_ID": "E1",
    ])
    #expect(both.paths("a") == ["E2": ["/a"]])
    #expect(both.paths("a", bucket: "c") == ["E1": ["/a"]])
    source.list = [serving("E3", bucket: "c")]
    let alone = try source.planner(["BUCKET_DISTRIBUTIONS": #"{"b": "E2"}"#])
    #expect(alone.paths("a") == ["E2": ["/a"]])
    #expect(alone.paths("a", bucket: "c") == ["E3": ["/a"]])
  }

  // MARK: - Targets of invalidation requests

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
