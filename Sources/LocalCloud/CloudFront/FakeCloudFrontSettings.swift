/// How the fake CloudFront behaves; the defaults are what AWS documents.
package struct FakeCloudFrontSettings: Sendable {
  /// What becomes of a caller reference that is used again with the same paths.
  package enum RepeatedReference: Sendable {
    /// 201 with the earlier invalidation, as documented.
    case returnsEarlier
    /// 400 `InvalidArgument` with the caller-reference message, as reported from the wild.
    case isRefused
  }

  /// A token bucket before CreateInvalidation.
  package struct CreateRate: Sendable {
    /// Tokens a second; AWS's maintainers name 0.5 an account.
    package var perSecond: Double
    /// The most tokens at a time.
    package var burst: Double

    /// Creates a rate.
    package init(perSecond: Double, burst: Double) {
      self.perSecond = perSecond
      self.burst = burst
    }
  }

  /// The distributions of the account, in the order they are listed.
  package var distributions: [FakeDistribution]
  /// The account's own cache policies.
  package var cachePolicies: [FakeCachePolicy] = []
  /// The keys that are accepted.
  package var credentials = [FakeCredentials.example]
  /// The signing region: `cn-northwest-1` in the China partition.
  package var region = "us-east-1"
  /// The account in every ARN.
  package var accountID = "123456789012"
  /// The most items on a page, 1 to 100.
  package var pageSize = 100
  /// How long an invalidation is in progress.
  package var completionTime = Duration.seconds(20)
  /// Individual paths in progress for one distribution.
  package var pathsInProgress = 3_000
  /// Wildcard paths in progress for one distribution.
  package var wildcardsInProgress = 15
  /// The most paths in one request before `BatchTooLarge`; nil for no limit of its own.
  package var largestBatch: Int?
  /// What becomes of a repeated caller reference.
  package var repeatedReference = RepeatedReference.returnsEarlier
  /// Names of denied actions, such as `cloudfront:ListDistributions`.
  package var deniedActions: Set<String> = []
  /// The request rate of CreateInvalidation; nil for none.
  package var createRate: CreateRate?
  /// How far the server's clock for signatures and `Date` is ahead of ``wallMilliseconds``.
  package var clockOffset = Duration.zero
  /// Real time before each answer.
  package var latency = Duration.zero
  /// Milliseconds since 1970; the machine's clock unless replaced.
  package var wallMilliseconds: @Sendable () -> Int64 = { UTCTime.system }

  /// Creates settings for an account with these distributions.
  package init(distributions: [FakeDistribution] = []) {
    self.distributions = distributions
  }

  /// `aws` or `aws-cn`.
  var partition: String { region.hasPrefix("cn-") ? "aws-cn" : "aws" }
}
