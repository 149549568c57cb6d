import JSON

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

  /// Every setting there is: the README, the template and the Terraform module are compared with
  /// this table.
  public static let table: [Setting] = [
    Setting(
      name: "CLOUDFRONT_DISTRIBUTION_ID", kind: .identifiers, defaultValue: "",
      help: "Invalidate these distributions and look up no others. Several are separated by"
        + " commas."),
    Setting(
      name: "BUCKET_DISTRIBUTIONS", kind: .bucketMap, defaultValue: "",
      help: "Distributions per bucket, such as {\"my-bucket\": [\"E123\"]}. Wins over"
        + " CLOUDFRONT_DISTRIBUTION_ID for the buckets it names."),
    Setting(
      name: "ORIGIN_PATH", kind: .text, defaultValue: "",
      help: "The folder to take off keys for a distribution named by the two settings above, when"
        + " none of its origins names the bucket or its configuration can't be read."),
    Setting(
      name: "DISTRIBUTION_CACHE_SECONDS", kind: .integer(0...86_400), defaultValue: "300",
      help: "How long a lookup of distributions is kept across warm invocations, in seconds."),
    Setting(
      name: "DISTRIBUTION_MISS_CACHE_SECONDS", kind: .integer(0...86_400), defaultValue: "30",
      help: "How long it is kept that a bucket has no distribution, in seconds."),
    Setting(
      name: "SQS_FAILURES", kind: .choice(["throw", "report"]), defaultValue: "throw",
      help: "What happens to a batch of SQS messages when one fails: throw fails the whole batch;"
        + " report hands back the failed messages, and needs ReportBatchItemFailures."),
    Setting(
      name: "DEADLINE_MARGIN_MS", kind: .integer(0...600_000), defaultValue: "3000",
      help: "How long before the function's timeout no more calls are started, in milliseconds."),
    Setting(
      name: "CREATE_RATE", kind: .decimal(0.01...1_000), defaultValue: "0.5",
      help: "How many invalidations one execution environment creates per second, after a burst."
        + " CloudFront's limit is per account: divide it by the function's concurrency."),
    Setting(
      name: "CREATE_BURST", kind: .integer(1...1_000), defaultValue: "5",
      help: "How many invalidations it may create at once before CREATE_RATE holds."),
    Setting(
      name: "DRY_RUN", kind: .boolean, defaultValue: "false",
      help: "Look up, plan and log, but send no invalidation."),
  ]

  /// The defaults.
  public init() {}

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

  private struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  private mutating func apply(_ value: String, of setting: Setting) throws(Problem) {
    switch setting.name {
    case "CLOUDFRONT_DISTRIBUTION_ID": distributionIDs = try Settings.identifiers(value)
    case "BUCKET_DISTRIBUTIONS": bucketDistributions = try Settings.bucketMap(value)
    case "ORIGIN_PATH": originPath = try Settings.originPath(value)
    case "DISTRIBUTION_CACHE_SECONDS": cacheTime = .seconds(try Settings.integer(value, setting))
    case "DISTRIBUTION_MISS_CACHE_SECONDS":
      missCacheTime = .seconds(try Settings.integer(value, setting))
    case "SQS_FAILURES":
      guard let choice = QueueFailures(rawValue: value.lowercased()) else {
        throw Problem(description: "it must be \(setting.kind)")
      }
      queueFailures = choice
    case "DEADLINE_MARGIN_MS":
      deadlineMargin = .milliseconds(try Settings.integer(value, setting))
    case "CREATE_RATE":
      guard case .decimal(let range) = setting.kind, let rate = Double(value), range ~= rate else {
        throw Problem(description: "it must be a number \(setting.range)")
      }
      createRate = rate
    case "CREATE_BURST": createBurst = try Settings.integer(value, setting)
    case "DRY_RUN":
      guard let choice = Bool(value.lowercased()) else {
        throw Problem(description: "it must be \(setting.kind)")
      }
      isDryRun = choice
    default: throw Problem(description: "it has a row in the table and no reader")
    }
  }

  private static func integer(_ value: String, _ setting: Setting) throws(Problem) -> Int {
    guard case .integer(let range) = setting.kind, let number = Int(value), range ~= number else {
      throw Problem(description: "it must be a whole number \(setting.range)")
    }
    return number
  }

  /// Ids go into URLs, so nothing but letters and digits is one.
  private static func identifiers(_ value: String) throws(Problem) -> [String] {
    let ids = value.split(separator: ",", omittingEmptySubsequences: false).map { id in
      String(id.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    for id in ids {
      guard (1...64).contains(id.utf8.count),
        id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      else {
        throw Problem(
          description: "\"\(id.prefix(80))\" is no distribution id: letters and digits only,"
            + " such as EDFDVBD632BHDS5, several separated by commas")
      }
    }
    return ids
  }

  private static func bucketMap(_ value: String) throws(Problem) -> [String: [String]] {
    let shape = "it must be a JSON object such as {\"my-bucket\": [\"EDFDVBD632BHDS5\"]}"
    let parsed: JSONValue
    do {
      parsed = try JSONValue.parse(Array(value.utf8))
    } catch {
      throw Problem(description: "\(shape); \(error)")
    }
    guard let members = parsed.objectValue else { throw Problem(description: shape) }
    var map: [String: [String]] = [:]
    for (bucket, value) in members {
      let ids = value.arrayValue?.compactMap(\.stringValue) ?? value.stringValue.map { [$0] } ?? []
      guard !bucket.isEmpty, !ids.isEmpty, ids.count == value.arrayValue?.count ?? 1 else {
        throw Problem(description: "\(shape); bucket \"\(bucket)\" has no list of ids")
      }
      map[bucket] = try identifiers(ids.joined(separator: ","))
    }
    return map
  }

  private static func originPath(_ value: String) throws(Problem) -> String {
    guard value.hasPrefix("/") else {
      throw Problem(description: "it must start with /, such as /production")
    }
    return value
  }
}

extension Setting {
  /// The range of an integer, in words.
  fileprivate var range: String {
    switch kind {
    case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let range): "from \(range.lowerBound) to \(range.upperBound)"
    default: ""
    }
  }
}
