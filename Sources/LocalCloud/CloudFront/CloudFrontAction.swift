/// An operation of CloudFront's API, as far as the fake has it.
package enum CloudFrontAction: Sendable, Hashable {
  /// A page of ListDistributions, counted from 1; nil where any page is meant.
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

  /// Whether this is what a call asked for: the same operation and, if one is given, the same page.
  package func matches(_ call: CloudFrontAction) -> Bool {
    if case .listDistributions(page: nil) = self, case .listDistributions = call { return true }
    return self == call
  }
}
