package import CloudFrontModel

/// What execution environments share in a what-if.
package enum WhatIfLedger: String, Sendable, CaseIterable {
  /// Nothing.
  case off
  /// `Ledger=on`: what was accepted.
  case on
  /// `UNCHANGED_OBJECTS=skip` besides: uploads of the bytes that were there are not sent.
  case skip
}

/// One way to set the function up, for a what-if.
package struct WhatIfSettings: Sendable, Hashable {
  /// How long the queue gathers messages, in seconds; 0 gathers nothing, which takes ten messages
  /// at a time.
  package var window: Int
  /// `WILDCARD_THRESHOLD`.
  package var threshold: Int
  /// How many invocations there are at once.
  package var concurrency: Int
  /// Whether there is a ledger, and what for.
  package var ledger: WhatIfLedger
  /// The function's other settings, by their variables.
  package var others: [String: String] = [:]

  /// Creates settings.
  package init(
    window: Int, threshold: Int, concurrency: Int, ledger: WhatIfLedger = .off,
    others: [String: String] = [:]
  ) {
    self.window = window
    self.threshold = threshold
    self.concurrency = concurrency
    self.ledger = ledger
    self.others = others
  }

  /// The most messages of a batch: Lambda takes more than ten only with a window, and the stack's
  /// default is a thousand.
  var batchSize: Int { window == 0 ? 10 : 1_000 }
  /// The function's timeout, which is the stack's default.
  var timeout: Duration { .seconds(120) }
  /// When the queue delivers again what has no answer: timeout, window and a minute, as the stack
  /// has it.
  var visibility: Duration { timeout + .seconds(window + 60) }
  /// After how many deliveries a message goes to the dead-letter queue; the stack's default.
  var maxReceiveCount: Int { 30 }

  /// The name of the ledger's table.
  static let table = "ledger"
  /// What `UNCHANGED_OBJECTS=skip` wants every bucket to notify.
  package static let notifiedEvents =
    "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"

  /// The function's environment variables.
  func variables(_ keys: (id: String, secret: String)) -> [String: String] {
    var variables = others.merging([
      "WILDCARD_THRESHOLD": String(threshold), "RATE_SHARES": String(concurrency),
      "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": keys.id, "AWS_SECRET_ACCESS_KEY": keys.secret,
    ]) { $1 }
    // The table of a stack that is simulated is not the one that the environment names.
    variables["LEDGER_TABLE"] = ledger == .off ? nil : WhatIfSettings.table
    variables["UNCHANGED_OBJECTS"] = ledger == .skip ? "skip" : nil
    if ledger == .skip { variables["NOTIFIED_EVENTS"] = WhatIfSettings.notifiedEvents }
    return variables
  }
}

/// What CloudFront admits in a what-if.
package struct WhatIfLimits: Sendable, Equatable {
  /// The calls of CreateInvalidation a second; AWS publishes no number, and named 0.5 in 2022.
  package var requestRate: Double
  /// Those that may come at once.
  package var requestBurst: Double

  /// Creates limits.
  package init(requestRate: Double = 0.5, requestBurst: Double = 6) {
    self.requestRate = requestRate
    self.requestBurst = requestBurst
  }
}

/// The account of a what-if.
package struct WhatIfAccount: Sendable {
  package var distributions: [Distribution]
  package var cachePolicies: [String: CachePolicy]
  package var limits: WhatIfLimits

  /// Creates an account.
  package init(
    distributions: [Distribution], cachePolicies: [String: CachePolicy] = [:],
    limits: WhatIfLimits = WhatIfLimits()
  ) {
    self.distributions = distributions
    self.cachePolicies = cachePolicies
    self.limits = limits
  }

  /// An account in which one distribution serves each of some buckets.
  package static func serving(_ buckets: [String]) -> WhatIfAccount {
    WhatIfAccount(
      distributions: buckets.enumerated().map { number, bucket in
        var distribution = Distribution(
          id: DistributionID("EWHATIF\(number + 1)"), domainName: "d\(number).cloudfront.net",
          origins: [
            Origin(id: "bucket", domainName: "\(bucket).s3.\(WhatIfWorld.region).amazonaws.com")
          ], defaultRootObject: "index.html")
        // AWS's CachingOptimized.
        distribution.defaultBehavior = CacheBehavior(
          targetOriginID: "bucket", cachePolicyID: "658327ea-f89d-4fab-a63d-7e88639e58f6")
        return distribution
      })
  }
}
