/// The behavior of the fake CloudFront; the defaults are those that AWS documents.
package struct FakeCloudFrontSettings: Sendable {
  /// The answer to a caller reference that is repeated with the same paths.
  package enum RepeatedReference: Sendable {
    /// 201 with the earlier invalidation, as documented.
    case returnsEarlier
    /// 400 `InvalidArgument` with a message about the caller reference, as users have reported.
    case isRefused
  }

  /// What a limit counts: everything of the account, or each distribution by itself.
  package enum LimitScope: Sendable {
    case account, distribution
  }

  /// A token bucket that limits CreateInvalidation.
  package struct CreateRate: Sendable {
    /// Tokens per second; maintainers at AWS name 0.5 requests per account.
    package var perSecond: Double
    /// The most tokens in the bucket.
    package var burst: Double

    package init(perSecond: Double, burst: Double) {
      self.perSecond = perSecond
      self.burst = burst
    }
  }

  /// The distributions of the account, in the order of the list.
  package var distributions: [FakeDistribution]
  /// The account's own cache policies.
  package var cachePolicies: [FakeCachePolicy] = []
  /// The keys that the fake accepts.
  package var credentials = [FakeCredentials.example]
  /// The signing region: `cn-northwest-1` in the China partition.
  package var region = "us-east-1"
  /// The account in every ARN.
  package var accountID = "123456789012"
  /// The most items on a page, 1 to 100.
  package var pageSize = 100
  /// The time for which an invalidation is in progress.
  package var completionTime = Duration.seconds(20)
  /// The most paths other than wildcards in progress.
  package var pathsInProgress = 3_000
  /// The most wildcards in progress.
  package var wildcardsInProgress = 15
  /// What the two count.
  package var inProgressScope = LimitScope.distribution
  /// The paths other than wildcards per second, which AWS publishes since 2026 in place of those in
  /// progress; nil for no such limit.
  package var pathRate: CreateRate?
  /// The wildcards per second, likewise.
  package var wildcardRate: CreateRate?
  /// What the two rates count; AWS does not say.
  package var itemRateScope = LimitScope.account
  /// Whether a request takes one token for all its wildcards together; AWS does not say.
  package var countsWildcardRequests = false
  /// The most paths in one request; more get `BatchTooLarge`. Nil means no such limit.
  package var largestBatch: Int?
  /// Which paths the fake refuses although they keep to the grammar that AWS documents.
  package var refusesPath: @Sendable (String) -> Bool = { _ in false }
  /// The answer to a repeated caller reference.
  package var repeatedReference = RepeatedReference.returnsEarlier
  /// Names of denied actions, such as `cloudfront:ListDistributions`.
  package var deniedActions: Set<String> = []
  /// The request rate of CreateInvalidation; nil for none.
  package var createRate: CreateRate?
  /// What the request rate counts.
  package var createRateScope = LimitScope.account
  /// The lead of the server's clock, for signatures and `Date`, over ``wallMilliseconds``.
  package var clockOffset = Duration.zero
  /// Called with each call, before it has an effect and with true after it. When it returns false,
  /// the fake does no more and closes the connection.
  package var onCall: @Sendable (_ isDone: Bool) -> Bool = { _ in true }
  /// The delay of each answer, in real time.
  package var latency = Duration.zero
  /// How many of the last calls are remembered; nil for all.
  package var callsKept: Int?
  /// Whether the paths of completed invalidations are remembered.
  package var keepsPaths = true
  /// The clock, in milliseconds since 1970; by default the machine's.
  package var wallMilliseconds: @Sendable () -> Int64 = { UTCTime.system }

  /// Creates settings for an account with these distributions.
  package init(distributions: [FakeDistribution] = []) {
    self.distributions = distributions
  }

  /// `aws` or `aws-cn`.
  var partition: String { region.hasPrefix("cn-") ? "aws-cn" : "aws" }
}
