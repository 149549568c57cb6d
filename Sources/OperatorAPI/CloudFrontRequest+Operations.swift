package import AWSClient
package import CloudFrontAPI
package import CloudFrontModel
import HTTPTransport

/// The calls that only an operator makes.
extension CloudFrontRequest {
  /// ListInvalidations, newest first.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html
  package static func listInvalidations(
    of distribution: DistributionID, marker: String?
  ) -> AWSRequest {
    var query = [AWSRequest.QueryItem("MaxItems", pageSize)]
    if let marker { query.insert(AWSRequest.QueryItem("Marker", marker), at: 0) }
    return AWSRequest(
      .get,
      path: AWSRequest.path(version, "distribution", distribution.description, "invalidation"),
      query: query)
  }

  /// GetInvalidation, which has the paths.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetInvalidation.html
  package static func getInvalidation(
    _ id: String, of distribution: DistributionID
  ) -> AWSRequest {
    AWSRequest(
      .get,
      path: AWSRequest.path(version, "distribution", distribution.description, "invalidation", id))
  }

  /// GetDistribution: the configuration and what goes on at the moment.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistribution.html
  package static func getDistribution(_ id: DistributionID) -> AWSRequest {
    AWSRequest(.get, path: AWSRequest.path(version, "distribution", id.description))
  }
}
