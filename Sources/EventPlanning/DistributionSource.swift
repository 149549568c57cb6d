package import CloudFrontModel
package import CloudFrontAPI
import InvalidationPlanning

/// Where distributions are known from: CloudFront itself, or a saved list.
package protocol DistributionSource: AnyObject {
  /// Returns all distributions there are.
  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution]
  /// Returns one by its id.
  func distribution(id: DistributionID, deadline: Duration?) throws(CloudFrontError) -> Distribution
  /// Returns what a cache policy says.
  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy
}

extension CloudFrontClient: DistributionSource {}

/// A list that was saved before: what `cfbridge plan` plans with.
package final class SavedDistributions: DistributionSource {
  private let list: [Distribution]
  /// The account's own cache policies by id, as far as they were saved too.
  package let cachePolicies: [String: CachePolicy]

  /// Takes a list.
  package init(_ list: [Distribution], cachePolicies: [String: CachePolicy] = [:]) {
    self.list = list
    self.cachePolicies = cachePolicies
  }

  /// Returns a list that holds these as well.
  package func adding(_ more: [Distribution]) -> SavedDistributions {
    SavedDistributions(list + more, cachePolicies: cachePolicies)
  }

  /// Returns the list.
  package func distributions(deadline: Duration?) -> [Distribution] { list }

  /// Returns one of the list, or CloudFront's own error when it isn't in it.
  package func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    if let known = list.first(where: { $0.id == id }) { return known }
    throw CloudFrontError(
      operation: "GetDistributionConfig", distribution: id,
      reason: .refused(.noSuchDistribution))
  }

  /// Returns one of the saved policies, or CloudFront's own error when it wasn't saved.
  package func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    if let known = cachePolicies[id] { return known }
    throw CloudFrontError(
      operation: "GetCachePolicy", distribution: nil, reason: .refused(.noSuchCachePolicy))
  }
}
