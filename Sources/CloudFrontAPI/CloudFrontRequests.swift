package import AWSClient
package import CloudFrontModel
import HTTPTransport

/// The API calls as values. Their paths and names are the API's of 2020-05-31.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront.html
package enum CloudFrontRequest {
  /// The page size: the API's default and its maximum.
  package static let pageSize = "100"

  /// ListDistributions. The marker is opaque and encoded by the client like any query value.
  package static func listDistributions(marker: String?) -> AWSRequest {
    var query = [AWSRequest.QueryItem("MaxItems", pageSize)]
    if let marker { query.insert(AWSRequest.QueryItem("Marker", marker), at: 0) }
    return AWSRequest(.get, path: AWSRequest.path(version, "distribution"), query: query)
  }

  /// GetDistributionConfig.
  package static func getDistributionConfig(id: DistributionID) -> AWSRequest {
    AWSRequest(.get, path: AWSRequest.path(version, "distribution", id.description, "config"))
  }

  /// GetCachePolicy.
  package static func getCachePolicy(id: String) -> AWSRequest {
    AWSRequest(.get, path: AWSRequest.path(version, "cache-policy", id))
  }

  /// CreateInvalidation. Sent again, it is byte for byte the same but for date and signature.
  package static func createInvalidation(_ batch: InvalidationBatch) -> AWSRequest {
    AWSRequest(
      .post,
      path: AWSRequest.path(
        version, "distribution", batch.distribution.description, "invalidation"),
      // Said, since libcurl would say application/x-www-form-urlencoded.
      headers: ["Content-Type": "application/xml"], body: batch.xml)
  }

  package static let version = "2020-05-31"
}
