import Ledger

// What the account's execution environments share of their pace.
extension SendingPace {
  /// Takes what the account's environments know, and adds what this one has learned since.
  ///
  /// - Parameter known: nil where they know nothing, or nothing new enough.
  /// - Returns: the rates as the others are to be told them.
  mutating func share(_ known: PaceRates?, at now: Duration, wall: Int64) -> PaceRates {
    if let known {
      adopt(known, at: now, wall: wall)
      for lesson in lessons { apply(lesson, at: now) }
    } else {
      for lane in [\SendingPace.requests, \.paths, \.wildcards] {
        self[keyPath: lane].change(at: now) { $0.forget(at: now) }
      }
    }
    lessons = []
    return PaceRates(
      requests: requests.rate.shared(at: now, wall: wall),
      paths: paths.rate.shared(at: now, wall: wall),
      wildcards: wildcards.rate.shared(at: now, wall: wall))
  }

  /// Takes what the account's environments know, within the bounds of this one.
  private mutating func adopt(_ rates: PaceRates, at now: Duration, wall: Int64) {
    requests.change(at: now) { $0.adopt(rates.requests, at: now, wall: wall) }
    paths.change(at: now) { $0.adopt(rates.paths, at: now, wall: wall) }
    wildcards.change(at: now) { $0.adopt(rates.wildcards, at: now, wall: wall) }
    urgent.refill(perSecond: requests.rate.perSecond / 2, from: now)
  }

  /// What a request takes of the account's lanes.
  func call(_ cost: Cost, isUrgent: Bool, at now: Duration) -> PaceCall {
    func milliseconds(_ count: Int, _ lane: Lane) -> Int64 {
      Int64((Double(count) * 1_000 / lane.bucket.refillPerSecond).rounded(.up))
    }
    let ofRequest = milliseconds(1, requests)
    let plain = max(ofRequest, cost.paths > 0 ? milliseconds(cost.paths, paths) : 0)
    let window = milliseconds(SendingPace.burst, requests)
    return PaceCall(
      plain: PaceCall.Share(cost: plain, window: window),
      wildcards: cost.wildcards == 0
        ? nil
        : PaceCall.Share(
          cost: milliseconds(cost.wildcards, wildcards),
          window: milliseconds(Int(wildcards.bucket.capacity), wildcards)),
      urgent: isUrgent && hurries(at: now)
        ? PaceCall.Share(
          cost: 2 * ofRequest, window: 2 * ofRequest * Int64(SendingPace.urgentBurst))
        : nil,
      paths: cost.paths + cost.wildcards)
  }
}
