import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning

/// The answer of a lookup: who serves a bucket, as far as it could be found out.
///
/// One distribution that can't be looked up does not hold back the others: they are planned, and
/// what came for all of them fails and comes again for the one.
struct FoundDistributions {
  /// The distributions that are known to serve it.
  var serving: [ServingDistribution] = []
  /// What was not to be found out about others.
  package var failures: [CloudFrontError] = []
  /// The ids of those that serve it and that ``Settings/allowedDistributions`` rules out.
  var ruledOut: [DistributionID] = []

  /// Whether nobody serves it, for all that could be found out.
  var isEmpty: Bool { serving.isEmpty && failures.isEmpty && ruledOut.isEmpty }
}
