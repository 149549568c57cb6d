import Clock
import EventPlanning
import Failures
import FunctionSettings
import InvalidationPlanning
import InvalidationSending
import S3Events

// Which messages of a batch a delivery takes on.
extension EventHandler {
  /// The part of the time left that is counted on, since CloudFront may refuse requests meanwhile,
  /// and to hand messages back takes time.
  private static let share = 0.7
  /// How often a batch is made smaller. With fewer messages wildcards may be worth it that were not
  /// before, so that what is left is counted anew.
  private static let mostCounts = 4
  /// The most distributions that are looked at one by one, where a delivery can't tell them.
  private static let mostOpen = 64
  /// How often a message is received until it is taken on whatever there is: it must not wait for
  /// ever where others take the requests.
  private static let receivesPerStart = 4
  /// The most plans that are made to count the paths.
  private static let mostSamples = 16

  /// Leaves messages aside that this delivery can't finish; returns them.
  ///
  /// What can be handed on is not left aside, because an item of work tells who was told. Nor is a
  /// message of a FIFO queue, where all that follow would have to wait too: a batch has ten.
  func admit(
    _ planner: RoundPlanner, of event: DecodedEvent, deadline: Duration?
  ) -> Set<Int> {
    isLarge = false
    guard event.source == .sqs, returner != nil, !handsOn(event),
      event.messages.count > 1 || planner.distributionCount > 1,
      event.messages.indices.allSatisfy({
        event.messages[$0].id != nil && !event.messages[$0].isFIFO
      }), let deadline
    else { return [] }
    let now = time.monotonic()
    let room = activePace.room(
      within: (deadline - now) * EventHandler.share, shares: settings.allShares,
      isOfAccount: sharedPace != nil, at: now)
    if planner.distributionCount > room.requests, sharedPace == nil {
      let waiting = waitingForRequests(planner, of: event, until: deadline)
      guard waiting.isEmpty else { return waiting }
    }
    return event.messages.count > 1 ? waitingForPaths(planner, of: event, room) : []
  }

  /// The messages of a round, the oldest first.
  private func byAge(_ planner: RoundPlanner, _ event: DecodedEvent) -> [Int] {
    Set(planner.round.messageOfItem).sorted {
      (event.messages[$0].age, $0) < (event.messages[$1].age, $1)
    }
  }

  /// Leaves messages aside for whose distributions this delivery lacks the requests, though it
  /// would have them after a rest; returns them.
  private func waitingForRequests(
    _ planner: RoundPlanner, of event: DecodedEvent, until deadline: Duration
  ) -> Set<Int> {
    let now = time.monotonic()
    let there = pace.requests(within: .zero, at: now)
    func coming(_ time: Duration) -> Int { pace.requests(within: time, at: now) - there }
    let sure = coming((deadline - now) * EventHandler.share)
    // A rest fills the burst, and not more.
    let rested = SendingPace.burst + coming(deadline - now)
    guard there < SendingPace.burst, planner.distributionCount <= max(rested, EventHandler.mostOpen)
    else { return [] }
    let open = planner.open()
    let waiting = Admission.waiting(
      open: open, order: byAge(planner, event), requests: there + sure, rested: rested,
      isUrgent: { event.messages[$0].isUrgent })
    guard let first = waiting.first,
      (event.messages[first].delivery?.receiveCount ?? 1) % EventHandler.receivesPerStart != 0
    else { return [] }
    planner.leaveOut(
      Set(waiting), .known(.rateReached),
      "One delivery can't tell all distributions now, so this message waits for another one.",
      retryAfter: pace.delay(
        untilRequest: min(SendingPace.burst, open.count - sure), at: now))
    // It waits for its tokens all the same, but in the queue.
    pace.giveUp()
    return Set(waiting)
  }

  /// Leaves messages aside for whose paths this delivery lacks the tokens; returns them.
  private func waitingForPaths(
    _ planner: RoundPlanner, of event: DecodedEvent, _ room: Admission.Room
  ) -> Set<Int> {
    let admission = Admission(room, distributions: planner.distributionCount)
    let items = planner.round.items
    guard
      !admission.hasRoom(
        // By index, since an item is large to copy.
        for: items.indices.lazy.map { items[$0].serving.count },
        mostWildcards: settings.planning.coalescing.maxWildcards)
    else { return [] }
    // The oldest is always taken on; then urgent requests come before all others.
    var order = byAge(planner, event)
    let others = order.dropFirst()
    order =
      order.prefix(1) + others.filter { event.messages[$0].isUrgent }
      + others.filter { !event.messages[$0].isUrgent }
    var waiting: Set<Int> = []
    for _ in 0..<EventHandler.mostCounts {
      let more = admission.waiting(
        planner.samples(most: EventHandler.mostSamples), order: order,
        messageOfItem: planner.round.messageOfItem)
      guard !more.isEmpty else { break }
      planner.leaveOut(
        more, .known(.rateReached),
        "One delivery can't send the paths of the whole batch, so this message waits for another one.",
        retryAfter: .seconds(1))
      waiting.formUnion(more)
      order.removeAll(where: more.contains)
    }
    isLarge = !waiting.isEmpty && sharedPace == nil
    return waiting
  }

  /// Hands messages back before anything is sent, since another environment may have the tokens.
  /// What this takes too long for comes back by the queue's own visibility timeout.
  ///
  /// - Returns: the messages that their dead-letter queue has.
  func handBackEarly(
    _ failures: [MessageFailure], of event: DecodedEvent, _ body: [UInt8], start: Duration,
    deadline: Duration?
  ) -> Set<Int> {
    defer {
      // Others may send as much at the same time, and CloudFront has its burst once.
      if isLarge { pace.shareBurst(among: settings.allShares, at: time.monotonic()) }
    }
    let now = time.monotonic()
    let end = deadline.map { now + ($0 - now) / 10 }
    return handBack(
      failures, of: event, body, MessageReturner.Times(start: start, deadline: end))
  }
}

extension EventMessage {
  /// Whether it has an urgent request.
  fileprivate var isUrgent: Bool { requests.contains(where: \.isUrgent) }

  /// When it was sent to the queue, in milliseconds since 1970.
  fileprivate var age: Int64 { delivery?.sentAt ?? .max }
}
