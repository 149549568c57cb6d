import EventPlanning
import Failures
import S3Events
import SQSAPI

/// What becomes of a message that could not be completed.
enum MessageReturn: Equatable {
  /// It comes back when the queue's own visibility timeout ends.
  case byQueue
  /// It comes back after a time of our choice.
  case after(Duration)
  /// No further delivery would help, so it goes to the dead-letter queue, for this failure.
  case deadLetter(MessageFailure)
}

/// The rules by which messages of one queue are handed back.
///
/// Work that waits is not work that failed: what time cures is delivered again until it is too old,
/// however often that is.
struct ReturnRules {
  /// The receives after which a message goes to the dead-letter queue, by what would help it.
  static let lastReceive: [Cure: Int] = [.nobody: 3, .permission: 10]
  /// The age after which it goes there whatever would help it. Viewers have had the old object for
  /// days then, and somebody has to know.
  static let oldest = Duration.seconds(72 * 3_600)
  /// The receives that an old message gets all the same, since a redrive may keep its age.
  static let leastReceives = 3
  /// The first wait, which doubles with each receive.
  static let firstWait = Duration.seconds(10)
  /// The longest wait.
  static let longestWait = Duration.seconds(15 * 60)
  /// From this receive on a message waits longer, so that ``oldest`` is reached before the 100th,
  /// at which SQS takes it for one that nobody can handle.
  static let manyReceives = 50
  /// How long it waits then: 49 receives are 61 hours.
  static let longWait = Duration.seconds(75 * 60)
  /// The fewest receives a queue must grant for waits of our own. One that moves messages to its
  /// dead-letter queue sooner must not see them more often than without us.
  static let leastGranted = 50
  /// The longest wait that is asked for, less than SQS's 12 hours from the receive.
  static let mostSeconds = 42_000

  /// What is known of the queue.
  let queue: QueueAttributes
  /// The time, in milliseconds since 1970.
  let now: Int64
  /// How long this invocation has had its messages.
  let elapsed: Duration

  /// Decides about one message.
  ///
  /// - Parameters:
  ///   - failures: all of them; at least one.
  ///   - slice: the distributions that work which was handed on is for.
  ///   - random: from 0 up to 1; jitters the wait.
  func choice(
    _ failures: [MessageFailure], _ delivery: QueueDelivery, slice: DistributionSlice? = nil,
    random: Double
  ) -> MessageReturn {
    if queue.deadLetterQueue != nil, let last = finalFailure(failures, delivery) {
      return .deadLetter(last)
    }
    let slot = slot(of: slice, failures, receives: delivery.receiveCount)
    let wait = slot ?? wait(failures, receives: delivery.receiveCount, random: random)
    let own = queue.visibility - elapsed
    // The queue's own timeout is near enough, and costs no call. A slot is not missed for that.
    if slot == nil, wait >= own * 0.8, wait <= own * 1.25 { return .byQueue }
    if wait < own, queue.maxReceiveCount ?? .max < ReturnRules.leastGranted { return .byQueue }
    return .after(wait)
  }

  /// Returns the failure for which a message is given up; nil when it is to be tried again.
  private func finalFailure(
    _ failures: [MessageFailure], _ delivery: QueueDelivery
  ) -> MessageFailure? {
    if let sent = delivery.sentAt, now - sent > Int64(ReturnRules.oldest / .milliseconds(1)),
      delivery.receiveCount >= ReturnRules.leastReceives
    {
      return failures.first
    }
    // As long as a part of it may still succeed, the rest waits with it.
    return failures.allSatisfy { failure in
      ReturnRules.lastReceive[failure.errorType.cure].map { delivery.receiveCount >= $0 } ?? false
    } ? failures.first : nil
  }

  /// The time until the next slot of work that nothing prevents but that its turn did not come; nil
  /// for everything else. There it meets whatever else is for its distributions, and one
  /// invalidation is enough for all.
  private func slot(
    of slice: DistributionSlice?, _ failures: [MessageFailure], receives: Int
  ) -> Duration? {
    guard let slice, receives <= ReturnRules.manyReceives,
      failures.allSatisfy(\.isForOthers)
    else { return nil }
    return .seconds(max(1, SlicePeriod.delaySeconds(of: slice, now: now)))
  }

  /// The time until the next delivery: when the first thing that the message waits for is expected,
  /// or else a backoff.
  private func wait(_ failures: [MessageFailure], receives: Int, random: Double) -> Duration {
    let backoff = ReturnRules.backoff(receives: receives) * (1 + random / 4)
    let known = failures.compactMap(\.retryAfter).min()
    let wait =
      known.map { receives > ReturnRules.manyReceives ? max($0, backoff) : $0 } ?? backoff
    return min(max(wait, .seconds(1)), .seconds(ReturnRules.mostSeconds))
  }

  private static func backoff(receives: Int) -> Duration {
    if receives > manyReceives { return longWait }
    let doublings = min(max(receives - 1, 0), 10)
    return min(firstWait * (1 << doublings), longestWait)
  }
}
