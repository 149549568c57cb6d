import CloudFrontAPI
import HTTPTransport
import InvalidationPlanning
import Logging

/// Knows which distributions serve a bucket, and remembers it across warm invocations.
///
/// Settings name them, or their origins do. One list serves all buckets: it is good for
/// `DISTRIBUTION_CACHE_SECONDS`, and for a bucket that isn't in it only for
/// `DISTRIBUTION_MISS_CACHE_SECONDS`, since a distribution may just have been made for it.
final class DistributionDirectory {
  private let source: any DistributionSource
  private let settings: Settings
  private let now: () -> Duration
  private let logger: Logger

  private var list: (distributions: [Distribution], readAt: Duration)?
  private var configurations: [String: (distribution: Distribution?, readAt: Duration)] = [:]
  private var told: Set<String> = []

  init(
    source: any DistributionSource, settings: Settings, now: @escaping () -> Duration,
    logger: Logger
  ) {
    self.source = source
    self.settings = settings
    self.now = now
    self.logger = logger
  }

  /// Finds who serves a bucket; an empty answer means nobody does.
  func serving(
    bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> [ServingDistribution] {
    if let ids = settings.bucketDistributions[bucket] ?? settings.distributionIDs.nonEmpty {
      return try named(ids, bucket: bucket, region: region, deadline: deadline)
    }
    return try search(deadline: deadline) { distributions in
      DistributionSearch.serving(bucket: bucket, region: region, among: distributions)
    }
  }

  /// Finds who is meant by an invalidation request's target: an id, a host name or a bucket.
  func serving(
    target: String, deadline: Duration?
  ) throws(CloudFrontError) -> [ServingDistribution] {
    if DistributionDirectory.looksLikeID(target) {
      return [try named(target, deadline: deadline)]
    }
    if settings.bucketDistributions[target] != nil {
      return try serving(bucket: target, region: "", deadline: deadline)
    }
    // CloudFront's own host names stand only in the list, whatever the settings name.
    if settings.distributionIDs.isEmpty || target.lowercased().hasSuffix(".cloudfront.net") {
      return try search(deadline: deadline) { distributions in
        DistributionSearch.serving(target: target, among: distributions)
      }
    }
    var answering: [Distribution] = []
    for id in settings.distributionIDs {
      let distribution = try configuration(of: id, deadline: deadline)
      if let distribution, distribution.answers(to: target) { answering.append(distribution) }
    }
    return answering.isEmpty
      ? try serving(bucket: target, region: "", deadline: deadline)
      : answering.map(DistributionSearch.withAllRoutes)
  }

  /// Forgets a distribution that CloudFront says does not exist, so that the next lookup is fresh.
  func forget(_ id: String) {
    list = nil
    configurations[id] = nil
  }

  // MARK: - The list

  private func search(
    deadline: Duration?, _ find: ([Distribution]) -> [ServingDistribution]
  ) throws(CloudFrontError) -> [ServingDistribution] {
    if let list {
      let age = now() - list.readAt
      let found = age < settings.cacheTime ? find(list.distributions) : []
      if !found.isEmpty || age < min(settings.missCacheTime, settings.cacheTime) { return found }
    }
    let fresh = try source.distributions(deadline: deadline)
    list = (distributions: fresh, readAt: now())
    logger.debug("Read the distributions", metadata: ["distributions": "\(fresh.count)"])
    return find(fresh)
  }

  // MARK: - Named by a setting

  private func named(
    _ ids: [String], bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> [ServingDistribution] {
    var serving: [ServingDistribution] = []
    for id in ids {
      let distribution = try configuration(of: id, deadline: deadline)
      if let matched = distribution.flatMap({
        ServingDistribution($0, bucket: bucket, region: region)
      }) {
        serving.append(matched)
      } else {
        if distribution != nil {
          tellOnce(
            "No origin of distribution \(id) names bucket \(bucket); its keys are sent as they are"
              + " less ORIGIN_PATH, since a setting names the distribution.")
        }
        serving.append(.assumed(id, originPath: settings.originPath))
      }
    }
    return serving
  }

  private func named(
    _ id: String, deadline: Duration?
  ) throws(CloudFrontError) -> ServingDistribution {
    let known = list?.distributions.first { $0.id == id }
    let isFresh = list.map { now() - $0.readAt < settings.cacheTime } ?? false
    if isFresh, let known { return DistributionSearch.withAllRoutes(known) }
    let distribution = try configuration(of: id, deadline: deadline)
    guard let distribution, !distribution.origins.isEmpty else {
      return .assumed(id, originPath: settings.originPath)
    }
    return DistributionSearch.withAllRoutes(distribution)
  }

  /// Gets one distribution; nil when the permission to is missing.
  private func configuration(
    of id: String, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution? {
    if let known = configurations[id], now() - known.readAt < settings.cacheTime {
      return known.distribution
    }
    var distribution: Distribution?
    do {
      distribution = try source.distribution(id: id, deadline: deadline)
    } catch {
      guard error.code == "AccessDenied" else { throw error }
      tellOnce(
        "The configuration of distribution \(id) can't be read, so keys are sent as they are less"
          + " ORIGIN_PATH. Grant the function's role cloudfront:GetDistributionConfig.")
    }
    configurations[id] = (distribution: distribution, readAt: now())
    return distribution
  }

  /// Distribution ids are upper-case, bucket and host names never are.
  private static func looksLikeID(_ target: String) -> Bool {
    target.allSatisfy { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
      && target.contains { ("A"..."Z").contains($0) }
  }

  private func tellOnce(_ message: String) {
    if told.insert(message).inserted { logger.warning("\(message)") }
  }
}

extension Array {
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
