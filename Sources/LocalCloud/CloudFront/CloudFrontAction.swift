/// An operation of CloudFront's API that the fake offers.
package enum CloudFrontAction: Sendable, Hashable {
  /// A page of ListDistributions, counted from 1; nil means any page.
  case listDistributions(page: Int?)
  /// GetDistribution.
  case getDistribution
  /// GetDistributionConfig.
  case getDistributionConfig
  /// GetCachePolicy.
  case getCachePolicy
  /// CreateInvalidation.
  case createInvalidation
  /// GetInvalidation.
  case getInvalidation
  /// ListInvalidations.
  case listInvalidations

  /// Any page of ListDistributions.
  package static let listDistributions = CloudFrontAction.listDistributions(page: nil)

  /// The action's name in a policy, such as `cloudfront:CreateInvalidation`.
  package var policyName: String {
    switch self {
    case .listDistributions: "cloudfront:ListDistributions"
    case .getDistribution: "cloudfront:GetDistribution"
    case .getDistributionConfig: "cloudfront:GetDistributionConfig"
    case .getCachePolicy: "cloudfront:GetCachePolicy"
    case .createInvalidation: "cloudfront:CreateInvalidation"
    case .getInvalidation: "cloudfront:GetInvalidation"
    case .listInvalidations: "cloudfront:ListInvalidations"
    }
  }

  /// Whether a call has this operation and, if this has a page, the same page.
  package func matches(_ call: CloudFrontAction) -> Bool {
    if case .listDistributions(page: nil) = self, case .listDistributions = call { return true }
    return self == call
  }
}
