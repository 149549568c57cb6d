import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning

/// The result of a lookup: the distributions of a bucket, and those that could not be read.
///
/// One distribution that can't be read does not hold back the others. The bridge invalidates those
/// and fails the message, so that the next delivery does the rest.
struct FoundDistributions {
  /// The distributions that serve the bucket.
  var serving: [ServingDistribution] = []
  /// Why further distributions could not be read.
  package var failures: [CloudFrontError] = []
  /// The distributions that serve it but that ``Settings/allowedDistributions`` rules out.
  var ruledOut: [DistributionID] = []

  /// All that serve the bucket, where work that was handed on is for a part of them; nil otherwise.
  var whole: [ServingDistribution]?

  /// Whether no distribution serves it and none failed or was ruled out.
  var isEmpty: Bool { serving.isEmpty && failures.isEmpty && ruledOut.isEmpty && whole == nil }
}
