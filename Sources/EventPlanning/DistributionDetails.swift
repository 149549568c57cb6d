import CloudFrontModel
import FunctionSettings
import CloudFrontAPI
import InvalidationPlanning

/// Knows what ListDistributions leaves out: default root objects and cache policies.
///
/// Asked once per distribution and per policy in `DISTRIBUTION_CACHE_SECONDS`. A permission that is
/// missing takes nothing from an event but precision; what was read before it went missing is kept.
final class DistributionDetails {
  private let source: any DistributionSource
  private let settings: Settings
  private let now: () -> Duration
  private let log: OnceLog

  /// Ids can come from outside, with an invalidation request: so many are remembered.
  private static let capacity = 1_000

  private var configurations: [DistributionID: (distribution: Distribution?, readAt: Duration)] =
    [:]
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

  /// Gets one distribution, as it was before where it can't be read for now; nil when the
  /// permission to is missing, and then says once what follows.
  func configuration(
    of id: DistributionID, deadline: Duration?,
    without: String = "keys are sent as they are less ORIGIN_PATH"
  ) throws(CloudFrontError) -> Distribution? {
    if let known = configurations[id], now() - known.readAt < settings.cacheTime {
      return known.distribution
    }
    var distribution = configurations[id]?.distribution
    do {
      distribution = try source.distribution(id: id, deadline: deadline)
    } catch {
      if error.mayPass, let distribution {
        log.warn(
          "\(error) Until it can be read, it is taken to be as it was read before.",
          topic: "configuration \(id)")
        return distribution
      }
      guard error.refusal == .accessDenied else { throw error }
      log.warn(
        "The configuration of distribution \(id) can't be read, so "
          + (distribution == nil ? without : "it is taken to be as it was read before")
          + ". Grant the function's role cloudfront:GetDistributionConfig.")
    }
    if configurations.count >= DistributionDetails.capacity { configurations.removeAll() }
    configurations[id] = (distribution: distribution, readAt: now())
    return distribution
  }

  /// Fills in what planning needs about the distributions that a lookup found.
  ///
  /// One whose default root object or, where query strings depend on it, cache policy was never
  /// read and can't be read now, for a reason that may pass, becomes a failure: without it, a path
  /// could stay old for good.
  func complete(_ found: FoundDistributions, deadline: Duration?) -> FoundDistributions {
    var complete = found
    complete.serving = []
    for serving in found.serving {
      do {
        complete.serving.append(try self.complete(serving, deadline: deadline))
      } catch {
        complete.failures.append(error)
      }
    }
    return complete
  }

  private func complete(
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
        of: id, deadline: deadline, without: "index.html is taken for its default root object"
      )?.defaultRootObject
    } catch {
      if let known = configurations[id] { return known.distribution?.defaultRootObject }
      guard !error.mayPass else { throw error }
      // One that was deleted since it was listed needs nothing.
      if error.refusal != .noSuchDistribution {
        log.warn(
          "\(error) Until it can be read, index.html is taken for the distribution's default root"
            + " object.", topic: "default root object \(id)")
      }
      configurations[id] = (distribution: nil, readAt: now())
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

  /// Gets a policy; nil when it can't be had, and then what it caches is sent without it.
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
        policy == nil ? "as if it cached and ignored query strings" : "as it was read before"
      log.warn(
        "\(error) Paths that cache policy \(id) is for are sent \(instead).",
        topic: "cache policy \(id)")
    }
    policies[id] = (policy: policy, readAt: now())
    return policy
  }
}
