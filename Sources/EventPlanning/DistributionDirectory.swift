import CloudFrontAPI
import CloudFrontModel
import FunctionSettings
import InvalidationPlanning
import Logging

/// Finds the distributions of a bucket, and remembers them across warm invocations.
///
/// A setting names the distributions of a bucket, or their origins name the bucket. One list serves
/// all buckets. It is valid for `DISTRIBUTION_CACHE_SECONDS`, but for a bucket that it lacks only
/// for `DISTRIBUTION_MISS_CACHE_SECONDS`, because somebody may just have created the distribution.
final class DistributionDirectory {
  private let source: any DistributionSource
  private let settings: Settings
  private let now: () -> Duration
  private let logger: Logger
  private let log: OnceLog
  private let details: DistributionDetails

  private var list: (distributions: [Distribution], readAt: Duration)?

  init(
    source: any DistributionSource, settings: Settings, now: @escaping () -> Duration,
    logger: Logger, log: OnceLog
  ) {
    self.source = source
    self.settings = settings
    self.now = now
    self.logger = logger
    self.log = log
    details = DistributionDetails(source: source, settings: settings, now: now, log: log)
  }

  /// Finds the distributions that serve a bucket; an empty result means that none does.
  func serving(
    bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    try completed(deadline: deadline) { () throws(CloudFrontError) in
      try matching(bucket: bucket, region: region, deadline: deadline)
    }
  }

  /// Finds the distributions of an invalidation request's target.
  ///
  /// - Parameter hasKeys: whether the request names keys; ready-made paths need no details.
  func serving(
    target: RequestTarget, hasKeys: Bool, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    guard hasKeys else { return allowed(try matching(target: target, deadline: deadline)) }
    return try completed(deadline: deadline) { () throws(CloudFrontError) in
      allowed(try matching(target: target, deadline: deadline))
    }
  }

  /// Adds the details to what a search finds. Where CloudFront doesn't know a distribution that the
  /// list names, the list is out of date, so the search is made once more with a new list; one that
  /// is still listed then stays a failure, since it may exist after all.
  private func completed(
    deadline: Duration?, _ search: () throws(CloudFrontError) -> FoundDistributions
  ) throws(CloudFrontError) -> FoundDistributions {
    let found = details.complete(try search(), deadline: deadline)
    guard list != nil, found.failures.contains(where: { $0.refusal == .noSuchDistribution }) else {
      return found
    }
    list = nil
    return details.complete(try search(), deadline: deadline)
  }

  /// Forgets a distribution that no longer exists, so that the next lookup asks CloudFront.
  package func forget(_ id: DistributionID) {
    list = nil
    details.forget(id)
  }

  // MARK: - The rules of the search

  /// Separates the distributions that the settings rule out, because a request can name any.
  private func allowed(_ found: FoundDistributions) -> FoundDistributions {
    guard let allowed = settings.allowedDistributions else { return found }
    var kept = found
    kept.serving.removeAll { !allowed.contains($0.distribution.id) }
    kept.ruledOut += found.serving.map(\.distribution.id).filter { !allowed.contains($0) }
    return kept
  }

  private func matching(
    bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    if let ids = settings.bucketDistributions[bucket] ?? settings.distributionIDs.nonEmpty {
      return named(ids, bucket: bucket, region: region, deadline: deadline)
    }
    return try search(deadline: deadline) { distributions in
      DistributionSearch.serving(bucket: bucket, region: region, among: distributions)
    }
  }

  private func matching(
    target: RequestTarget, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    switch target {
    case .distribution(let id):
      if settings.allowedDistributions?.contains(id) == false {
        return FoundDistributions(ruledOut: [id])
      }
      return FoundDistributions(serving: [try named(id, deadline: deadline)])
    case .bucket(let name):
      return try matching(bucket: name, region: "", deadline: deadline)
    case .name(let name):
      if settings.bucketDistributions[name] != nil {
        return try matching(bucket: name, region: "", deadline: deadline)
      }
      // Only the list has the host names under cloudfront.net, so the settings don't matter here.
      if settings.distributionIDs.isEmpty || name.lowercased().hasSuffix(".cloudfront.net") {
        return try search(deadline: deadline) { distributions in
          DistributionSearch.serving(target: name, among: distributions)
        }
      }
      let found = answering(to: name, deadline: deadline)
      return found.serving.isEmpty && found.failures.isEmpty
        ? try matching(bucket: name, region: "", deadline: deadline) : found
    }
  }

  /// Finds the distributions that have a host name, among those that the settings name. Skips one
  /// that no longer exists.
  private func answering(to target: String, deadline: Duration?) -> FoundDistributions {
    var found = FoundDistributions()
    var known: [Distribution] = []
    for id in settings.distributionIDs {
      do throws(CloudFrontError) {
        if let distribution = try details.configuration(of: id, deadline: deadline) {
          known.append(distribution)
        }
      } catch {
        if error.refusal != .noSuchDistribution { found.failures.append(error) }
      }
    }
    found.serving = DistributionSearch.answering(to: target, among: known)
      .map(DistributionSearch.withAllRoutes)
    return found
  }

  // MARK: - The list

  private func search(
    deadline: Duration?, _ find: ([Distribution]) -> [ServingDistribution]
  ) throws(CloudFrontError) -> FoundDistributions {
    if let list {
      let age = now() - list.readAt
      let found = age < settings.cacheTime ? find(list.distributions) : []
      if !found.isEmpty || age < min(settings.missCacheTime, settings.cacheTime) {
        return FoundDistributions(serving: found)
      }
    }
    let fresh = try source.distributions(deadline: deadline)
    list = (distributions: fresh, readAt: now())
    logger.debug(
      "Read the distributions", metadata: ["distributions": .stringConvertible(fresh.count)])
    return FoundDistributions(serving: find(fresh))
  }

  // MARK: - Named by a setting

  private func named(
    _ ids: [DistributionID], bucket: String, region: String, deadline: Duration?
  ) -> FoundDistributions {
    var found = FoundDistributions()
    for id in ids {
      let distribution: Distribution?
      do {
        distribution = try details.configuration(of: id, deadline: deadline)
      } catch {
        found.failures.append(error)
        continue
      }
      if let matched = distribution.flatMap({
        ServingDistribution($0, bucket: bucket, region: region)
      }) {
        found.serving.append(matched)
      } else {
        if distribution != nil {
          log.warn(
            "No origin of distribution \(id) names bucket \(bucket). Because a setting names the"
              + " distribution, the bridge removes ORIGIN_PATH from the keys and sends them"
              + " unchanged otherwise.")
        }
        found.serving.append(.assumed(id, originPath: settings.originPath))
      }
    }
    return found
  }

  private func named(
    _ id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> ServingDistribution {
    let known = list?.distributions.first { $0.id == id }
    let isFresh = list.map { now() - $0.readAt < settings.cacheTime } ?? false
    if isFresh, let known { return DistributionSearch.withAllRoutes(known) }
    let distribution = try details.configuration(of: id, deadline: deadline)
    guard let distribution, !distribution.origins.isEmpty else {
      return .assumed(id, originPath: settings.originPath)
    }
    return DistributionSearch.withAllRoutes(distribution)
  }
}

extension Array {
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
