import CloudFrontAPI
import CloudFrontModel
import FunctionSettings
import InvalidationPlanning

/// Reads what ListDistributions leaves out: default root objects and cache policies.
///
/// Each distribution and each policy is read once per `DISTRIBUTION_CACHE_SECONDS`. A missing
/// permission makes a plan less precise but fails nothing, and what was read while the permission
/// was there stays in use.
final class DistributionDetails {
  private let source: any DistributionSource
  private let settings: Settings
  private let now: () -> Duration
  private let log: OnceLog

  /// The most configurations kept: what one event of a large account needs. Bounded because an
  /// invalidation request can name any id.
  private static let capacity = 10_000

  /// A configuration that was read, or that can't be.
  private struct Known {
    var distribution: Distribution?
    var readAt: Duration
    /// Whether only the default root object was kept, because the list tells the rest.
    var isRootAlone = false
  }

  private var configurations: [DistributionID: Known] = [:]
  private var policies: [String: (policy: CachePolicy?, readAt: Duration)] = [:]

  init(
    source: any DistributionSource, settings: Settings, now: @escaping () -> Duration,
    log: OnceLog
  ) {
    self.source = source
    self.settings = settings
    self.now = now
    self.log = log
  }

  /// Returns a distribution, or its last known state while CloudFront can't be asked.
  ///
  /// - Parameter without: what the bridge does instead when it has no permission to read the
  ///   configuration, for the warning; the result is then nil.
  func configuration(
    of id: DistributionID, deadline: Duration?,
    without: String = "the bridge removes ORIGIN_PATH from keys and sends them unchanged otherwise",
    rootAlone: Bool = false
  ) throws(CloudFrontError) -> Distribution? {
    let known = configurations[id].flatMap { $0.isRootAlone && !rootAlone ? nil : $0 }
    if let known, now() - known.readAt < settings.cacheTime { return known.distribution }
    var distribution = known?.distribution
    do {
      distribution = try source.distribution(id: id, deadline: deadline)
    } catch {
      if error.mayPass, let distribution {
        log.warn(
          "\(error) Until that works, the bridge uses the configuration that it read before.",
          topic: "configuration \(id)")
        return distribution
      }
      guard error.refusal == .accessDenied else { throw error }
      log.warn(
        "The configuration of distribution \(id) can't be read, so "
          + (distribution == nil ? without : "the bridge uses the one that it read before")
          + ". Grant the function's role cloudfront:GetDistributionConfig.")
    }
    if configurations.count >= DistributionDetails.capacity { configurations.removeAll() }
    let kept =
      rootAlone
      ? distribution.map { Distribution(id: id, defaultRootObject: $0.defaultRootObject) }
      : distribution
    configurations[id] = Known(distribution: kept, readAt: now(), isRootAlone: rootAlone)
    return kept
  }

  /// Adds what planning needs to know about a distribution that a lookup found.
  ///
  /// It fails when the default root object was never read and can't be read now, for a reason that
  /// may pass or because CloudFront doesn't know the distribution; so it does where a cache policy
  /// decides about query strings. Planning without them could leave an old copy in the cache for
  /// good.
  func complete(
    _ found: ServingDistribution, deadline: Duration?
  ) throws(CloudFrontError) -> ServingDistribution {
    var complete = found
    let distribution = found.distribution
    guard settings.planning.skipReason(for: distribution) == nil, !distribution.origins.isEmpty
    else { return complete }
    if distribution.defaultRootObject == nil {
      complete.distribution.defaultRootObject = try rootObject(
        of: distribution.id, deadline: deadline)
    }
    complete.distribution.cachePolicies = try cachePolicies(of: distribution, deadline: deadline)
    return complete
  }

  /// Forgets a distribution that does not exist.
  package func forget(_ id: DistributionID) {
    configurations[id] = nil
  }

  private func rootObject(
    of id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> String? {
    do {
      return try configuration(
        of: id, deadline: deadline, without: "the bridge takes index.html for its root object",
        rootAlone: true
      )?.defaultRootObject
    } catch {
      if let known = configurations[id] { return known.distribution?.defaultRootObject }
      guard !error.mayPass, error.refusal != .noSuchDistribution else { throw error }
      log.warn(
        "\(error) Until that works, the bridge takes index.html for the distribution's default"
          + " root object.", topic: "default root object \(id)")
      configurations[id] = Known(distribution: nil, readAt: now(), isRootAlone: true)
      return nil
    }
  }

  private func cachePolicies(
    of distribution: Distribution, deadline: Duration?
  ) throws(CloudFrontError) -> [String: CachePolicy] {
    guard !settings.planning.sendsUncached || settings.planning.queryStrings == .auto else {
      return [:]
    }
    var found: [String: CachePolicy] = [:]
    for id in Set(distribution.allBehaviors.compactMap(\.cachePolicyID)).sorted()
    where CachePolicy.managed[id] == nil {
      found[id] = try cachePolicy(id, deadline: deadline)
    }
    return found
  }

  /// Returns a policy; nil when it can't be read, and then planning does without it.
  private func cachePolicy(
    _ id: String, deadline: Duration?
  ) throws(CloudFrontError) -> CachePolicy? {
    if let known = policies[id] {
      let cacheTime =
        known.policy == nil
        ? min(settings.missCacheTime, settings.cacheTime) : settings.cacheTime
      if now() - known.readAt < cacheTime { return known.policy }
    }
    var policy: CachePolicy?
    do throws(CloudFrontError) {
      policy = try source.cachePolicy(id: id, deadline: deadline)
    } catch {
      policy = policies[id]?.policy
      if policy == nil, error.mayPass, settings.planning.queryStrings == .auto { throw error }
      let instead =
        policy == nil ? "assumes that it caches, without query strings" : "uses what it read before"
      log.warn(
        "\(source.whyNoCachePolicy(id: id) ?? "\(error)") Until cache policy \(id) can be read, the"
          + " bridge \(instead).",
        topic: "cache policy \(id)")
    }
    policies[id] = (policy: policy, readAt: now())
    return policy
  }
}
