import FoundationEssentials

/// The services of an account besides CloudFront, where an operator asks them: S3's HeadObject,
/// Lambda's GetFunctionConfiguration and event source mappings, SQS, CloudWatch's
/// GetMetricStatistics, CloudWatch Logs' FilterLogEvents, STS's GetCallerIdentity, and what IAM,
/// EventBridge and the Pricing Plan Manager tell of the function's role, its rules and plans.
///
/// They answer at the endpoint of a ``FakeCloudFront``, check every signature, and decode requests
/// with code of their own.
package final class FakeServices: Sendable {
  /// An object as HeadObject shows it.
  package struct Object: Sendable, Equatable {
    /// When it was written, in milliseconds since 1970.
    package var lastModified: Int64
    package var size = 0
    /// The tag of its bytes, without quotation marks.
    package var eTag = "0123456789abcdef"
    /// How it is encrypted; nil for no field.
    package var encryption: String?

    package init(lastModified: Int64, size: Int = 0) {
      self.lastModified = lastModified
      self.size = size
    }
  }

  /// The messages of a queue.
  package struct Queue: Sendable, Equatable {
    package var visible = 0
    package var inFlight = 0
    package var delayed = 0
    /// When the messages are gone, in milliseconds since 1970; nil keeps them.
    package var emptyAt: Int64?

    package init(visible: Int = 0, inFlight: Int = 0, delayed: Int = 0, emptyAt: Int64? = nil) {
      self.visible = visible
      self.inFlight = inFlight
      self.delayed = delayed
      self.emptyAt = emptyAt
    }
  }

  /// What the account has.
  package struct Contents: Sendable {
    /// The keys that the services accept.
    package var credentials = [FakeCredentials.example]
    /// The region that requests must be signed for.
    package var region = "us-east-1"
    /// The account's number.
    package var accountID = "123456789012"
    /// The objects of each bucket, by key; other buckets don't exist.
    package var buckets: [String: [String: Object]] = [:]
    /// The settings of buckets by their query, such as `policy`, and by bucket; what is not here
    /// is not set.
    package var bucketSettings: [String: [String: String]] = [:]
    /// The environment variables of each function.
    package var functions: [String: [String: String]] = [:]
    /// The queues of which only the depth counts, by name; others are those of a ``FakeSQS``.
    package var queues: [String: Queue] = [:]
    /// The log groups by name.
    package var logGroups: [String: [LogEvent]] = [:]
    /// The most events of a page.
    package var logPageSize = 10_000
    /// What feeds the functions, by id.
    package var mappings: [String: Mapping] = [:]
    /// The age of the oldest message of each queue, in seconds, as CloudWatch has it.
    package var oldestMessages: [String: Int] = [:]
    /// The events that CloudTrail has, each a JSON object with its `eventName`, newest first.
    package var trail: [String] = []
    /// How many events a page of CloudTrail has.
    package var trailPageSize = 50
    /// The policy inside each role, by the role's name.
    package var rolePolicies: [String: String] = [:]
    /// Names of denied actions, such as `sqs:GetQueueAttributes`.
    package var deniedActions: Set<String> = []
    /// The clock, in milliseconds since 1970; by default the machine's.
    package var wallMilliseconds: @Sendable () -> Int64 = { UTCTime.system }

    package init() {}
  }

  /// What feeds a queue's messages to a function.
  package struct Mapping: Sendable, Equatable {
    package var function: String
    package var queue: String
    package var isEnabled = true

    package init(function: String, queue: String) {
      self.function = function
      self.queue = queue
    }
  }

  let contents: Locked<Contents>
  private let queues: FakeSQS?

  /// Creates the services.
  ///
  /// - Parameter queues: answers about every queue that the contents don't have.
  package init(_ contents: Contents, queues: FakeSQS? = nil) {
    self.contents = Locked(contents)
    self.queues = queues
  }

  /// Changes what the account has.
  package func configure(_ change: (inout Contents) -> Void) {
    contents.withLock { change(&$0) }
  }

  /// Answers a request that is signed for one of these services; nil for any other.
  package func reply(to request: ServerRequest) -> ServerReply? {
    guard let service = SignatureCheck.service(of: request).flatMap(Service.init(rawValue:)) else {
      return nil
    }
    let contents = contents.withLock { $0 }
    let now = contents.wallMilliseconds()
    if service == .sqs, let queues, !FakeServices.isCounted(request, contents) {
      return queues.reply(to: request)
    }
    var answer: ServerAnswer
    do throws(CloudFrontProblem) {
      // A bucket is asked in its own region, which the sample account does not fix.
      let region = service == .s3 ? SignatureCheck.region(of: request) : contents.region
      try SignatureCheck(
        credentials: contents.credentials, service: service.rawValue,
        region: region ?? contents.region
      ).verify(request, now: now)
      answer =
        switch service {
        case .s3: try FakeServices.bucket(request, contents)
        case .lambda: try lambda(request, contents)
        case .iam: try FakeServices.role(request, contents)
        case .pricingplanmanager: try FakeServices.pricingPlans(request, contents)
        case .events: try FakeServices.rules(request, contents)
        case .kms: throw .accessDenied("kms:GetKeyPolicy", resource: "*")
        case .cloudtrail: try FakeServices.lookupEvents(request, contents)
        case .monitoring: try FakeServices.metricStatistics(request, contents, now: now)
        case .sqs: try FakeServices.queueAttributes(request, contents, now: now)
        case .logs: try FakeServices.filterLogEvents(request, contents)
        case .sts: try FakeServices.callerIdentity(request, contents)
        }
    } catch {
      answer = service.answer(error)
    }
    answer.set("Date", UTCTime(milliseconds: now).http)
    // The answer of a HEAD ends after its fields.
    if request.method == "HEAD" { answer.body = [] }
    return .answer(answer)
  }

  /// The services by their names in signatures.
  private enum Service: String {
    // kms answers nobody.
    case s3, lambda, logs, sqs, sts, monitoring, cloudtrail, iam, pricingplanmanager, events, kms

    /// An error in the form of the service.
    func answer(_ problem: CloudFrontProblem) -> ServerAnswer {
      switch self {
      case .s3, .sts, .monitoring, .iam:
        let error =
          XMLText.element("Code", text: problem.code)
          + XMLText.element("Message", text: problem.message)
        let body =
          self == .s3
          ? XMLText.element("Error", error)
          : XMLText.element("ErrorResponse", XMLText.element("Error", error))
        return ServerAnswer(
          status: problem.status, headers: [("Content-Type", "text/xml")], body: body)
      case .lambda, .pricingplanmanager:
        return FakeServices.json(
          ["Type": "User", "Message": problem.message], status: problem.status,
          headers: [("x-amzn-ErrorType", problem.code)])
      case .logs:
        return FakeServices.json(
          ["__type": problem.code, "message": problem.message], status: 400)
      case .sqs, .cloudtrail, .kms, .events:
        return FakeServices.json(
          ["__type": "com.amazonaws.\(self)#\(problem.code)", "message": problem.message],
          status: 400)
      }
    }
  }

  // MARK: - The calls

  /// HeadObject, path-style.
  static func headObject(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request.method == "HEAD" else { throw .unknownOperation }
    let parts = request.path.dropFirst().split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let bucket = URIText.decode(String(parts.first ?? ""))
    let key = parts.count > 1 ? URIText.decode(String(parts[1])) : ""
    try contents.demand("s3:GetObject", on: "arn:aws:s3:::\(bucket)/\(key)")
    guard let objects = contents.buckets[bucket] else {
      throw CloudFrontProblem(status: 404, code: "NoSuchBucket", message: "No such bucket.")
    }
    // Bytes, since Swift takes composed and decomposed letters for equal.
    guard let object = objects.first(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value else {
      throw CloudFrontProblem(status: 404, code: "NoSuchKey", message: "No such key.")
    }
    return ServerAnswer(
      status: 200,
      headers: [
        ("Last-Modified", UTCTime(milliseconds: object.lastModified).http),
        ("Content-Length", String(object.size)), ("ETag", "\"\(object.eTag)\""),
      ] + (object.encryption.map { [("x-amz-server-side-encryption", $0)] } ?? []))
  }

  /// GetFunctionConfiguration, by name or ARN.
  static func functionConfiguration(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    let parts = request.path.split(separator: "/").map { URIText.decode(String($0)) }
    guard request.method == "GET", parts.count == 4, parts[0] == "2015-03-31",
      parts[1] == "functions", parts[3] == "configuration"
    else { throw .unknownOperation }
    let name = parts[2].split(separator: ":").last.map(String.init) ?? ""
    let arn = "arn:aws:lambda:\(contents.region):\(contents.accountID):function:\(name)"
    try contents.demand("lambda:GetFunctionConfiguration", on: arn)
    guard let variables = contents.functions[name] else {
      throw CloudFrontProblem(
        status: 404, code: "ResourceNotFoundException", message: "Function not found: \(arn)")
    }
    return json(
      FunctionAnswer(
        FunctionName: name, FunctionArn: arn, Runtime: "provided.al2023", State: "Active",
        Role: "arn:aws:iam::\(contents.accountID):role/\(name)",
        Environment: FunctionAnswer.Environment(Variables: variables)))
  }

  /// Whether a request is about a queue of which only the depth counts.
  private static func isCounted(_ request: ServerRequest, _ contents: Contents) -> Bool {
    let asked = try? JSONDecoder().decode(QueueQuestion.self, from: Data(request.body))
    let name = asked?.QueueUrl.split(separator: "/").last.map(String.init) ?? ""
    return contents.queues[name] != nil
  }

  /// GetQueueAttributes.
  private static func queueAttributes(
    _ request: ServerRequest, _ contents: Contents, now: Int64
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request.method == "POST", request["X-Amz-Target"] == "AmazonSQS.GetQueueAttributes",
      let asked = try? JSONDecoder().decode(QueueQuestion.self, from: Data(request.body))
    else { throw .unknownOperation }
    let name = asked.QueueUrl.split(separator: "/").last.map(String.init) ?? ""
    try contents.demand(
      "sqs:GetQueueAttributes", on: "arn:aws:sqs:\(contents.region):\(contents.accountID):\(name)")
    guard var queue = contents.queues[name] else {
      throw CloudFrontProblem(
        status: 400, code: "QueueDoesNotExist", message: "The specified queue does not exist.")
    }
    if let emptyAt = queue.emptyAt, emptyAt <= now { queue = Queue() }
    let all = [
      "ApproximateNumberOfMessages": queue.visible,
      "ApproximateNumberOfMessagesNotVisible": queue.inFlight,
      "ApproximateNumberOfMessagesDelayed": queue.delayed,
    ]
    let names = asked.AttributeNames ?? []
    let chosen = all.filter { names.contains("All") || names.contains($0.key) }
    return json(["Attributes": chosen.mapValues(String.init)])
  }

  private struct FunctionAnswer: Encodable {
    struct Environment: Encodable {
      var Variables: [String: String]
    }
    var FunctionName, FunctionArn, Runtime, State: String
    var Role: String
    var LastUpdateStatus = "Successful"
    var Architectures = ["arm64"]
    var MemorySize = 256
    var Timeout = 60
    var Environment: Environment
  }

  private struct QueueQuestion: Decodable {
    var QueueUrl: String
    var AttributeNames: [String]?
  }

  static func json(
    _ value: some Encodable, status: Int = 200, headers: [(String, String)] = []
  ) -> ServerAnswer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let body = (try? encoder.encode(value)).map { [UInt8]($0) } ?? []
    return ServerAnswer(
      status: status, headers: [("Content-Type", "application/x-amz-json-1.0")] + headers,
      body: body)
  }
}

extension FakeServices.Contents {
  /// Throws AWS's error where an action is denied.
  func demand(_ action: String, on resource: String) throws(CloudFrontProblem) {
    if deniedActions.contains(action) { throw .accessDenied(action, resource: resource) }
  }
}
