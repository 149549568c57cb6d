package import CloudFrontModel

/// A distribution with the routes on which it serves one bucket: the answer of a lookup.
package struct ServingDistribution: Hashable, Sendable {
  /// One origin through which the bucket's objects reach viewers.
  package struct Route: Hashable, Sendable {
    /// The origin's id, which behaviors name; nil when it is not known.
    package var originID: String?
    /// What is put before a viewer's path to make the key.
    package var originPath: String
    /// How the origin names the bucket; nil when a setting says so, not the origin.
    package var match: OriginMatch?
    /// Whether the origin is a static website, which shows index documents for directories.
    package var isWebsite: Bool { kind == .website }
    /// The kind of S3 endpoint that the origin is; nil when that is not known.
    package var kind: OriginMatch.Kind?

    /// Creates a route; without being told, its endpoint is of the match's kind.
    package init(
      originID: String? = nil, originPath: String, match: OriginMatch?,
      kind: OriginMatch.Kind? = nil
    ) {
      self.originID = originID
      self.originPath = originPath
      self.match = match
      self.kind = kind ?? match?.kind
    }
  }

  /// The distribution.
  package var distribution: Distribution
  /// The routes, in the order of the origins; empty where only ready-made paths are wanted.
  package var routes: [Route]
  /// Whether a setting names it and nothing but its id is known so far.
  package var isUnread = false

  /// Creates an answer.
  package init(_ distribution: Distribution, routes: [Route]) {
    self.distribution = distribution
    self.routes = routes
  }

  /// Finds how a distribution serves a bucket by how its origins name it; nil when none does.
  package init?(_ distribution: Distribution, bucket: String, region: String) {
    let routes = distribution.origins.compactMap { origin in
      OriginMatch.match(origin, bucket: bucket, region: region).map {
        Route(originID: origin.id, originPath: $0.originPath, match: $0.match)
      }
    }
    guard !routes.isEmpty else { return nil }
    self.init(distribution, routes: routes)
  }

  /// A distribution that a setting says serves the bucket, though no origin names it: an access
  /// point, or an own domain in front.
  package static func assumed(_ id: DistributionID, originPath: String) -> ServingDistribution {
    ServingDistribution(
      Distribution(id: id), routes: [Route(originPath: originPath, match: nil)])
  }
}

/// Finds serving distributions among known ones: the rule that a live lookup and a saved list
/// share.
package enum DistributionSearch {
  /// Returns every distribution with an origin that is this bucket.
  package static func serving(
    bucket: String, region: String, among distributions: [Distribution]
  ) -> [ServingDistribution] {
    distributions.compactMap { ServingDistribution($0, bucket: bucket, region: region) }
  }

  /// Returns the distributions that viewers reach under a host name: those that name it themselves,
  /// else those with the longest wildcard alias that covers it, as CloudFront chooses.
  package static func answering(
    to host: String, among distributions: [Distribution]
  ) -> [Distribution] {
    let lengths = distributions.map { $0.lengthOfName(covering: host) }
    guard let longest = lengths.compactMap({ $0 }).max() else { return [] }
    return zip(distributions, lengths).filter { $0.1 == longest }.map(\.0)
  }

  /// Resolves the target of an invalidation request: an id, else a host name, else a bucket.
  package static func serving(
    target: String, among distributions: [Distribution]
  ) -> [ServingDistribution] {
    let known = distributions.filter { $0.id == DistributionID(target) }
    let named = known.isEmpty ? answering(to: target, among: distributions) : known
    guard named.isEmpty else { return named.map(withAllRoutes) }
    return serving(bucket: target, region: "", among: distributions)
  }

  /// Takes a distribution that was named itself: its S3 origins may all show a key, and where it
  /// has none, all its origins.
  package static func withAllRoutes(_ distribution: Distribution) -> ServingDistribution {
    let buckets = distribution.origins.compactMap { origin in
      OriginMatch.someBucket(origin).map { found in
        ServingDistribution.Route(
          originID: origin.id, originPath: found.originPath, match: nil,
          kind: found.match.kind)
      }
    }
    let others = distribution.origins.map {
      ServingDistribution.Route(originID: $0.id, originPath: $0.originPath, match: nil)
    }
    return ServingDistribution(distribution, routes: buckets.isEmpty ? others : buckets)
  }
}
