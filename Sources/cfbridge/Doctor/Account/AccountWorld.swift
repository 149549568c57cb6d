import AWSProfiles
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import OperatorAPI

/// What the checks look at. Each fact is asked for once, when a check first needs it.
final class AccountWorld {
  let account: Account
  /// The bucket that was named.
  let bucket: String?
  /// The function that was named.
  private let named: String?
  private var facts: [String: Result<Any?, CommandFailure>] = [:]

  init(_ account: Account, bucket: String?, function: String?) {
    self.account = account
    self.bucket = bucket
    named = function
  }

  /// Whether a check of this subject has anything to look at.
  func has(_ subject: AccountCheck.Subject) -> Bool {
    switch subject {
    case .account: true
    case .bucket: bucket != nil
    case .function: (try? function()) ?? nil != nil
    case .queue: (try? mapping()) ?? nil != nil
    case .distributions: bucket != nil
    }
  }

  /// Asks once for a fact.
  private func once<Value>(
    _ name: String, _ ask: () throws(CommandFailure) -> Value
  ) throws(CommandFailure) -> Value {
    if let known = facts[name] {
      if case .failure(let error) = known { throw error }
      if case .success(let value as Value) = known { return value }
    }
    do throws(CommandFailure) {
      let value = try ask()
      facts[name] = .success(value)
      return value
    } catch {
      facts[name] = .failure(error)
      throw error
    }
  }

  // MARK: - Who and where

  func identity() throws(CommandFailure) -> CallerIdentity {
    try once("identity") { () throws(CommandFailure) in try account.caller() }
  }

  /// The region of the bucket; nil where there is none.
  func bucketRegion() throws(CommandFailure) -> String? {
    try once("bucketRegion") { () throws(CommandFailure) in
      let s3 = try account.service(.s3)
      return try asking { () throws(ServiceError) in try s3.region(ofBucket: bucket ?? "") }
    }
  }

  /// S3 in the bucket's region.
  func s3() throws(CommandFailure) -> ServiceClient {
    try account.service(.s3, region: try bucketRegion())
  }

  func notification() throws(CommandFailure) -> BucketNotification {
    try once("notification") { () throws(CommandFailure) in
      let s3 = try s3()
      return try asking { () throws(ServiceError) in
        try s3.notification(ofBucket: bucket ?? "")
      }
    }
  }

  /// The bucket's policy; empty where it has none.
  func bucketPolicy() throws(CommandFailure) -> String {
    try once("bucketPolicy") { () throws(CommandFailure) in
      let s3 = try s3()
      let bytes = try asking { () throws(ServiceError) in
        try s3.setting(.policy, ofBucket: bucket ?? "")
      }
      return bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }

  // MARK: - The function

  /// The function: the one that was named, or the one that the bucket tells of its changes.
  func function() throws(CommandFailure) -> String? {
    if let named { return named }
    guard bucket != nil else { return nil }
    return try once("function") { () throws(CommandFailure) in
      for rule in try notification().rules {
        if rule.target.contains(":lambda:") { return rule.target }
        guard rule.target.contains(":sqs:") else { continue }
        let lambda = try account.service(.lambda, region: AccountWorld.region(of: rule.target))
        let mappings = try asking { () throws(ServiceError) in
          try lambda.mappings(ofSource: rule.target)
        }
        if let found = mappings.first { return found.functionARN }
      }
      return nil
    }
  }

  /// Lambda where the function is.
  func lambda() throws(CommandFailure) -> ServiceClient {
    try account.service(.lambda, region: AccountWorld.region(of: try function() ?? ""))
  }

  /// One of the documents about the function.
  func document(_ document: FunctionDocument) throws(CommandFailure) -> JSONValue? {
    try once(document.rawValue) { () throws(CommandFailure) in
      let (lambda, name) = (try lambda(), try function() ?? "")
      return try asking { () throws(ServiceError) in
        try lambda.functionDocument(document, of: name)
      }
    }
  }

  /// The function's configuration.
  func configuration() throws(CommandFailure) -> JSONValue {
    guard let found = try document(.configuration) else {
      throw CommandFailure(.notFound, "There is no function \(try function() ?? "").")
    }
    return found
  }

  /// The function's environment variables.
  func variables() throws(CommandFailure) -> [String: String] {
    var found: [String: String] = [:]
    for (name, value) in try configuration()["Environment"]?["Variables"]?.objectValue ?? [] {
      found[name] = value.stringValue
    }
    return found
  }

  /// The settings; those of a function that has none that can be used are the default ones.
  func settings() throws(CommandFailure) -> Settings {
    guard has(.function) else { return Settings() }
    return (try? Settings(environment: try variables())) ?? Settings()
  }

  func mappings() throws(CommandFailure) -> [EventSourceMapping] {
    try once("mappings") { () throws(CommandFailure) in
      let (lambda, name) = (try lambda(), try function() ?? "")
      return try asking { () throws(ServiceError) in try lambda.mappings(of: name) }
        .filter { $0.queueARN != nil }
    }
  }

  /// The mapping of the first queue that feeds the function.
  func mapping() throws(CommandFailure) -> EventSourceMapping? {
    guard try function() != nil else { return nil }
    return try mappings().first
  }

  /// The policies of the function's role.
  func rolePolicies() throws(CommandFailure) -> [JSONValue] {
    try once("role") { () throws(CommandFailure) in
      let arn = try configuration()["Role"]?.stringValue ?? ""
      let iam = try account.service(.iam, region: "us-east-1")
      let name = arn.split(separator: "/").last.map(String.init) ?? arn
      return try asking { () throws(ServiceError) in try iam.policies(ofRole: name) }
    }
  }

  // MARK: - The queues

  func queue() throws(CommandFailure) -> QueueFacts {
    try once("queue") { () throws(CommandFailure) in
      try OperatedQueue(try mapping()?.sourceARN ?? "", account).facts()
    }
  }

  /// The dead-letter queue; nil where the queue has none.
  func deadLetters() throws(CommandFailure) -> QueueFacts? {
    guard let arn = try queue().deadLetterARN else { return nil }
    return try once("dead") { () throws(CommandFailure) in
      try OperatedQueue(arn, account).facts()
    }
  }

  /// The age of the oldest message of a queue, in seconds.
  func oldestMessage(of arn: String, now: Int64) throws(CommandFailure) -> Int64? {
    let metrics = try account.service(.monitoring, region: AccountWorld.region(of: arn))
    return try asking { () throws(ServiceError) in
      try metrics.oldestMessage(ofQueue: AccountWorld.name(of: arn), now: now)
    }
  }

  // MARK: - The distributions

  func cloudFront() throws(CommandFailure) -> CloudFrontClient {
    try once("cloudFront") { () throws(CommandFailure) in try account.cloudFront() }
  }

  func distributions() throws(CommandFailure) -> [Distribution] {
    try once("distributions") { () throws(CommandFailure) in
      try Target.list(try cloudFront())
    }
  }

  /// Those that serve the bucket, by the settings or by their origins.
  func serving() throws(CommandFailure) -> [DistributionState] {
    try once("serving") { () throws(CommandFailure) in
      let settings = try settings()
      let client = try cloudFront()
      var ids = settings.bucketDistributions[bucket ?? ""] ?? settings.distributionIDs
      if ids.isEmpty {
        ids = DistributionSearch.serving(
          bucket: bucket ?? "", region: "", among: try distributions()
        ).map(\.distribution.id)
      }
      var states: [DistributionState] = []
      for id in ids {
        states.append(try calling { () throws(CloudFrontError) in try client.state(of: id) })
      }
      return states
    }
  }

  // MARK: - ARNs

  static func region(of arn: String) -> String? {
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count > 5 && !parts[3].isEmpty ? String(parts[3]) : nil
  }

  static func name(of arn: String) -> String {
    arn.split(separator: ":").last.map(String.init) ?? arn
  }
}
