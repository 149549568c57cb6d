public import InvalidationPlanning

/// The function's settings, read once at its start.
public struct Settings: Sendable, Equatable {
  /// What becomes of an SQS batch in which a message failed.
  public enum QueueFailures: String, Sendable {
    /// The invocation fails, so the whole batch is delivered again: right for every mapping.
    case `throw`
    /// The answer names the failed messages: right only where the mapping has
    /// `ReportBatchItemFailures`; elsewhere Lambda would drop them.
    case report
  }

  /// `CLOUDFRONT_DISTRIBUTION_ID`.
  public var distributionIDs: [String] = []
  /// `BUCKET_DISTRIBUTIONS`.
  public var bucketDistributions: [String: [String]] = [:]
  /// `REQUESTS`: whether invalidation requests are carried out.
  public var takesRequests = true
  /// `ORIGIN_PATH`.
  public var originPath = ""
  /// `DISTRIBUTION_CACHE_SECONDS`.
  public var cacheTime = Duration.seconds(300)
  /// `DISTRIBUTION_MISS_CACHE_SECONDS`.
  public var missCacheTime = Duration.seconds(30)
  /// `SQS_FAILURES`.
  public var queueFailures = QueueFailures.throw
  /// `DEADLINE_MARGIN_MS`.
  public var deadlineMargin = Duration.milliseconds(3_000)
  /// `CREATE_RATE`, per second.
  public var createRate = 0.5
  /// `CREATE_BURST`.
  public var createBurst = 5
  /// `DRY_RUN`.
  public var isDryRun = false
  /// Every setting that is about which paths are sent, from `DISABLED_DISTRIBUTIONS` on.
  public var planning = PlanOptions()

  /// The defaults.
  public init() {}

  /// The only distributions that may be invalidated, whatever an event asks for; nil where any may.
  ///
  /// They are those of the two id settings, once `CLOUDFRONT_DISTRIBUTION_ID` names any.
  public var allowedDistributions: Set<String>? {
    guard !distributionIDs.isEmpty else { return nil }
    return Set(distributionIDs).union(bucketDistributions.values.joined())
  }

  /// Reads the settings from environment variables; an empty one is unset.
  ///
  /// - Throws: ``SettingError`` naming the first one that can't be used.
  public init(environment: [String: String]) throws(SettingError) {
    self.init()
    for setting in Settings.table {
      guard let value = environment[setting.name], !value.isEmpty else { continue }
      do {
        try apply(value, of: setting)
      } catch {
        throw SettingError(name: setting.name, problem: error.description)
      }
    }
  }
}
