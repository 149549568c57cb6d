package import CloudFrontModel
package import InvalidationPlanning

/// The function's settings, which it reads once at its start.
package struct Settings: Sendable, Equatable {
  /// What the function does with an SQS batch in which a message failed.
  package enum QueueFailures: String, Sendable, CaseIterable {
    /// The invocation fails, so SQS delivers the whole batch again: safe with every mapping.
    case `throw`
    /// The answer names the failed messages: safe only where the mapping has
    /// `ReportBatchItemFailures`, because otherwise Lambda deletes them.
    case report
  }

  /// Which metrics the function prints.
  package enum Metrics: String, Sendable, CaseIterable {
    /// None.
    case off
    /// Six, for the function as a whole.
    case on
    /// Four more for each distribution.
    case distributions
  }

  /// What the function does with an object that was uploaded with the bytes it had before.
  package enum UnchangedObjects: String, Sendable, CaseIterable {
    /// It sends its paths.
    case send
    /// It sends nothing for it.
    case skip
  }

  /// `CLOUDFRONT_DISTRIBUTION_ID`.
  package var distributionIDs: [DistributionID] = []
  /// `BUCKET_DISTRIBUTIONS`.
  package var bucketDistributions: [String: [DistributionID]] = [:]
  /// `REQUESTS`: whether the function carries out invalidation requests.
  package var takesRequests = true
  /// `ORIGIN_PATH`.
  package var originPath = ""
  /// `DISTRIBUTION_CACHE_SECONDS`.
  package var cacheTime = Duration.seconds(300)
  /// `DISTRIBUTION_MISS_CACHE_SECONDS`.
  package var missCacheTime = Duration.seconds(30)
  /// `SQS_FAILURES`.
  package var queueFailures = QueueFailures.throw
  /// `DEADLINE_MARGIN_MS`.
  package var deadlineMargin = Duration.milliseconds(3_000)
  /// `CREATE_RATE`, per second; nil lets the function find it.
  package var createRate: Double?
  /// `RATE_SHARES`.
  package var rateShares = 1
  /// `WORK_QUEUE`: the ARN of the queue to which work is handed on; nil when there is none.
  package var workQueue: String?
  /// `MONTHLY_PATH_BUDGET`; 0 is none.
  package var monthlyPathBudget = 0
  /// `DRY_RUN`.
  package var isDryRun = false
  /// `METRICS`.
  package var metrics = Metrics.on
  /// `POWERTOOLS_METRICS_NAMESPACE`.
  package var metricsNamespace = "S3CloudFrontBridge"
  /// `POWERTOOLS_SERVICE_NAME`.
  package var serviceName = "s3-cloudfront-bridge"
  /// `LEDGER_TABLE`: the name or the ARN of the table; empty for none.
  package var ledgerTable = ""
  /// `UNCHANGED_OBJECTS`.
  package var unchangedObjects = UnchangedObjects.send
  /// `NOTIFIED_EVENTS`.
  package var notifiedEvents: [String] = []
  /// `LEDGER_STAMP`.
  package var ledgerStamp = ""
  /// The settings that decide which paths are sent, such as `DISABLED_DISTRIBUTIONS`.
  package var planning = PlanOptions()

  /// The invocations that the work queue's mapping starts at once: the fewest that Lambda allows,
  /// since more would only divide CloudFront's rate.
  package static let workShares = 2

  /// How many execution environments share the account's limits, the work queue's included.
  package var allShares: Int { rateShares + (workQueue == nil ? 0 : Settings.workShares) }

  /// Creates the default settings.
  package init() {}

  /// The only distributions that the function may invalidate, whatever an event asks for; nil when
  /// it may invalidate all.
  ///
  /// When `CLOUDFRONT_DISTRIBUTION_ID` is set, they are its ids and those of
  /// `BUCKET_DISTRIBUTIONS`.
  package var allowedDistributions: Set<DistributionID>? {
    guard !distributionIDs.isEmpty else { return nil }
    return Set(distributionIDs).union(bucketDistributions.values.joined())
  }

  /// Reads the settings from environment variables; an empty variable counts as unset.
  ///
  /// - Throws: ``SettingsError`` with every setting whose value can't be used.
  package init(environment: [String: String]) throws(SettingsError) {
    self.init()
    var errors: [SettingError] = []
    for setting in Settings.table {
      guard let value = environment[setting.name], !value.isEmpty else { continue }
      do throws(SettingProblem) {
        try setting.read(&self, value)
      } catch {
        errors.append(SettingError(name: setting.name, problem: error.description))
      }
    }
    if !errors.isEmpty { throw SettingsError(errors: errors) }
  }

  /// The types of events without which nobody may skip an object: a change that is not notified
  /// makes copies stale that the ledger takes for fresh.
  private static let eventsToSkip = [
    "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*",
  ]

  /// Checks that what the settings ask of a ledger fits together.
  ///
  /// - Throws: ``SettingsError``, when a setting is missing that skipping needs.
  package func checkLedger() throws(SettingsError) {
    guard unchangedObjects == .skip else { return }
    guard !ledgerTable.isEmpty else {
      throw .wrong("UNCHANGED_OBJECTS", "skip needs LEDGER_TABLE")
    }
    let missing = Settings.eventsToSkip.filter { !notifiedEvents.contains($0) }
    guard missing.isEmpty else {
      throw .wrong(
        "UNCHANGED_OBJECTS",
        "skip needs \(missing.joined(separator: ", ")) among NOTIFIED_EVENTS: have the buckets"
          + " notify them, and say so there")
    }
  }

  /// Returns what decides, beside the distributions themselves, which copies an invalidation for a
  /// change reaches: every setting but those of pace and failures.
  package static func reach(in environment: [String: String]) -> [String] {
    table.filter { $0.group != .sending && $0.name != "DRY_RUN" && $0.name != "LEDGER_TABLE" }
      .map { "\($0.name)=\(environment[$0.name] ?? "")" }
  }
}
