import AWSClient
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import Testing

/// The list of an account of 10,000 distributions: a hundred pages of half a second each.
@Suite("Long lists of distributions")
struct LongListTests {
  /// CloudFront on a clock of its own.
  private final class Account: DistributionSource {
    var now = Duration.seconds(1_000)
    var pages = 0
    let pageTime = Duration.milliseconds(500)
    let pageCount: Int

    init(pageCount: Int) {
      self.pageCount = pageCount
    }

    func read(
      _ listing: inout DistributionListing, deadline: Duration?
    ) throws(CloudFrontError) {
      while !listing.isComplete {
        if let deadline, now + pageTime > deadline {
          throw CloudFrontError(
            operation: "ListDistributions", distribution: nil,
            reason: .unanswered(.noTimeLeft(request: "GET /")))
        }
        now += pageTime
        pages += 1
        let number = listing.pages
        let distributions = (0..<100).map { place in
          Distribution(
            id: DistributionID("E\(number * 100 + place)"),
            origins: [
              Origin(id: "s3", domainName: "b\(number * 100 + place).s3.amazonaws.com")
            ], defaultRootObject: "")
        }
        try listing.add(distributions, next: number + 1 < pageCount ? "m\(number)" : nil)
      }
    }

    func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution] { [] }

    func distribution(
      id: DistributionID, deadline: Duration?
    ) throws(CloudFrontError) -> Distribution { Distribution(id: id, defaultRootObject: "") }

    func cachePolicy(
      id: String, deadline: Duration?
    ) throws(CloudFrontError) -> CachePolicy {
      CachePolicy(canCache: true, keysOnQueryStrings: false)
    }

    func planner() throws -> EventPlanner {
      EventPlanner(
        settings: try Settings(environment: [:]), source: self,
        time: TimeSource(
          wallMilliseconds: { 0 }, monotonic: { self.now }, sleep: { self.now += $0 }),
        logger: RecordedLog().logger)
    }

    func plan(_ planner: EventPlanner, bucket: String, seconds: Int = 27) -> EventPlan {
      planner.plan(
        SampleEvent.s3(SampleEvent.record("a", bucket: bucket)), invocationID: "",
        deadline: now + .seconds(seconds))
    }
  }

  @Test("are continued by the next invocation, and every page is read once")
  func continued() throws {
    let account = Account(pageCount: 100)
    let planner = try account.planner()
    let first = account.plan(planner, bucket: "b9999")
    #expect(first.failures.map(\.retryAfter) == [.seconds(1)])
    #expect(account.pages == 54)
    account.now += .seconds(5)
    let second = account.plan(planner, bucket: "b9999")
    #expect(second.plan.distributions.map(\.id) == ["E9999"])
    #expect(account.pages == 100)
    _ = account.plan(planner, bucket: "b17")
    #expect(account.pages == 100)
  }

  @Test("an old list serves while a new one is read, and half of the time is left for sending")
  func grace() throws {
    let account = Account(pageCount: 100)
    let planner = try account.planner()
    _ = account.plan(planner, bucket: "b1", seconds: 100)
    account.now += .seconds(400)
    let start = account.now
    let planned = account.plan(planner, bucket: "b1", seconds: 27)
    #expect(planned.plan.distributions.map(\.id) == ["E1"] && planned.failures.isEmpty)
    #expect(account.now - start <= .milliseconds(13_500))
    // A bucket that the old list lacks waits, and so does everybody once the list is too old.
    #expect(account.plan(planner, bucket: "b-none").failures.count == 1)
    account.now += .seconds(2_000)
    #expect(account.plan(planner, bucket: "b1").failures.count == 1)
  }

  @Test("a list that was begun too long ago starts anew, and so does a short one")
  func anew() throws {
    let account = Account(pageCount: 100)
    let planner = try account.planner()
    _ = account.plan(planner, bucket: "b1")
    account.now += .seconds(300)
    _ = account.plan(planner, bucket: "b1")
    #expect(account.pages == 108)
    let small = Account(pageCount: 15)
    let other = try small.planner()
    #expect(small.plan(other, bucket: "b1", seconds: 5).failures.map(\.retryAfter) == [nil])
    #expect(small.plan(other, bucket: "b1").failures.isEmpty)
    #expect(small.pages == 10 + 15)
  }
}
