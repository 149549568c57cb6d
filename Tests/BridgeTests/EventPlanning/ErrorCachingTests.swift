import CloudFrontModel
import EventPlanning
import JSON
import LocalCloud
import Logging
import Testing

@Suite("A behavior that keeps nothing but errors")
struct ErrorCachingTests {
  private static let disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

  private func distribution(ttl: Int64) -> Distribution {
    var distribution = Distribution(
      id: "E1",
      origins: [Origin(id: "s3", domainName: "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com")],
      defaultRootObject: "")
    distribution.defaultBehavior = CacheBehavior(
      targetOriginID: "s3", cachePolicyID: ErrorCachingTests.disabled)
    distribution.addErrorCaching(code: 404, minTTL: ttl)
    return distribution
  }

  @Test(
    "is invalidated for a new object where CloudFront keeps its 404",
    arguments: [300, 10] as [Int64])
  func overTheWire(ttl: Int64) throws {
    let world = try BridgeWorld(distributions: [distribution(ttl: ttl)])
    _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt")))
    #expect(world.invalidated == (ttl > 10 ? ["E1": [["/a.txt"]]] : [:]))
  }

  @Test("is read from a saved list too")
  func saved() throws {
    let json = """
      {"DistributionList": {"Items": [{"Id": "E1", "CustomErrorResponses": {"Items": [
        {"ErrorCode": 403, "ErrorCachingMinTTL": 11}, {"ErrorCode": 404},
        {"ErrorCode": 500, "ErrorCachingMinTTL": 900}]}}, {"Id": "E2"}]}}
      """
    let found = try SavedDistributions(saved: Array(json.utf8))
      .distributions(deadline: nil)
    #expect(found.map(\.missingObjectTTL) == [11, 0])
    #expect(found.map(\.keepsMissingObjects) == [true, false])
  }

  @Test("whose lifetimes are all zero, as emulators report them, is warned of once")
  func zeroLifetimes() throws {
    var emulated = distribution(ttl: 0)
    emulated.defaultBehavior?.cachePolicyID = nil
    emulated.defaultBehavior?.ownCaching = CachePolicy(
      minTTL: 0, defaultTTL: 0, maxTTL: 0, forwardsQueryStrings: false)
    let world = try BridgeWorld(distributions: [emulated])
    for sequencer in ["01", "02"] {
      _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt", sequencer: sequencer)))
    }
    #expect(world.posts == 0)
    #expect(
      world.log.messages(.warning) == [
        "A behavior of distribution E1 has MinTTL, DefaultTTL and MaxTTL 0, so it keeps no copies"
          + " and its paths are left out. Emulators of AWS report lifetimes that were never set as"
          + " 0; there, set UNCACHED_PATHS=send."
      ])
  }
}
