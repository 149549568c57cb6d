import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

extension InvalidationPlannerTests {
  @Test("What one request has no room for goes out in several, whatever becomes of /*")
  func severalRequests() {
    for rootWildcard in CoalescingOptions.RootWildcard.allCases {
      var options = PlanOptions()
      options.coalescing = CoalescingOptions(threshold: 0, rootWildcard: rootWildcard)
      let changes =
        (0..<3_010).map { change("k\(10_000 + $0)") } + (0..<20).map { change("z\($0)*") }
      let plan = plan(changes, on: [distribution("E1", (siteHost, ""))], options: options)
      let batch = plan.distributions[0]
      #expect(batch.requests == 2 && batch.loosened == nil)
      // `/z1*` covers ten others.
      #expect(batch.paths.count(where: \.path.isWildcard) == 10)
      #expect(batch.paths.count == 3_020 && batch.deferred.isEmpty)
      #expect(batch.contributors.count == 3_030)
      let requests = options.coalescing.requests(of: batch.paths)
      #expect(requests.map(\.count) == [3_010, 10])
    }
  }

  @Test("/* stands for what would take longer than an hour, unless it is ruled out")
  func longerThanAnHour() {
    var options = PlanOptions()
    options.coalescing = CoalescingOptions(threshold: 0, maxPaths: 2)
    options.coalescing.hourly.requests = 3
    let changes = (0..<7).map { change("k\($0)") }
    let known = [distribution("E1", (siteHost, ""))]
    let batch = plan(changes, on: known, options: options).distributions[0]
    #expect(batch.paths.map(\.path.description) == ["/*"] && batch.loosened == .rootWildcard)
    options.coalescing.hourly.requests = 4
    #expect(plan(changes, on: known, options: options).distributions[0].requests == 4)
    options.coalescing.hourly.requests = 3
    options.coalescing.rootWildcard = .never
    #expect(plan(changes, on: known, options: options).distributions[0].requests == 4)
  }

  @Test("A wildcard that MAX_WILDCARDS=0 rules out is never sent")
  func noWildcards() {
    var options = PlanOptions()
    options.coalescing = CoalescingOptions(maxWildcards: 0, maxPaths: 2)
    let changes = ["a", "b", "c", "d*"].map { change($0) }
    let batch = plan(changes, on: [distribution("E1", (siteHost, ""))], options: options)
      .distributions[0]
    #expect(batch.paths.map(\.path.description) == ["/a", "/b", "/c"] && batch.requests == 2)
    #expect(batch.deferred.map(\.path.description) == ["/d*"])
  }
}
