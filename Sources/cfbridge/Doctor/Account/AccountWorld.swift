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

  /// The function's ARN.
  func functionARN() throws(CommandFailure) -> String {
    try configuration()["FunctionArn"]?.stringValue ?? ""
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
      let (lambda, name) = (try lambda(), AccountWorld.functionName(try function() ?? ""))
      return try asking { () throws(ServiceError) in try lambda.mappings(of: name) }
        .filter { $0.queueARN != nil }
    }
  }

  /// The mapping of the first queue that feeds the function with events: not the work queue's.
  func mapping() throws(CommandFailure) -> EventSourceMapping? {
    guard try function() != nil else { return nil }
    let mappings = try mappings()
    let work = try settings().workQueue
    return mappings.first { $0.sourceARN != work }
  }

  /// What the function's role may do.
  func rolePolicies() throws(CommandFailure) -> RolePolicies {
    try once("role") { () throws(CommandFailure) in
      let arn = try configuration()["Role"]?.stringValue ?? ""
      let iam = try account.service(.iam, region: "us-east-1")
      return try asking { () throws(ServiceError) in try iam.policies(ofRole: arn) }
    }
  }

  /// The rules of EventBridge that pass events of the bucket on to the function or its queue.
  func eventRules() throws(CommandFailure) -> [EventRule] {
    try once("rules") { () throws(CommandFailure) in
      var found: [EventRule] = []
      for arn in try receivers() {
        let events = try account.service(.events, region: AccountWorld.region(of: arn))
        found += try asking { () throws(ServiceError) in try events.rules(toTarget: arn) }
          .filter { $0.isAbout(bucket: bucket ?? "") }
      }
      return found
    }
  }

  /// What the function listens to: itself and its queues. Empty where that is not known.
  func receivers() throws(CommandFailure) -> [String] {
    guard has(.function) else { return [] }
    let arn = try configuration()["FunctionArn"]?.stringValue
    return [arn].compactMap { $0 } + (try mappings().map(\.sourceARN))
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

  /// The queue to which the function hands work on; nil where the settings name none.
  func workQueue() throws(CommandFailure) -> QueueFacts? {
    guard let arn = try settings().workQueue else { return nil }
    return try once("work") { () throws(CommandFailure) in
      try OperatedQueue(arn, account).facts()
    }
  }

  /// The ledger's table; nil where the settings name none.
  func ledger() throws(CommandFailure) -> TableFacts? {
    let table = try settings().ledgerTable
    guard !table.isEmpty else { return nil }
    return try once("ledger") { () throws(CommandFailure) in
      let function = try functionARN()
      let region = AccountWorld.region(of: table) ?? AccountWorld.region(of: function)
      let dynamoDB = try account.service(.dynamodb, region: region)
      return try asking { () throws(ServiceError) in try dynamoDB.table(table) }
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

  /// A function's name, with its alias where it has one, by its ARN or its name.
  static func functionName(_ text: String) -> String {
    let parts = text.split(separator: ":")
    return parts.count > 6 && parts[0] == "arn" ? parts[6...].joined(separator: ":") : text
  }

  static func name(of arn: String) -> String {
    arn.split(separator: ":").last.map(String.init) ?? arn
  }
}
