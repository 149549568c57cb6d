import FoundationEssentials

extension FakeServices {
  /// S3's calls, path-style: HeadObject, HeadBucket and the settings of a bucket.
  static func bucket(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    let parts = request.path.split(separator: "/").map { URIText.decode(String($0)) }
    guard parts.count == 1 else { return try headObject(request, contents) }
    let name = parts[0]
    guard contents.buckets[name] != nil else {
      throw CloudFrontProblem(status: 404, code: "NoSuchBucket", message: "No such bucket.")
    }
    if request.method == "HEAD" {
      return ServerAnswer(status: 200, headers: [("x-amz-bucket-region", contents.region)])
    }
    let setting = (request.query ?? "").split(separator: "=").first.map(String.init) ?? ""
    guard request.method == "GET", !setting.isEmpty else { throw .unknownOperation }
    let action = "s3:GetBucket" + setting.prefix(1).uppercased() + setting.dropFirst()
    try contents.demand(action, on: "arn:aws:s3:::\(name)")
    guard let text = contents.bucketSettings[setting]?[name] else {
      throw CloudFrontProblem(
        status: 404, code: "NoSuchBucketPolicy", message: "The bucket has none.")
    }
    return ServerAnswer(status: 200, headers: [], body: text)
  }

  /// Lambda's calls.
  func lambda(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    let parts = request.path.split(separator: "/").map { URIText.decode(String($0)) }
    guard parts.count > 1, parts[0] == "2015-03-31", parts[1] == "event-source-mappings" else {
      return try FakeServices.functionDocument(request, parts, contents)
    }
    switch (request.method, parts.count) {
    case ("GET", 2):
      try contents.demand("lambda:ListEventSourceMappings", on: "*")
      let name = (request.query ?? "").split(separator: "&").first {
        $0.hasPrefix("FunctionName=")
      }.map { URIText.decode(String($0.dropFirst("FunctionName=".count))) }
      let asked = name?.split(separator: ":").last.map(String.init)
      let source = (request.query ?? "").split(separator: "&").first {
        $0.hasPrefix("EventSourceArn=")
      }.flatMap { URIText.decode(String($0)).split(separator: ":").last.map(String.init) }
      let found = contents.mappings.filter {
        (asked ?? $0.value.function) == $0.value.function
          && (source ?? $0.value.queue) == $0.value.queue
      }
      return FakeServices.json([
        "EventSourceMappings": found.sorted { $0.key < $1.key }.map {
          MappingAnswer($0.key, $0.value, contents)
        }
      ])
    case ("PUT", 3):
      let arn =
        "arn:aws:lambda:\(contents.region):\(contents.accountID):event-source-mapping:\(parts[2])"
      try contents.demand("lambda:UpdateEventSourceMapping", on: arn)
      guard
        let change = try? JSONDecoder().decode(MappingChange.self, from: Data(request.body))
      else { throw .unknownOperation }
      let changed = self.contents.withLock { contents in
        contents.mappings[parts[2]]?.isEnabled = change.Enabled
        return contents.mappings[parts[2]]
      }
      guard let changed else {
        throw CloudFrontProblem(
          status: 404, code: "ResourceNotFoundException",
          message: "The resource you requested does not exist.")
      }
      return FakeServices.json(MappingAnswer(parts[2], changed, contents, isChanging: true))
    default: throw .unknownOperation
    }
  }

  /// What Lambda tells of a function besides its mappings, and of the account.
  private static func functionDocument(
    _ request: ServerRequest, _ parts: [String], _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    switch parts.last {
    case "account-settings":
      try contents.demand("lambda:GetAccountSettings", on: "*")
      return json([
        "AccountLimit": ["ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": 1_000]
      ])
    case "concurrency":
      try contents.demand("lambda:GetFunctionConcurrency", on: "*")
      return json([String: Int]())
    case "policy":
      throw CloudFrontProblem(
        status: 404, code: "ResourceNotFoundException",
        message: "The resource you requested does not exist.")
    case "recursion-config": return json(["RecursiveLoop": "Terminate"])
    default: return try functionConfiguration(request, contents)
    }
  }

  private struct MappingChange: Decodable {
    var Enabled: Bool
  }

  private struct MappingAnswer: Encodable {
    var UUID, EventSourceArn, FunctionArn, State: String
    var BatchSize = 10
    var MaximumBatchingWindowInSeconds = 5
    var FunctionResponseTypes = ["ReportBatchItemFailures"]

    init(_ id: String, _ mapping: Mapping, _ contents: Contents, isChanging: Bool = false) {
      UUID = id
      EventSourceArn = "arn:aws:sqs:\(contents.region):\(contents.accountID):\(mapping.queue)"
      FunctionArn =
        "arn:aws:lambda:\(contents.region):\(contents.accountID):function:\(mapping.function)"
      State =
        isChanging
        ? mapping.isEnabled ? "Enabling" : "Disabling" : mapping.isEnabled ? "Enabled" : "Disabled"
    }
  }

  private struct TrailQuestion: Decodable {
    struct Attribute: Decodable {
      var AttributeKey, AttributeValue: String
    }
    var LookupAttributes: [Attribute]
    var NextToken: String?
  }

  private struct TrailAnswer: Encodable {
    struct Event: Encodable {
      var EventName, CloudTrailEvent: String
    }
    var Events: [Event]
    var NextToken: String?
  }

  /// CloudTrail's LookupEvents, by an event's name.
  static func lookupEvents(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request["X-Amz-Target"]?.hasSuffix(".LookupEvents") == true,
      let asked = try? JSONDecoder().decode(TrailQuestion.self, from: Data(request.body)),
      let attribute = asked.LookupAttributes.first, attribute.AttributeKey == "EventName"
    else { throw .unknownOperation }
    try contents.demand("cloudtrail:LookupEvents", on: "*")
    struct Named: Decodable {
      var eventName: String
    }
    let all = contents.trail.filter { text in
      (try? JSONDecoder().decode(Named.self, from: Data(text.utf8)))?.eventName
        == attribute.AttributeValue
    }
    let start = asked.NextToken.flatMap { Int($0) } ?? 0
    let page = all.dropFirst(start).prefix(contents.trailPageSize)
    let end = start + page.count
    return json(
      TrailAnswer(
        Events: page.map {
          TrailAnswer.Event(EventName: attribute.AttributeValue, CloudTrailEvent: $0)
        }, NextToken: end < all.count ? String(end) : nil))
  }

  /// GetCallerIdentity.
  static func callerIdentity(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request.method == "POST",
      request.text.split(separator: "&").contains("Action=GetCallerIdentity")
    else { throw .unknownOperation }
    let result = [
      XMLText.element(
        "Arn", text: "arn:aws:sts::\(contents.accountID):assumed-role/operator/you"),
      XMLText.element("UserId", text: "AROAEXAMPLE:you"),
      XMLText.element("Account", text: contents.accountID),
    ].joined()
    return ServerAnswer(
      status: 200, headers: [("Content-Type", "text/xml")],
      body: XMLText.element(
        "GetCallerIdentityResponse", XMLText.element("GetCallerIdentityResult", result)))
  }

  /// CloudWatch's GetMetricStatistics, of which only the age of the oldest message is known.
  static func metricStatistics(
    _ request: ServerRequest, _ contents: Contents, now: Int64
  ) throws(CloudFrontProblem) -> ServerAnswer {
    let form = request.text.split(separator: "&").map { URIText.decode(String($0)) }
    guard request.method == "POST", form.contains("Action=GetMetricStatistics"),
      form.contains("MetricName=ApproximateAgeOfOldestMessage"),
      let queue = form.first(where: { $0.hasPrefix("Dimensions.member.1.Value=") })?
        .dropFirst("Dimensions.member.1.Value=".count)
    else { throw .unknownOperation }
    try contents.demand("cloudwatch:GetMetricStatistics", on: "*")
    let point = contents.oldestMessages[String(queue)].map { age in
      XMLText.element(
        "member",
        XMLText.element("Timestamp", text: UTCTime(milliseconds: now).extended)
          + XMLText.element("Maximum", text: "\(age).0")
          + XMLText.element("Unit", text: "Seconds"))
    }
    return ServerAnswer(
      status: 200, headers: [("Content-Type", "text/xml")],
      body: XMLText.element(
        "GetMetricStatisticsResponse",
        XMLText.element(
          "GetMetricStatisticsResult", XMLText.element("Datapoints", point ?? ""))))
  }
}
