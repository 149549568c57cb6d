import CloudFrontAPI
import CloudFrontModel
import FunctionSettings
import InvalidationPlanning
import Logging
import S3Events

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
  /// A list that is read over several invocations.
  private var listing: (read: DistributionListing, startedAt: Duration)?

  /// The pages from which on a list that ran out of time is continued by the next invocation. A
  /// shorter one starts anew, because that costs less than what may have changed meanwhile.
  static let longList = 20
  /// How long a list is continued after its start.
  static let longestListing = Duration.seconds(120)
  /// How long after its time an old list still serves while a long new one is being read.
  static let grace = Duration.seconds(900)

  /// Whether a list waits to be continued by the next invocation.
  var isListing: Bool { listing != nil }

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

  /// The most distributions that are read before the first event.
  static let preparedDistributions = 3

  /// Reads distributions that the settings name, before an event needs them. What fails is left to
  /// the first event.
  func prepare(deadline: Duration) {
    let named = settings.distributionIDs + settings.bucketDistributions.values.joined()
    for id in Set(named).sorted().prefix(DistributionDirectory.preparedDistributions) {
      do throws(CloudFrontError) {
        _ = try details.configuration(of: id, deadline: deadline)
      } catch {
        return logger.debug("Distributions are read later", metadata: ["reason": "\(error)"])
      }
    }
  }

  /// Finds the distributions that serve a bucket; an empty result means that none does.
  func serving(
    bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    try matching(bucket: bucket, region: region, deadline: deadline)
  }

  /// Finds the distributions of an invalidation request's target.
  func serving(
    target: RequestTarget, deadline: Duration?
  ) throws(CloudFrontError) -> FoundDistributions {
    allowed(try matching(target: target, deadline: deadline))
  }

  /// Adds what planning needs to know of a distribution that a lookup found, and reads one of which
  /// only the id is known.
  ///
  /// - Parameters:
  ///   - cause: what the lookup was for.
  ///   - needsDetails: whether keys are planned; ready-made paths need no details.
  func complete(
    _ found: ServingDistribution, for cause: PlanItem.Cause, needsDetails: Bool,
    deadline: Duration?
  ) throws(CloudFrontError) -> ServingDistribution {
    var complete = found
    if found.isUnread {
      let id = found.distribution.id
      complete =
        switch cause {
        case .change(let change):
          try read(id, bucket: change.bucket, region: change.region, deadline: deadline)
        case .request(let request):
          try read(
            id, bucket: RequestTarget(request.target).name, region: "", deadline: deadline)
        }
    }
    return needsDetails ? try details.complete(complete, deadline: deadline) : complete
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
      return FoundDistributions(
        serving: ids.map { id in
          var unread = ServingDistribution(Distribution(id: id), routes: [])
          unread.isUnread = true
          return unread
        })
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
    let usable = list.flatMap { old in
      now() - old.readAt < settings.cacheTime + DistributionDirectory.grace
        ? FoundDistributions(serving: find(old.distributions)) : nil
    }
    do {
      return FoundDistributions(
        serving: find(try readList(deadline, hasOld: usable?.isEmpty == false && isLong)))
    } catch {
      // What an old list knows is good enough while a long new one is being read.
      guard isListing, let usable, !usable.isEmpty else { throw error }
      return usable
    }
  }

  /// Whether the list that was read last may have needed more than one invocation.
  private var isLong: Bool {
    (list?.distributions.count ?? 0) >= 100 * DistributionDirectory.longList
  }

  /// Reads the list to its end, if there is time.
  ///
  /// - Parameter hasOld: whether an old list serves as well for now; then half of the time is left
  ///   for sending.
  private func readList(
    _ deadline: Duration?, hasOld: Bool
  ) throws(CloudFrontError) -> [Distribution] {
    let start = now()
    var reading = (read: DistributionListing(), startedAt: start)
    if let listing, start - listing.startedAt < DistributionDirectory.longestListing {
      reading = listing
    }
    listing = nil
    let isNew = reading.read.pages == 0
    let end = deadline.map { hasOld ? start + max(.zero, $0 - start) / 2 : $0 }
    do {
      try source.read(&reading.read, deadline: end)
    } catch {
      if error.isOutOfTime, reading.read.pages >= DistributionDirectory.longList {
        listing = reading
        logger.info(
          "The list of distributions is long; the next invocation goes on reading it",
          metadata: ["distributions": .stringConvertible(reading.read.distributions.count)])
      }
      throw error
    }
    list = (reading.read.distributions, readAt: isNew ? now() : reading.startedAt)
    logger.debug(
      "Read the distributions",
      metadata: ["distributions": .stringConvertible(reading.read.distributions.count)])
    return reading.read.distributions
  }

  // MARK: - Named by a setting

  /// Reads a distribution that a setting names for a bucket.
  private func read(
    _ id: DistributionID, bucket: String, region: String, deadline: Duration?
  ) throws(CloudFrontError) -> ServingDistribution {
    let distribution = try details.configuration(of: id, deadline: deadline)
    if let matched = distribution.flatMap({
      ServingDistribution($0, bucket: bucket, region: region)
    }) {
      return matched
    }
    if distribution != nil {
      log.warn(
        "No origin of distribution \(id) names bucket \(bucket). Because a setting names the"
          + " distribution, the bridge removes ORIGIN_PATH from the keys and sends them"
          + " unchanged otherwise.")
    }
    return .assumed(id, originPath: settings.originPath)
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
