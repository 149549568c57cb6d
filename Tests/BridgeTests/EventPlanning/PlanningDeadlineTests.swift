import Clock
import CloudFrontModel
import EventPlanning
import Failures
import FunctionSettings
import InvalidationPlanning
import Testing

@Suite("The deadline of planning")
struct PlanningDeadlineTests {
  private let source = ScriptedSource()

  /// Plans five messages for two distributions on a clock of which every look takes a second.
  private func plan(deadline: Duration?) throws -> EventPlan {
    source.list = ["b", "c"].map { bucket in
      var distribution = Distribution(
        id: bucket == "b" ? "EBUCKETB" : "EBUCKETC",
        origins: [Origin(id: "s3", domainName: "\(bucket).s3.amazonaws.com")],
        defaultRootObject: "")
      distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3")
      return distribution
    }
    var now = Duration.zero
    let planner = EventPlanner(
      settings: try Settings(environment: [:]), source: source,
      time: TimeSource(
        wallMilliseconds: { 0 },
        monotonic: {
          now += .seconds(1)
          return now
        }, sleep: { _ in }), logger: source.log.logger)
    return planner.plan(
      SampleEvent.sqs((0..<5).map { (id: "m\($0)", key: "k\($0)", bucket: $0 < 3 ? "b" : "c") }),
      invocationID: "", deadline: deadline)
  }

  @Test("loses nothing wherever it falls: each message is planned or fails", arguments: 0...40)
  func complete(seconds: Int) throws {
    let planned = try plan(deadline: .seconds(seconds))
    let items = planned.plan.distributions.flatMap(\.paths).flatMap(\.reasons).map(\.item)
    let sent = Set(planned.round.messages(of: items))
    let failed = Set(planned.failures.map(\.message))
    #expect(sent.union(failed) == Set(0..<5))
    #expect(sent.isDisjoint(with: failed))
    #expect(
      planned.failures.allSatisfy {
        $0.errorType.name == "Function.NoTimeLeft"
          && $0.description.contains("no time was left to plan it")
      })
  }

  @Test("looks nothing up past it")
  func lookups() throws {
    #expect(try plan(deadline: .seconds(1)).failures.count == 5)
    #expect(source.lists == 0)
  }

  @Test("is reached in the middle of planning")
  func middle() throws {
    let counts = try (0...40).map { try plan(deadline: .seconds($0)).failures.count }
    #expect(Set(counts).isSuperset(of: [0, 2, 5]))
    #expect(counts == counts.sorted(by: >))
    #expect(try plan(deadline: nil).failures.isEmpty)
  }
}
