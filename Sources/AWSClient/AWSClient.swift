public import Clock
public import HTTPTransport
public import SigV4

/// Sends signed requests to one service, and retries as AWS's SDKs do.
///
/// A client is for one thread, which it blocks while it sends and sleeps. Because the meaning of an
/// answer depends on the service, the caller says it:
///
/// ```swift
/// import AWSClient
/// import Clock
/// import HTTPTransport
///
/// /// Asks SQS for the queues of a region, for at most ten seconds, and returns the JSON answer.
/// func listQueues(region: String, environment: [String: String]) throws -> [UInt8] {
///   let client = AWSClient(
///     transport: try CurlTransport(.aws(caBundle: nil, userAgent: "queues/1.0")),
///     endpoint: try AWSEndpoint(
///       url: "https://sqs.\(region).amazonaws.com", signingRegion: region, setting: "region"),
///     service: "sqs", credentials: .environment(environment), time: .system,
///     random: { Double.random(in: 0...1) })
///   let request = AWSRequest(
///     .post, path: "/",
///     headers: [
///       "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ListQueues",
///     ], body: Array("{}".utf8))
///   var call = client.call(request, deadline: TimeSource.system.monotonic() + .seconds(10))
///   while true {
///     let answer = try client.attempt(&call) { answer in
///       switch answer.status {
///       case 200..<300: .success
///       case 429: .throttled
///       case 500...: .transient
///       default: .permanent
///       }
///     }
///     if let answer { return answer.body }
///   }
/// }
///
/// try CurlTransport.prepareProcess()
/// ```
///
/// The library's API may change with every version.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
public final class AWSClient {
  private let transport: any Transport
  private let endpoint: AWSEndpoint
  private let provider: CredentialsProvider
  private let time: TimeSource
  private let random: () -> Double
  private let retry: RetryConfiguration
  private let isEndRequested: () -> Bool

  private var signer: Signer
  private var quota = RetryQuota()
  private var credentials: Credentials?
  /// How far the service's clock is ahead of the machine's, in milliseconds.
  private var clockOffset: Int64 = 0

  /// Creates a client; sends nothing yet.
  ///
  /// - Parameters:
  ///   - service: the service's name in signatures.
  ///   - signing: where the service's signatures differ from those of the others.
  ///   - random: gives numbers from 0 to 1, for the jitter.
  ///   - isEndRequested: whether the process is asked to end; then no further attempt starts.
  public init(
    transport: any Transport, endpoint: AWSEndpoint, service: String,
    signing: Signer.Options = Signer.Options(), credentials: CredentialsProvider,
    time: TimeSource, random: @escaping () -> Double,
    retry: RetryConfiguration = RetryConfiguration(),
    isEndRequested: @escaping () -> Bool = { false }
  ) {
    self.transport = transport
    self.endpoint = endpoint
    self.provider = credentials
    self.time = time
    self.random = random
    self.retry = retry
    self.isEndRequested = isEndRequested
    signer = Signer(region: endpoint.signingRegion, service: service, options: signing)
  }

  /// Prepares a call; sends nothing yet. The caller makes its attempts one by one, and can make
  /// those of other calls between them.
  ///
  /// - Parameters:
  ///   - attempts: the most attempts where ``RetryConfiguration/maximumAttempts`` is nil; at least
  ///     one is made.
  ///   - deadline: the monotonic time that no attempt and no sleep goes past.
  public func call(
    _ request: AWSRequest, attempts: Int = 3, deadline: Duration? = nil
  ) -> AWSCall {
    AWSCall(
      request: request, name: "\(request.method.rawValue) \(endpoint)\(request.path)",
      allowed: max(1, retry.maximumAttempts ?? attempts),
      deadline: deadline)
  }

  /// Waits until the next attempt of a call is due, and makes it.
  ///
  /// - Parameter classify: what an answer means; called once for each.
  /// - Returns: the answer whose meaning is ``AnswerMeaning/success``, or nil when another attempt
  ///   is to be made, at ``AWSCall/due``.
  /// - Throws: ``AWSClientError``, with the last answer or transport error, when none is to be
  ///   made.
  public func attempt(
    _ call: inout AWSCall, classify: (HTTPResponse) -> AnswerMeaning
  ) throws(AWSClientError) -> HTTPResponse? {
    try awaitTurn(of: call)
    let outcome = try attempt(call, classify)
    call.record(outcome)
    if case .answer(let response, .success) = outcome {
      quota.succeed(lastCost: call.lastCost, at: time.monotonic())
      return response
    }
    let turn = try nextTurn(of: &call, after: outcome)
    guard call.made < call.allowed else { throw call.failure(.attemptsUsedUp) }
    let now = time.monotonic()
    let due = now + turn.delay
    guard call.hasTime(at: due) else { throw call.failure(.deadline) }
    guard quota.take(turn.cost, at: now) else { throw call.failure(.quotaUsedUp) }
    if turn.cost > 0 { call.lastCost = turn.cost }
    call.due = due
    return nil
  }

  /// Whether the process is asked to end, so that no further attempt starts.
  public var isEnding: Bool { isEndRequested() }

  /// Waits for the backoff, if there is time.
  private func awaitTurn(of call: AWSCall) throws(AWSClientError) {
    while true {
      guard !isEndRequested() else { throw call.failure(.endRequested) }
      let now = time.monotonic()
      let wait = (call.due ?? now) - now
      // Asked again after each sleep, since the sandbox can freeze in it.
      guard call.hasTime(at: now + max(.zero, wait)) else { throw call.failure(.deadline) }
      guard wait > .zero else { return }
      time.sleep(wait)
    }
  }

  private func attempt(
    _ call: AWSCall, _ classify: (HTTPResponse) -> AnswerMeaning
  ) throws(AWSClientError) -> AWSCall.Outcome {
    var signed = try sign(call.request)
    let now = time.monotonic()
    guard call.hasTime(at: now) else { throw call.failure(.deadline) }
    signed.timeout = retry.patience(timeLeft: call.deadline.map { $0 - now })
    do {
      let response = try transport.send(signed)
      return .answer(response, classify(response))
    } catch {
      return .failure(error)
    }
  }

  private func sign(_ request: AWSRequest) throws(AWSClientError) -> HTTPRequest {
    let keys: Credentials
    if let credentials, !provider.areExpiring() {
      keys = credentials
    } else {
      keys = try provider.load()
      credentials = keys
    }
    let unsigned = SigningRequest(
      method: request.method.rawValue, host: endpoint.hostHeader,
      path: endpoint.basePath + request.path,
      query: request.query.map { (name: $0.name, value: $0.value) },
      headers: request.headers.fields.filter { AWSClient.isSigned($0.name) }, body: request.body)
    let signature = signer.sign(
      unsigned, with: keys,
      at: SigningDate(millisecondsSinceEpoch: time.wallMilliseconds() &+ clockOffset))
    var headers = request.headers
    for (name, value) in signature.headers { headers.add(name, value) }
    let query = unsigned.encodedQuery
    let suffix = query.isEmpty ? "" : "?" + query
    return HTTPRequest(
      request.method, endpoint.url + request.path + suffix, headers: headers, body: request.body)
  }

  /// Proxies may change other fields on the way.
  private static func isSigned(_ name: String) -> Bool {
    let name = name.lowercased()
    return name == "content-type" || name.hasPrefix("x-amz-")
  }
}

extension AWSClient {
  /// Repairs what the attempt shows to be wrong with the client, and says when the next one is due.
  private func nextTurn(
    of call: inout AWSCall, after outcome: AWSCall.Outcome
  ) throws(AWSClientError) -> AWSCall.Turn {
    switch outcome {
    case .answer(_, .transient):
      return call.turn(base: Backoff.transientBase, cost: RetryQuota.transientCost, random())
    case .answer(_, .throttled):
      return call.turn(base: Backoff.throttlingBase, cost: RetryQuota.throttlingCost, random())
    case .failure(let error) where [.connect, .timeout, .broken].contains(error.kind):
      return call.turn(base: Backoff.transientBase, cost: RetryQuota.transientCost, random())
    case .answer(_, .expiredCredentials) where !call.hasRefreshed:
      call.hasRefreshed = true
      guard try refreshCredentials() else { throw call.failure(.permanent) }
    case .answer(let response, .clockSkew) where !call.hasCorrectedClock:
      call.hasCorrectedClock = true
      guard correctClock(response) else { throw call.failure(.permanent) }
    case .answer, .failure:
      throw call.failure(.permanent)
    }
    // A repair neither waits nor costs.
    return AWSCall.Turn()
  }

  /// Loads credentials again, and says whether they have changed.
  private func refreshCredentials() throws(AWSClientError) -> Bool {
    guard provider.refreshes else { return false }
    let fresh = try provider.load()
    defer { credentials = fresh }
    return fresh != credentials
  }

  /// Adopts the service's clock, for this call and all later ones.
  private func correctClock(_ response: HTTPResponse) -> Bool {
    guard let theirs = response.headers["Date"].flatMap(HTTPDate.milliseconds) else { return false }
    clockOffset = theirs &- time.wallMilliseconds()
    return true
  }
}
