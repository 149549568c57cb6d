package import Ledger

/// The pace that all execution environments of the account share, as the sender of one batch uses
/// it: a request that has its tokens here reserves a place there before its call is made.
///
/// Without an answer the sender goes on with the pace of its own environment.
package final class AccountPace {
  /// What a request may do.
  enum Turn {
    /// Call at this time on the monotonic clock.
    case at(Duration, PaceSlot)
    /// The place comes too late, or other lanes than these are free.
    case late(Set<PaceLane>, Duration)
    /// The table does not answer.
    case unknown
  }

  /// The longest that a request waits for its place where no deadline says so.
  private static let longestWait = Duration.seconds(60)

  /// How long before the deadline a place has to be at the least, of the time that is left: sleeps
  /// are longer than asked for, and a place whose time has passed can't be given back.
  private static func leeway(_ left: Duration) -> Duration { max(.milliseconds(250), left / 50) }

  private let table: PaceTable

  package init(_ table: PaceTable) {
    self.table = table
  }

  /// Whether the table is asked at all now.
  package var isInUse: Bool { table.isInUse }
  /// The month and its billed paths so far, as the last answer said.
  package var monthTotal: (month: String, paths: Int64)? { table.monthTotal }

  /// Reads the month's total and the rates.
  package func read(deadline: Duration?) { table.read(deadline: deadline) }

  /// Reserves a place.
  ///
  /// - Parameter splits: whether the request can go without its wildcards, which then wait alone.
  func reserve(
    _ cost: SendingPace.Cost, isUrgent: Bool, countsPaths: Bool, splits: Bool,
    _ pace: inout SendingPace, deadline: Duration?, at now: Duration, wall: Int64
  ) -> Turn {
    let left =
      deadline.map { end in
        max(.zero, end - now - AccountPace.leeway(end - now))
      } ?? AccountPace.longestWait
    let most = Int64(left / .milliseconds(1))
    // The sender's pace changes with the write that is made, so that what it learned counts once.
    var shared = pace
    func ask(isUrgent: Bool) -> PaceTable.Answer {
      table.reserve(
        countsPaths: countsPaths,
        mayWait: [.plain: most, .wildcards: splits ? 0 : most, .urgent: 0], deadline: deadline
      ) { known in
        shared = pace
        let rates = shared.share(known, at: now, wall: wall)
        return (rates, shared.call(cost, isUrgent: isUrgent, at: now))
      }
    }
    var answer = ask(isUrgent: isUrgent)
    if case .late(let lanes, _) = answer, lanes.contains(.urgent) {
      // The account's urgent requests have had their part of the rate.
      answer = ask(isUrgent: false)
    }
    if case .granted = answer { pace = shared }
    return switch answer {
    case .granted(let slot): .at(now + .milliseconds(max(0, slot.goAt - wall)), slot)
    case .late(let lanes, let wait): .late(lanes, .milliseconds(wait))
    case .unknown: .unknown
    }
  }

  /// Gives back the place of a call that was not made.
  func giveBack(_ slot: PaceSlot, deadline: Duration?) { table.giveBack(slot, deadline: deadline) }

  /// Takes off the paths of a call that CloudFront refused, and so does not bill.
  func discount(_ slot: PaceSlot) { table.discount(slot) }

  /// Writes what is still to be taken off.
  package func finish(deadline: Duration?) { table.finish(deadline: deadline) }
}
