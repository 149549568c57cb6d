import Clock
import CloudFrontModel
import EventPlanning
import Failures
import FunctionSettings
import InvalidationSending
import Logging
import S3Events

// What happens where one delivery can't tell all distributions.
extension EventHandler {
  /// Whether what one delivery can't tell of an event is handed on.
  func handsOn(_ event: DecodedEvent) -> Bool {
    event.source == .sqs && workQueue?.isUsable == true
  }

  /// Returns the distributions that are left to other invocations from the start, because one
  /// delivery can't tell all of them; without a work queue it only warns.
  func surplus(
    _ planner: RoundPlanner, of event: DecodedEvent, until ends: [Duration?]
  ) -> Set<DistributionID> {
    let count = planner.distributions.count
    let now = time.monotonic()
    // Few can always be told, whatever the time.
    guard count > SendingPace.burst else { return [] }
    let left = (ends.compactMap { $0 }.min() ?? now + WorkQueue.longestWait) - now
    let capacity = max(SendingPace.burst, activePace.requests(within: left, at: now))
    if handsOn(event) { return planner.round.surplus(over: capacity, in: event) }
    if count > capacity, count > warnedOf, workQueue == nil, !settings.isDryRun {
      warnedOf = count
      let rest =
        event.source == .sqs
        ? "The others wait for the next deliveries, and nothing is lost. A work queue (WORK_QUEUE),"
          + " a longer timeout or fewer environments that share the rate (RATE_SHARES) make it sooner"
        : "Without a queue there are three deliveries. Let the events come by SQS"
      logger.warning(
        "An event has more distributions to tell than one delivery can. \(rest); see docs/scaling.md.",
        metadata: [
          "distributions": .stringConvertible(count), "canTell": .stringConvertible(capacity),
        ])
    }
    return []
  }

  /// Hands on what can be; returns the messages that are done by that.
  func handOn(_ outcome: Outcome, _ times: MessageReturner.Times) -> Set<Int> {
    guard handsOn(outcome.event), !outcome.hasNamelessFailure, let workQueue,
      let first = outcome.rounds.first
    else { return [] }
    let messages = outcome.handable
    guard !messages.isEmpty else { return [] }
    return workQueue.handOn(first, messages: messages, deadline: times.deadline)
  }

  /// Fails the messages of the distributions whose turn did not come.
  func leave(
    _ waiting: ArraySlice<DistributionID>, of planner: RoundPlanner, _ sender: BatchSender
  ) {
    guard !waiting.isEmpty else { return }
    if channel.isEnding {
      planner.leave(
        waiting, .known(.shuttingDown),
        "Lambda ends this execution environment, so \(waiting.count) distributions are left to the"
          + " next delivery.",
        isForOthers: false
      ) { _ in .seconds(1) }
    } else if sender.latecomers > 0 {
      let now = time.monotonic()
      planner.leave(
        waiting, .known(.rateReached),
        "\(waiting.count + sender.latecomers) distributions wait for their turn under CREATE_RATE;"
          + " they are told when the event is delivered again."
      ) { place in
        // Each delivery counts, so it is better to wait until there are tokens for a burst.
        let turn = max(sender.latecomers + place + 1, SendingPace.burst)
        return sender.pace.delay(
          untilRequest: min(turn, sender.latecomers + waiting.count), at: now)
      }
    } else {
      planner.leaveForLackOfTime(waiting)
    }
  }
}
