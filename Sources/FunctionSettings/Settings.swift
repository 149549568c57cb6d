package import CloudFrontModel
package import InvalidationPlanning

/// The function's settings, read once at its start.
package struct Settings: Sendable, Equatable {
  /// What becomes of an SQS batch in which a message failed.
  package enum QueueFailures: String, Sendable, CaseIterable {
    /// The invocation fails, so the whole batch is delivered again: right for every mapping.
    case `throw`
    /// The answer names the failed messages: right only where the mapping has
    /// `ReportBatchItemFailures`; elsewhere Lambda would drop them.
    case report
  }

  /// `CLOUDFRONT_DISTRIBUTION_ID`.
  package var distributionIDs: [DistributionID] = []
  /// `BUCKET_DISTRIBUTIONS`.
  package var bucketDistributions: [String: [DistributionID]] = [:]
  /// `REQUESTS`: whether invalidation requests are carried out.
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
  /// `CREATE_RATE`, per second.
  package var createRate = 0.5
  /// `CREATE_BURST`.
  package var createBurst = 5
  /// `DRY_RUN`.
  package var isDryRun = false
  /// Every setting that is about which paths are sent, from `DISABLED_DISTRIBUTIONS` on.
  package var planning = PlanOptions()

  /// The defaults.
  package init() {}

  /// The only distributions that may be invalidated, whatever an event asks for; nil where any may.
  ///
  /// They are those of the two id settings, once `CLOUDFRONT_DISTRIBUTION_ID` names any.
  package var allowedDistributions: Set<DistributionID>? {
    guard !distributionIDs.isEmpty else { return nil }
    return Set(distributionIDs).union(bucketDistributions.values.joined())
  }

  /// Reads the settings from environment variables; an empty one is unset.
  ///
  /// - Throws: ``SettingsError`` with every setting that can't be used.
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
}
