package import CloudFrontModel
package import Clock
package import CloudFrontAPI
import HTTPTransport
package import InvalidationPlanning
package import Logging
package import S3Events

/// Gets the paths of several distributions accepted, as far as CloudFront lets it: each kind of
/// refusal has its own handling, and what can't be accepted is given back with its error.
///
/// One queue for all distributions: what needs another attempt or request goes to its end, so that
/// each distribution had its first try before any has a second, and waits for one are used by
/// others.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html#API_CreateInvalidation_Errors
package struct BatchSender {
  /// What became of one request's paths.
  package struct Part {
    package var paths: [PlannedPath]
    package var callerReference: CallerReference
    package var result: Result<Acceptance, CloudFrontError>

    /// The items that the paths come from.
    package var items: Set<Int> { PlannedPath.items(of: paths) }
  }

  /// The most requests one batch may be split into. Each costs a token of CloudFront's request
  /// rate, so a batch in which everything is refused must not be halved to the end.
  package static let maxRequests = 64
  /// How often one distribution's full quota is waited for, once for its wildcards and once for its
  /// other paths: CloudFront counts them apart.
  static let maxQuotaWaits = 2
  /// How long one such wait is, in seconds; jittered, so that sandboxes don't return together.
  static let quotaWait = 5.0...20.0

  private let channel: any InvalidationChannel
  private let time: TimeSource
  private let random: () -> Double
  private let deadline: Duration?
  private let logger: Logger

  /// Creates a sender.
  ///
  /// - Parameters:
  ///   - channel: CloudFront, or a dry run.
  ///   - random: from 0 up to 1; jitters waits.
  ///   - deadline: on the monotonic clock; nothing is started and nothing is waited for past it.
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

  /// Sends the paths of some plans; returns what became of each plan's, in the order of the plans.
  package func send(_ plans: [DistributionPlan], identity: (Int) -> ChangeIdentity) -> [[Part]] {
    let start = time.monotonic()
    // Not always the same first: where there is no time for all, it is others' the next time.
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

  /// Takes the first request that is due; where none is, waits for the first that will be.
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
    if paths.count < plan.paths.count {
      reference = CallerReference(
        distribution: plan.id, paths: paths,
        identities: PlannedPath.items(of: request.paths).map(identity))
    }
    let batch = InvalidationBatch(
      distribution: plan.id, items: paths.map { .path($0) }, callerReference: reference)
    return Creation(
      reference: reference, pending: channel.pending(batch, deadline: deadline))
  }

  /// Queues what to ask for instead of a request that was refused; false where that is final for
  /// the paths that are left in the request.
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
      note("Halving a batch", error)
      for half in [request.paths[..<(count / 2)], request.paths[(count / 2)...]] {
        queue.append(
          Request(plan: request.plan, paths: Array(half), notBefore: request.notBefore))
      }
      return true
    }
    return false
  }

  /// Queues a request again that a full quota refused; false where there is no time for that.
  ///
  /// One with wildcards and other paths is split, since the answer does not say which of the two
  /// quotas is full: the other paths are tried at once, and the wildcards wait. Else one wildcard
  /// would hold back every page of its distribution.
  private func waits(
    for request: inout Request, _ error: CloudFrontError, _ effort: inout Effort,
    _ queue: inout [Request]
  ) -> Bool {
    if request.kind == .mixed {
      note("CloudFront has too many invalidations in progress; sending the wildcards apart", error)
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
    // The quota is the distribution's, so no other request of this kind would get through.
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

  /// One request to be made.
  private struct Request {
    /// The index of the plan it is for.
    var plan: Int
    var paths: [PlannedPath]
    /// On the monotonic clock.
    var notBefore: Duration
    /// What it has become once its first attempt was made.
    var creation: Creation?

    /// What CloudFront counts apart.
    enum Kind { case plain, wildcards, mixed }

    /// What it would use up.
    var kind: Kind {
      let wildcards = paths.count(where: \.path.isWildcard)
      return wildcards == 0 ? .plain : wildcards == paths.count ? .wildcards : .mixed
    }
  }

  /// A request as CloudFront is asked.
  private struct Creation {
    var reference: CallerReference
    var pending: any PendingInvalidation
  }

  /// What one plan has cost so far.
  private struct Effort {
    /// The requests made.
    var requests = 0
    var quotaWaits: [Request.Kind: Int] = [:]
  }
}

extension CloudFrontError {
  /// Whether fewer paths in one request may be accepted: the batch is too large, or one of its
  /// paths spoils it.
  fileprivate var isCuredByHalving: Bool {
    refusal == .batchTooLarge || refusal == .invalidPath
  }
}

extension PlannedPath {
  /// The items that some paths come from.
  fileprivate static func items(of paths: [PlannedPath]) -> Set<Int> {
    Set(paths.flatMap { $0.reasons.map(\.item) })
  }
}
