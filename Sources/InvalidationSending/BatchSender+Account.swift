import Clock
import CloudFrontAPI
import InvalidationPlanning
import Ledger

/// How a request gets its place in the pace that the account's environments share.
extension BatchSender {
  /// Reserves a place for a request that has its tokens.
  ///
  /// - Returns: the request, when it is to be made now; nil when it waits or was given up.
  mutating func reserved(
    _ request: Request, isLast: Bool, _ finished: (DistributionPlan, [Part]) -> Void
  ) -> Request? {
    var request = request
    guard let account else { return request }
    let now = time.monotonic()
    if channel.isEnding || deadline.map({ now >= $0 }) ?? false {
      // The attempt itself says why it is too late.
      if let slot = request.slot { account.giveBack(slot, deadline: deadline) }
      request.slot = nil
      return request
    }
    guard request.slot == nil else { return request }
    let turn = account.reserve(
      request.cost, isUrgent: request.isUrgent, countsPaths: request.counted == nil,
      splits: request.kind == .mixed, &pace,
      deadline: [deadline, patience].compactMap { $0 }.min(),
      at: now,
      wall: time.wallMilliseconds())
    switch turn {
    case .at(let start, let slot):
      request.slot = slot
      request.counted = request.counted ?? slot
      guard start > now else { return request }
      request.notBefore = start
      request.waited.insert(.request)
      line.append(request)
    case .late([.wildcards], _) where request.kind == .mixed:
      let plain = line.dividePlain(request)
      return reserved(plain, isLast: isLast, finished)
    case .late([.wildcards], let delay) where request.kind == .wildcards:
      fail(request, after: delay, finished)
    case .late(_, let delay):
      line.append(request)
      giveUp(after: delay, isLast: isLast, finished)
    case .unknown:
      self.account = nil
      pace = ownPace
      line.append(request)
    }
    return nil
  }

  /// Gives up a request whose turn comes after the deadline, while others go on.
  private mutating func fail(
    _ request: Request, after delay: Duration, _ finished: (DistributionPlan, [Part]) -> Void
  ) {
    guard let plan = line.plan(of: request) else { return }
    release(request, wasMade: false)
    let error =
      request.creation?.pending.abandoned
      ?? CloudFrontError(
        operation: "CreateInvalidation", distribution: plan.id, reason: .rateReached)
    let part = Part(
      paths: request.paths,
      callerReference: request.creation?.reference ?? plan.callerReference,
      result: .failure(error), attempts: request.attempts, retryAfter: delay)
    line.finish(part, of: request, finished)
  }

  /// Takes back what a request reserved and counted that CloudFront did not accept.
  ///
  /// - Parameter wasMade: whether CloudFront was called since the place was reserved.
  func release(_ request: Request, wasMade: Bool) {
    guard let account else { return }
    if let slot = request.slot, !wasMade { account.giveBack(slot, deadline: deadline) }
    if let counted = request.counted { account.discount(counted) }
  }
}
