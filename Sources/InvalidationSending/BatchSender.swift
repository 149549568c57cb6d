package import Clock
package import CloudFrontAPI
package import CloudFrontModel
import HTTPTransport
package import InvalidationPlanning
package import Logging
package import S3Events

/// Sends the paths of several distributions, handles each kind of refusal, and returns the paths
/// that CloudFront did not accept with the error.
///
/// All distributions share one queue. A request that needs another attempt goes to its end, so that
/// every distribution gets a first attempt before any gets a second, and one distribution's waiting
/// time serves the others.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html#API_CreateInvalidation_Errors
package struct BatchSender {
  /// The paths of one request, with its result.
  package struct Part {
    package var paths: [PlannedPath]
    package var callerReference: CallerReference
    package var result: Result<Acceptance, CloudFrontError>

    /// The indices of the items that need the paths.
    package var items: Set<Int> { PlannedPath.items(of: paths) }
  }

  /// The most requests that one batch may be split into. Because each takes a token of CloudFront's
  /// request rate, a batch whose every path is refused must not be halved down to single paths.
  package static let maxRequests = 64
  /// The most waits for a full quota of one distribution. They are counted separately for wildcards
  /// and for other paths, as CloudFront's quotas are.
  static let maxQuotaWaits = 2
  /// The length of such a wait, in seconds, jittered so that execution environments don't all retry
  /// at once.
  static let quotaWait = 5.0...20.0

  private let channel: any InvalidationChannel
  private let time: TimeSource
  private let random: () -> Double
  private let deadline: Duration?
  private let logger: Logger

  /// Creates a sender for one round of an invocation.
  ///
  /// - Parameters:
  ///   - channel: CloudFront, or a dry run.
  ///   - random: returns a number from 0 up to 1, which jitters the waits.
  ///   - deadline: the time on the monotonic clock after which no request starts and no wait ends.
  package init(
    channel: any InvalidationChannel, time: TimeSource, random: @escaping () -> Double,
    deadline: Duration?, logger: Logger
  ) {
    self.channel = channel
    self.time = time
    self.random = random
    self.deadline = deadline
    self.logger = logger
  }

  /// Sends the paths of some plans; returns the results of each plan, in the order of the plans.
  package func send(_ plans: [DistributionPlan], identity: (Int) -> ChangeIdentity) -> [[Part]] {
    let start = time.monotonic()
    // Start at a random distribution, so that when time runs out it is not always the same ones
    // that wait.
    let first = min(Int(random() * Double(plans.count)), max(0, plans.count - 1))
    var queue = (Array(plans.indices[first...]) + plans.indices[..<first]).map {
      Request(plan: $0, paths: plans[$0].paths, notBefore: start)
    }
    var efforts = plans.map { _ in Effort() }
    var parts: [[Part]] = plans.map { _ in [] }
    while var request = next(&queue) {
      let plan = plans[request.plan]
      var creation = request.creation ?? creation(of: request, in: plan, identity)
      if request.creation == nil { efforts[request.plan].requests += 1 }
      let result: Result<Acceptance, CloudFrontError>
      do throws(CloudFrontError) {
        guard let acceptance = try creation.pending.attempt() else {
          request.creation = creation
          request.notBefore = max(request.notBefore, creation.pending.due ?? start)
          queue.append(request)
          continue
        }
        result = .success(acceptance)
      } catch {
        if goesOn(after: &request, error, &efforts[request.plan], &queue) { continue }
        result = .failure(error)
      }
      parts[request.plan].append(
        Part(paths: request.paths, callerReference: creation.reference, result: result))
    }
    return parts
  }

  /// Takes the first request that is due; when none is, waits for the one that is due next.
  private func next(_ queue: inout [Request]) -> Request? {
    let now = time.monotonic()
    guard
      let index = queue.firstIndex(where: { $0.notBefore <= now })
        ?? queue.indices.min(by: { queue[$0].notBefore < queue[$1].notBefore })
    else { return nil }
    let request = queue.remove(at: index)
    if request.notBefore > now { time.sleep(request.notBefore - now) }
    return request
  }

  private func creation(
    of request: Request, in plan: DistributionPlan, _ identity: (Int) -> ChangeIdentity
  ) -> Creation {
    let paths = request.paths.map(\.path)
    var reference = plan.callerReference
    if paths != plan.paths.map(\.path) {
      reference = CallerReference(
        distribution: plan.id, paths: paths,
        identities: PlannedPath.items(of: request.paths).map(identity))
    }
    let batch = InvalidationBatch(
      distribution: plan.id, items: paths.map { .path($0) }, callerReference: reference)
    return Creation(
      reference: reference, pending: channel.pending(batch, deadline: deadline))
  }

  /// Queues requests that may succeed in place of a refused one. Returns false when the refusal is
  /// final for the paths that are left in the request.
  private func goesOn(
    after request: inout Request, _ error: CloudFrontError, _ effort: inout Effort,
    _ queue: inout [Request]
  ) -> Bool {
    if error.refusal == .tooManyInvalidationsInProgress {
      return waits(for: &request, error, &effort, &queue)
    }
    let count = request.paths.count
    let waiting = queue.count { $0.plan == request.plan }
    if error.isCuredByHalving, count > 1,
      effort.requests + waiting + 2 <= BatchSender.maxRequests
    {
      note("CloudFront refused a batch; sending it in two halves", error)
      for half in [request.paths[..<(count / 2)], request.paths[(count / 2)...]] {
        queue.append(
          Request(plan: request.plan, paths: Array(half), notBefore: request.notBefore))
      }
      return true
    }
    return respells(request, error, effort, waiting: waiting, &queue)
  }

  /// Queues a refused path in its other spelling, once. Returns false when there is none.
  private func respells(
    _ request: Request, _ error: CloudFrontError, _ effort: Effort, waiting: Int,
    _ queue: inout [Request]
  ) -> Bool {
    guard error.refusal == .invalidPath, request.paths.count == 1,
      effort.requests + waiting + 1 <= BatchSender.maxRequests,
      let refused = request.paths.first, let other = refused.respelled
    else { return false }
    note("CloudFront refused the path \(refused.path); sending it spelled \(other.path)", error)
    queue.append(Request(plan: request.plan, paths: [other], notBefore: request.notBefore))
    return true
  }

  /// Queues a request again that CloudFront refused because of a full quota. Returns false when no
  /// time is left for that.
  ///
  /// Because the answer does not say which of the two quotas is full, a request with wildcards and
  /// other paths is split: the other paths are sent at once and the wildcards wait. Otherwise one
  /// wildcard would hold back every page of its distribution.
  private func waits(
    for request: inout Request, _ error: CloudFrontError, _ effort: inout Effort,
    _ queue: inout [Request]
  ) -> Bool {
    if request.kind == .mixed {
      note("CloudFront has too many invalidations in progress; sending the wildcards later", error)
      queue.append(
        Request(
          plan: request.plan, paths: request.paths.filter { !$0.path.isWildcard },
          notBefore: request.notBefore))
      request.paths.removeAll { !$0.path.isWildcard }
    }
    let range = BatchSender.quotaWait
    let wait = range.lowerBound + random() * (range.upperBound - range.lowerBound)
    let end = time.monotonic() + .seconds(wait)
    guard effort.quotaWaits[request.kind, default: 0] < BatchSender.maxQuotaWaits,
      deadline.map({ end < $0 }) ?? true
    else { return false }
    effort.quotaWaits[request.kind, default: 0] += 1
    note("CloudFront has too many invalidations in progress; waiting", error, seconds: wait)
    queue.append(
      Request(plan: request.plan, paths: request.paths, notBefore: request.notBefore))
    // The quota belongs to the distribution, so CloudFront would refuse its other requests of this
    // kind too.
    for index in queue.indices
    where queue[index].plan == request.plan && queue[index].kind == request.kind {
      queue[index].notBefore = max(queue[index].notBefore, end)
    }
    return true
  }

  private func note(_ message: String, _ error: CloudFrontError, seconds: Double? = nil) {
    var metadata: Logger.Metadata = [
      "errorType": "\(error.errorType)", "distribution": "\(error.distribution ?? "")",
    ]
    if let seconds { metadata["waitSeconds"] = .stringConvertible(seconds) }
    logger.warning("\(message)", metadata: metadata)
  }

  /// A request that is still to be made.
  private struct Request {
    /// The index of its plan.
    var plan: Int
    var paths: [PlannedPath]
    /// The earliest time for the next attempt, on the monotonic clock.
    var notBefore: Duration
    /// The call to CloudFront; nil before the first attempt.
    var creation: Creation?

    /// The paths of a request by the quota they use: CloudFront counts wildcards separately.
    enum Kind { case plain, wildcards, mixed }

    var kind: Kind {
      let wildcards = paths.count(where: \.path.isWildcard)
      return wildcards == 0 ? .plain : wildcards == paths.count ? .wildcards : .mixed
    }
  }

  /// A call to CloudFront, attempt by attempt.
  private struct Creation {
    var reference: CallerReference
    var pending: any PendingInvalidation
  }

  /// The requests and waits that one plan has taken so far.
  private struct Effort {
    var requests = 0
    var quotaWaits: [Request.Kind: Int] = [:]
  }
}

extension CloudFrontError {
  /// Whether CloudFront may accept fewer paths in one request: the batch is too large, or one of
  /// its paths is invalid.
  fileprivate var isCuredByHalving: Bool {
    refusal == .batchTooLarge || refusal == .invalidPath
  }
}

extension PlannedPath {
  /// Returns the indices of the items that need some paths.
  fileprivate static func items(of paths: [PlannedPath]) -> Set<Int> {
    Set(paths.flatMap { $0.reasons.map(\.item) })
  }
}
