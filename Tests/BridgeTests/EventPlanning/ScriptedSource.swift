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
  /// What GetDistributionConfig gives of a distribution that it gives otherwise as it is listed; an
  /// id that is in neither does not exist.
  var configurations: [DistributionID: Distribution] = [:]
  /// The code that GetDistributionConfig is refused with.
  var refusal: String?
  /// The distributions that are listed although CloudFront does not know them.
  var unknown: Set<DistributionID> = []
  /// What takes the place of all others as soon as the list was read once.
  var successor: Distribution?
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
    defer {
      if let successor {
        list = [successor]
        configurations = [:]
      }
    }
    return list
  }

  func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    asked.append(id)
    if refusal == nil, !unknown.contains(id) {
      if let known = configurations[id] { return known }
      if var listed = list.first(where: { $0.id == id }) {
        listed.defaultRootObject = listed.defaultRootObject ?? "index.html"
        return listed
      }
    }
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
