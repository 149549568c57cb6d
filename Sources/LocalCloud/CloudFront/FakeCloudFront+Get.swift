import Digest

extension FakeCloudFront {
  /// GetDistributionConfig.
  func getDistributionConfig(_ route: CloudFrontRoute) throws(CloudFrontProblem) -> ServerReply {
    let distribution = try distribution(route.distributionID)
    let config = DistributionXML.config(distribution)
    return answer(
      200, headers: [("ETag", FakeCloudFront.etag(config))],
      XMLText.document("DistributionConfig", config))
  }

  /// GetDistribution.
  func getDistribution(_ route: CloudFrontRoute) throws(CloudFrontProblem) -> ServerReply {
    let distribution = try distribution(route.distributionID)
    let settings = state.withLock { $0.settings }
    let content = DistributionXML.distribution(
      distribution, partition: settings.partition, account: settings.accountID,
      inProgress: invalidations(of: distribution.id).count { $0.status == .inProgress })
    return answer(
      200, headers: [("ETag", FakeCloudFront.etag(DistributionXML.config(distribution)))],
      XMLText.document("Distribution", content))
  }

  /// GetCachePolicy.
  func getCachePolicy(_ route: CloudFrontRoute) throws(CloudFrontProblem) -> ServerReply {
    let policies = state.withLock { $0.settings.cachePolicies }
    guard let policy = policies.first(where: { $0.id == route.cachePolicyID }) else {
      throw .noSuchCachePolicy
    }
    return answer(200, XMLText.document("CachePolicy", policy.xml))
  }

  /// GetInvalidation.
  func getInvalidation(_ route: CloudFrontRoute) throws(CloudFrontProblem) -> ServerReply {
    let distribution = try distribution(route.distributionID)
    guard
      let found = invalidations(of: distribution.id).first(where: { $0.id == route.invalidationID })
    else { throw .noSuchInvalidation }
    return answer(200, XMLText.document("Invalidation", found.xml))
  }

  /// Returns an id in CloudFront's alphabet, always the same for a text.
  static func id(prefix: String, from text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
    let letters = SHA256.digest(of: Array(text.utf8)).prefix(13).map { alphabet[Int($0) % 36] }
    return prefix + String(decoding: letters, as: UTF8.self)
  }

  private static func etag(_ config: String) -> String {
    id(prefix: "E", from: config)
  }
}
