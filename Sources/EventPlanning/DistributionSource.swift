package import CloudFrontAPI
package import CloudFrontModel
import InvalidationPlanning

/// A source of distributions: CloudFront itself or a saved list.
package protocol DistributionSource: AnyObject {
  /// Returns all distributions of the account.
  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution]
  /// Reads a list of all distributions of the account to its end, from where it stopped before.
  func read(_ listing: inout DistributionListing, deadline: Duration?) throws(CloudFrontError)
  /// Returns the distribution with an id.
  func distribution(id: DistributionID, deadline: Duration?) throws(CloudFrontError) -> Distribution
  /// Returns the cache policy with an id.
  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy
  /// Says why a cache policy can't be had from this source and what to do; nil where the error of
  /// the call says it.
  func whyNoCachePolicy(id: String) -> String?
}

extension DistributionSource {
  /// Returns nil: CloudFront's own error says why.
  package func whyNoCachePolicy(id: String) -> String? { nil }
}

extension DistributionSource {
  /// Reads the list in one piece.
  package func read(
    _ listing: inout DistributionListing, deadline: Duration?
  ) throws(CloudFrontError) {
    listing = DistributionListing(complete: try distributions(deadline: deadline))
  }
}

extension CloudFrontClient: DistributionSource {}

/// A saved list of distributions, which `cfbridge plan` plans with.
package final class SavedDistributions: DistributionSource {
  private let list: [Distribution]
  /// The account's own cache policies by id; empty when they were not saved with the list.
  package let cachePolicies: [String: CachePolicy]

  package init(_ list: [Distribution], cachePolicies: [String: CachePolicy] = [:]) {
    self.list = list
    self.cachePolicies = cachePolicies
  }

  /// Returns a list with further distributions at its end.
  package func adding(_ more: [Distribution]) -> SavedDistributions {
    SavedDistributions(list + more, cachePolicies: cachePolicies)
  }

  package func distributions(deadline: Duration?) -> [Distribution] { list }

  /// Returns a list in which the distribution without an id has this one.
  package func naming(_ id: DistributionID) -> SavedDistributions {
    let named = list.map { distribution in
      var named = distribution
      if named.id == SavedDistributions.unnamed { named.id = id }
      return named
    }
    return SavedDistributions(named, cachePolicies: cachePolicies)
  }

  /// Returns a distribution of the list; throws CloudFront's own error when the list lacks it.
  package func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    if let known = list.first(where: { $0.id == id }) { return known }
    throw CloudFrontError(
      operation: "GetDistributionConfig", distribution: id,
      reason: .refused(.noSuchDistribution))
  }

  /// Returns a saved policy; throws CloudFront's own error when it was not saved.
  package func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    if let known = cachePolicies[id] { return known }
    throw CloudFrontError(
      operation: "GetCachePolicy", distribution: nil, reason: .refused(.noSuchCachePolicy))
  }

  /// Says how to save the cache policies beside the distributions.
  package func whyNoCachePolicy(id: String) -> String? {
    "The file of distributions lacks cache policy \(id). To add it, save `aws cloudfront"
      + " list-cache-policies --type custom` as policies.json, and join the two objects with `jq -s"
      + " add distributions.json policies.json`."
  }
}
