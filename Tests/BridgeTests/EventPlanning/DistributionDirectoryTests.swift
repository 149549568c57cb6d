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
}
