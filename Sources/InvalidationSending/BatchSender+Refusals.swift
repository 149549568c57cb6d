import Clock
import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import Logging

/// What the sender does about refusals.
extension BatchSender {
  /// Learns the pace from a refusal.
  mutating func learn(_ refusal: CloudFrontRefusal.Kind?, _ request: Request) {
    switch refusal {
    case .throttled:
      pace.throttle(waited: request.waited, slot: request.slot, at: time.monotonic())
    case .tooManyInvalidationsInProgress:
      pace.refuse(request.cost, waited: request.waited, slot: request.slot, at: time.monotonic())
    default: return
    }
    calls.throttled += 1
  }

  /// Queues requests that may succeed in place of a refused one. Returns false when the refusal is
  /// final for the paths that are left in the request.
  mutating func goesOn(after request: inout Request, _ error: CloudFrontError) -> Bool {
    if error.refusal == .tooManyInvalidationsInProgress { return waits(for: &request, error) }
    let count = request.paths.count
    if error.isCuredByHalving, count > 1, hasRoom(for: 2, of: request.plan) {
      note("CloudFront refused a batch; sending it in two halves", error)
      for half in [request.paths[..<(count / 2)], request.paths[(count / 2)...]] {
        line.append(
          Request(
            plan: request.plan, paths: Array(half), notBefore: request.notBefore,
            isUrgent: request.isUrgent), isNew: true)
      }
      line.drop(request)
      return true
    }
    return respells(request, error)
  }

  /// Queues a refused path in its other spelling, once. Returns false when there is none.
  private mutating func respells(_ request: Request, _ error: CloudFrontError) -> Bool {
    guard error.refusal == .invalidPath, request.paths.count == 1,
      hasRoom(for: 1, of: request.plan), let refused = request.paths.first,
      let other = refused.respelled
    else { return false }
    note("CloudFront refused the path \(refused.path); sending it spelled \(other.path)", error)
    line.append(
      Request(
        plan: request.plan, paths: [other], notBefore: request.notBefore,
        isUrgent: request.isUrgent))
    return true
  }

  /// Whether a plan may be sent in some more requests.
  private func hasRoom(for more: Int, of plan: Int) -> Bool {
    let waiting = line.queue.count { $0.plan == plan }
    return (line.efforts[plan]?.requests ?? 0) + waiting + more <= BatchSender.maxRequests
  }

  /// Queues a request again that CloudFront refused because of a full quota. Returns false when no
  /// time is left for that.
  ///
  /// Because the answer does not say which of the two quotas is full, a request with wildcards and
  /// other paths is split: the other paths are sent at once and the wildcards wait. Otherwise one
  /// wildcard would hold back every page of its distribution.
  private mutating func waits(for request: inout Request, _ error: CloudFrontError) -> Bool {
    if request.kind == .mixed {
      note("CloudFront has too many invalidations in progress; sending the wildcards later", error)
      line.append(
        Request(
          plan: request.plan, paths: request.paths.filter { !$0.path.isWildcard },
          notBefore: request.notBefore, isUrgent: request.isUrgent), isNew: true)
      request.paths.removeAll { !$0.path.isWildcard }
    }
    let range = BatchSender.quotaWait
    let wait = range.lowerBound + random() * (range.upperBound - range.lowerBound)
    let end = time.monotonic() + .seconds(wait)
    var effort = line.efforts[request.plan] ?? Effort()
    guard effort.quotaWaits[request.kind, default: 0] < BatchSender.maxQuotaWaits,
      deadline.map({ end < $0 }) ?? true
    else { return false }
    effort.quotaWaits[request.kind, default: 0] += 1
    line.efforts[request.plan] = effort
    note("CloudFront has too many invalidations in progress; waiting", error, seconds: wait)
    line.append(
      Request(
        plan: request.plan, paths: request.paths, notBefore: request.notBefore,
        isUrgent: request.isUrgent))
    // The quota belongs to the distribution, so CloudFront would refuse its other requests of this
    // kind too.
    line.hold(request.plan, request.kind, until: end)
    return true
  }

  private func note(_ message: String, _ error: CloudFrontError, seconds: Double? = nil) {
    var metadata: Logger.Metadata = [
      "errorType": "\(error.errorType)", "distribution": "\(error.distribution ?? "")",
    ]
    if let seconds { metadata["waitSeconds"] = .stringConvertible(seconds) }
    logger.warning("\(message)", metadata: metadata)
  }
}

extension CloudFrontError {
  /// Whether CloudFront may accept fewer paths in one request: the batch is too large, or one of
  /// its paths is invalid.
  fileprivate var isCuredByHalving: Bool {
    refusal == .batchTooLarge || refusal == .invalidPath
  }
}
