package import CloudFrontModel
package import S3Events

/// Whether a distribution is known to have accepted a path for this very change before, so that it
/// need not be paid for again.
package typealias AcceptanceCheck = (
  _ change: ChangeIdentity, _ path: InvalidationPath, _ distribution: DistributionID
) -> Bool
