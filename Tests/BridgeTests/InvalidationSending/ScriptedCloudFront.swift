import AWSClient
import Clock
import CloudFrontAPI
import CloudFrontModel
import HTTPTransport
import InvalidationPlanning
import Logging
import S3Events

@testable import InvalidationSending

/// CreateInvalidation answered from memory, in virtual time.
final class ScriptedCloudFront: Transport {
  /// The paths of each request, in the order they came.
  private(set) var requests: [[String]] = []
  /// What refuses a request, by its paths; nil accepts it.
  var refusal: (_ paths: [String]) -> (status: Int, code: String, message: String)? = { _ in nil }
  /// Which requests are never answered, by their paths.
  var isSilent: (_ paths: [String]) -> Bool = { _ in false }
  let clock: VirtualClock
  /// How fast requests go out.
  var pace = SendingPace.unlimited
  /// The pace that the account's environments share; nil where there is none.
  var account: AccountPace?
  /// The pace of one environment alone; nil is the same.
  var ownPace: SendingPace?
  /// Whether the last sender still shared the account's pace at its end.
  private(set) var sharedToTheEnd = false

  /// What happens whenever the sender begins to wait.
  var onSleep: () -> Void = {}

  private var time: TimeSource {
    var time = clock.time
    let sleep = time.sleep
    time.sleep = { [unowned self] duration in
      onSleep()
      sleep(duration)
    }
    return time
  }

  init(clock: VirtualClock = VirtualClock()) {
    self.clock = clock
  }
  /// What one request may hold.
  var limits = CoalescingOptions(threshold: 0)
  /// How many requests the last sender gave up because their turn came too late.
  private(set) var latecomers = 0
  /// The distributions that the last sender did not ask for.
  private(set) var unsent: [DistributionID] = []
  /// Whether Lambda ends the environment.
  var isEndRequested: () -> Bool = { false }

  static let invalidPath = (
    status: 400, code: "InvalidArgument",
    message: "Your request contains one or more invalid invalidation paths."
  )
  static let unavailable = (status: 503, code: "ServiceUnavailable", message: "Try later.")
  static let tooLarge = (status: 413, code: "BatchTooLarge", message: "Too large.")
  static let tooMany = (
    status: 400, code: "TooManyInvalidationsInProgress", message: "Too many in progress."
  )

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    let text = String(decoding: request.body, as: UTF8.self)
    let pieces = text.split(separator: "<").filter { $0.hasPrefix("Path>") }
    let paths = pieces.map { String($0.dropFirst("Path>".count)) }
    requests.append(paths)
    if isSilent(paths) {
      clock.pass(request.timeout ?? .seconds(86_400))
      throw TransportError(.timeout, "silence")
    }
    guard let refusal = refusal(paths) else {
      let body =
        "<Invalidation><Id>I\(requests.count)</Id><Status>InProgress</Status></Invalidation>"
      return HTTPResponse(status: 201, body: Array(body.utf8))
    }
    let body =
      "<ErrorResponse><Error><Code>\(refusal.code)</Code>"
      + "<Message>\(refusal.message)</Message></Error></ErrorResponse>"
    return HTTPResponse(status: refusal.status, body: Array(body.utf8))
  }

  /// Sends a batch of `/p0` and so on, each from an item of its own.
  func sendBatch(of count: Int, deadline: Duration? = nil) throws -> [BatchSender.Part] {
    try sendBatches(of: [count], deadline: deadline).flatMap { $0 }
  }

  /// Sends such a batch to each of several distributions.
  func sendBatches(
    of counts: [Int], deadline: Duration? = nil
  ) throws -> [[BatchSender.Part]] {
    let items = counts.enumerated().flatMap { index, count in
      ScriptedCloudFront.items((0..<count).map { "p\($0)" }, for: DistributionID("E\(index + 1)"))
    }
    return try send(items, deadline: deadline)
  }

  /// Sends the batch of some keys to one distribution.
  func sendBatch(keys: [String], deadline: Duration? = nil) throws -> [BatchSender.Part] {
    try send(ScriptedCloudFront.items(keys, for: "E1"), deadline: deadline).flatMap { $0 }
  }

  /// Sends some keys that changed and some that urgent requests ask for to one distribution.
  func sendBatch(
    keys: [String], urgent: [String], deadline: Duration? = nil
  ) throws -> [BatchSender.Part] {
    let serving = ServingDistribution.assumed("E1", originPath: "")
    let requests = urgent.map { key in
      var request = InvalidationRequest(
        target: "b", paths: [], keys: [ObjectKey(raw: Array(key.utf8))], id: key)
      request.isUrgent = true
      return PlanItem(.request(request), serving: [serving])
    }
    return try send(ScriptedCloudFront.items(keys, for: "E1") + requests, deadline: deadline)
      .flatMap { $0 }
  }

  private func send(
    _ items: [PlanItem], deadline: Duration?
  ) throws -> [[BatchSender.Part]] {
    let client = AWSClient(
      transport: self, endpoint: try .cloudFront(environment: [:]), service: "cloudfront",
      credentials: .environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]),
      time: clock.time, random: { 0.5 }, isEndRequested: { self.isEndRequested() })
    var sender = BatchSender(
      channel: CloudFrontClient(client), pace: pace, account: account, ownPace: ownPace,
      limits: limits, time: time,
      random: { 0.5 }, deadline: deadline,
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    var options = PlanOptions()
    options.coalescing = limits
    let plans = InvalidationPlanner(options: options).plan(items).distributions
    var left = plans[...]
    var parts: [DistributionID: [BatchSender.Part]] = [:]
    sender.send(
      identity: { items[$0].identity }, isUrgent: { items[$0].cause.isUrgent },
      next: { left.popFirst() }
    ) { plan, results in parts[plan.id] = results }
    pace = sender.pace
    sharedToTheEnd = sender.account != nil
    latecomers = sender.latecomers
    unsent = left.map(\.id)
    return plans.map { parts[$0.id] ?? [] }
  }

  private static func items(_ keys: [String], for distribution: DistributionID) -> [PlanItem] {
    let serving = ServingDistribution.assumed(distribution, originPath: "")
    return keys.enumerated().map { number, key in
      let change = ObjectChange(
        bucket: "b", region: "", key: ObjectKey(raw: Array(key.utf8)),
        eventName: "ObjectCreated:Put", sequencer: Sequencer("1\(number % 10)"))
      return PlanItem(.change(change), serving: [serving])
    }
  }
}

extension [BatchSender.Part] {
  /// The paths that were accepted.
  var accepted: Set<String> { paths { if case .success = $0 { true } else { false } } }
  /// The paths that were not.
  var refused: Set<String> { paths { if case .failure = $0 { true } else { false } } }

  private func paths(
    _ isMeant: (Result<Acceptance, CloudFrontError>) -> Bool
  ) -> Set<String> {
    Set(filter { isMeant($0.result) }.flatMap { $0.paths.map(\.path.description) })
  }
}
