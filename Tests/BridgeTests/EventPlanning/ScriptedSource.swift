import Bridge
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import HTTPTransport
import InvalidationPlanning
import LocalCloud

/// Distributions that a test sets, a note of every lookup, and a planner on a clock that only the
/// test moves.
final class ScriptedSource: DistributionSource {
  var list: [Distribution] = []
  /// What GetDistributionConfig gives; an id that isn't there does not exist.
  var configurations: [DistributionID: Distribution] = [:]
  /// The code that GetDistributionConfig is refused with.
  var refusal: String?
  /// How often the list was read.
  private(set) var lists = 0
  /// What GetCachePolicy gives; any other is refused.
  var policies: [String: CachePolicy] = [:]
  var policyRefusal = (status: 403, code: "AccessDenied")
  /// The policies that were asked for.
  private(set) var policiesAsked: [String] = []
  /// The ids whose configuration was asked for.
  private(set) var asked: [DistributionID] = []
  var now = Duration.seconds(1000)
  let log = RecordedLog()

  func distributions(deadline: Duration?) -> [Distribution] {
    lists += 1
    return list
  }

  func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    asked.append(id)
    if refusal == nil, let known = configurations[id] { return known }
    throw CloudFrontError(
      operation: "GetDistributionConfig", distribution: id,
      reason: .refused(
        CloudFrontRefusal(
          status: refusal == nil ? 404 : 403, code: refusal ?? "NoSuchDistribution",
          message: "No.")))
  }

  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    policiesAsked.append(id)
    if let known = policies[id] { return known }
    throw CloudFrontError(
      operation: "GetCachePolicy", distribution: nil,
      reason: .refused(
        CloudFrontRefusal(
          status: policyRefusal.status, code: policyRefusal.code,
          message: "No. RequestId \(policiesAsked.count)")))
  }

  func planner(_ environment: [String: String] = [:]) throws -> EventPlanner {
    EventPlanner(
      settings: try Settings(environment: environment), source: self,
      time: TimeSource(
        wallMilliseconds: { 0 }, monotonic: { self.now }, sleep: { self.now += $0 }),
      logger: log.logger)
  }
}

extension EventPlanner {
  /// The paths by distribution that changes of these keys lead to.
  func paths(_ keys: String..., bucket: String = "b") -> [String: [String]] {
    paths(
      plan(SampleEvent.s3(keys.map { SampleEvent.record($0, bucket: bucket) }), invocationID: ""))
  }

  /// The paths by distribution that a worker's request leads to.
  func paths(target: String, key: String) -> [String: [String]] {
    paths(plan(SampleEvent.request(target: target, key: key), invocationID: ""))
  }

  private func paths(_ planned: EventPlan) -> [String: [String]] {
    planned.plan.distributions.reduce(into: [:]) {
      $0[$1.id.description] = $1.paths.map(\.path.description)
    }
  }
}
