import CloudFrontModel
import InvalidationPlanning
import Ledger

extension BatchSender {
  /// A request that is still to be made.
  struct Request {
    /// The number of its plan.
    var plan: Int
    var paths: [PlannedPath]
    /// The earliest time for the next attempt, on the monotonic clock.
    var notBefore = Duration.zero
    /// The call to CloudFront; nil before the first attempt.
    var creation: Creation?
    /// Whether an urgent request asks for its paths.
    var isUrgent = false
    /// Its place in the account's pace, for the next attempt.
    var slot: PaceSlot?
    /// The place with which its paths were counted; nil before that.
    var counted: PaceSlot?
    /// How often CloudFront was asked.
    var attempts = 0
    /// The tokens that it had to wait for.
    var waited: SendingPace.Waits = []

    /// The paths of a request by the quota they use: CloudFront counts wildcards separately.
    enum Kind { case plain, wildcards, mixed }

    var kind: Kind {
      let wildcards = paths.count(where: \.path.isWildcard)
      return wildcards == 0 ? .plain : wildcards == paths.count ? .wildcards : .mixed
    }

    var cost: SendingPace.Cost {
      let wildcards = paths.count(where: \.path.isWildcard)
      return SendingPace.Cost(paths: paths.count - wildcards, wildcards: wildcards)
    }

    /// The size of its body, approximately.
    var bytes: Int { paths.reduce(0) { $0 + $1.path.bytes.count + 40 } }
  }

  /// A call to CloudFront, attempt by attempt.
  struct Creation {
    var reference: CallerReference
    var pending: any PendingInvalidation
  }

  /// The requests and waits that one plan has taken so far.
  struct Effort {
    var requests = 0
    var quotaWaits: [Request.Kind: Int] = [:]
  }

  /// The requests that wait for their turn, and the plans that they belong to.
  struct Line {
    /// A request's place.
    enum Place { case first, queue(Int) }

    /// A plan that is not finished.
    private struct Open {
      var plan: DistributionPlan
      var requests: Int
      var parts: [Part] = []
    }

    /// The first request of the plan that came last, before its first attempt.
    private(set) var first: Request?
    /// All other requests: what needs another attempt, and the further requests of large plans.
    private(set) var queue: [Request] = []
    private(set) var heldBytes = 0
    var efforts: [Int: Effort] = [:]
    private var open: [Int: Open] = [:]
    private var count = 0

    /// The places in the order of their turns.
    ///
    /// - Parameter hurries: whether urgent requests come first; if not, they come last, because
    ///   they had their part of the rate.
    func places(hurries: Bool) -> [Place] {
      let places: [Place] = (first == nil ? [] : [.first]) + queue.indices.map { .queue($0) }
      let isMixed = first?.isUrgent == true || queue.contains(where: \.isUrgent)
      guard isMixed else { return places }
      let urgent = places.filter { self[$0].isUrgent }
      let others = places.filter { !self[$0].isUrgent }
      return hurries ? urgent + others : others + urgent
    }

    subscript(place: Place) -> Request {
      get {
        switch place {
        // There is one when `places` says so.
        case .first: first ?? Request(plan: -1, paths: [])
        case .queue(let index): queue[index]
        }
      }
      set {
        switch place {
        case .first: first = newValue
        case .queue(let index): queue[index] = newValue
        }
      }
    }

    /// Whether a request waits for its place in the account's pace, other than for wildcards.
    var holdsPlace: Bool { queue.contains { $0.slot != nil && $0.kind != .wildcards } }

    func plan(of request: Request) -> DistributionPlan? { open[request.plan]?.plan }

    /// Adds a plan's requests; one without any is finished.
    ///
    /// - Parameter urgent: how many of the requests are urgent; they stand first.
    mutating func add(
      _ plan: DistributionPlan, _ requests: [[PlannedPath]], urgent: Int,
      _ finished: (DistributionPlan, [Part]) -> Void
    ) {
      guard !requests.isEmpty else { return finished(plan, []) }
      count += 1
      open[count] = Open(plan: plan, requests: requests.count)
      for (index, paths) in requests.enumerated() {
        let request = Request(plan: count, paths: paths, isUrgent: index < urgent)
        if index == 0 { first = request } else { append(request) }
      }
    }

    /// Puts a request at the end.
    ///
    /// - Parameter isNew: whether it was part of another one so far.
    mutating func append(_ request: Request, isNew: Bool = false) {
      queue.append(request)
      heldBytes += request.bytes
      if isNew { open[request.plan]?.requests += 1 }
    }

    mutating func take(_ place: Place) -> Request {
      let request = self[place]
      switch place {
      case .first: first = nil
      case .queue(let index):
        queue.remove(at: index)
        heldBytes -= request.bytes
      }
      return request
    }

    /// Takes the paths of a request that are no wildcards, and puts the wildcards at the end.
    mutating func takePlain(_ place: Place) -> Request { dividePlain(take(place)) }

    /// Does the same with a request that is taken.
    mutating func dividePlain(_ request: Request) -> Request {
      var plain = request
      var wildcards = plain
      plain.creation = nil
      wildcards.creation = nil
      wildcards.waited = .wildcards
      wildcards.paths.removeAll { !$0.path.isWildcard }
      plain.paths.removeAll(where: \.path.isWildcard)
      append(wildcards, isNew: true)
      return plain
    }

    mutating func takeAll() -> [Request] {
      defer {
        first = nil
        queue = []
        heldBytes = 0
      }
      return (first.map { [$0] } ?? []) + queue
    }

    mutating func hold(_ plan: Int, _ kind: Request.Kind, until end: Duration) {
      for index in queue.indices where queue[index].plan == plan && queue[index].kind == kind {
        queue[index].notBefore = max(queue[index].notBefore, end)
      }
    }

    /// Forgets a request that others stand for.
    mutating func drop(_ request: Request) { open[request.plan]?.requests -= 1 }

    /// Keeps a result, and hands over the plan with its last one.
    mutating func finish(
      _ part: Part, of request: Request, _ finished: (DistributionPlan, [Part]) -> Void
    ) {
      guard var plan = open[request.plan] else { return }
      plan.parts.append(part)
      plan.requests -= 1
      guard plan.requests == 0 else { return open[request.plan] = plan }
      open[request.plan] = nil
      efforts[request.plan] = nil
      finished(plan.plan, plan.parts)
    }
  }
}

extension DistributionPlan {
  /// Divides the paths into those that an urgent item needs and the others.
  func divided(
    _ isUrgent: (Int) -> Bool
  ) -> (urgent: [PlannedPath], others: [PlannedPath]) {
    let urgent = paths.map { path in path.reasons.contains { isUrgent($0.item) } }
    guard urgent.contains(true) else { return ([], paths) }
    return (
      zip(paths, urgent).filter(\.1).map(\.0), zip(paths, urgent).filter { !$0.1 }.map(\.0)
    )
  }
}
