package import Clock
package import DynamoDBAPI
import Encoding

/// The account's pace in the table: one item that all execution environments of an account reserve
/// their calls in, with the month's billed paths and the rates that CloudFront was found to take.
package final class PaceTable {
  /// What came of asking for a place.
  package enum Answer: Equatable {
    /// The call has a place.
    case granted(PaceSlot)
    /// It would have to wait longer than it may for these lanes; nothing was taken.
    case late(Set<PaceLane>, milliseconds: Int64)
    /// The table does not answer, so nobody knows.
    case unknown
  }

  /// The longest time that one call waits for the table.
  package static let patience = Duration.milliseconds(200)
  /// The same for the first call of an execution environment, which opens the connection.
  package static let firstPatience = Duration.milliseconds(500)
  /// How long the table is left alone after it did not answer.
  static let pause = Duration.seconds(30)
  /// How often one place is asked for, when others change the lanes meanwhile.
  static let attempts = 5
  /// How long rates are kept that nobody uses.
  static let memory: Int64 = 600_000

  private let client: DynamoDBClient
  private let patience: Duration
  private let time: TimeSource
  private let warn: (String) -> Void
  private var known = PaceWrite.Known()
  private var leftAloneUntil: Duration?
  private var hasAnswered = false
  private var hasWarned = false
  /// Paths that were counted and then not billed, to be taken off with the next write.
  private var surplus: [String: Int] = [:]

  /// The rates as they were last read; nil before that.
  package var rates: PaceRates? { known.rates?.stringValue.flatMap { PaceRates($0) } }
  /// This month and its paths so far; nil when no answer has told them yet.
  package var monthTotal: (month: String, paths: Int64)? {
    lastTotal.flatMap { $0.month == PaceTable.month(of: time.wallMilliseconds()) ? $0 : nil }
  }
  /// The month of the last answer, and its paths.
  private var lastTotal: (month: String, paths: Int64)?

  /// Prepares the pace of an account.
  ///
  /// - Parameters:
  ///   - patience: the longest time that a call waits for the table, once it has answered.
  ///   - warn: is told once that the table does not answer.
  package init(
    _ client: DynamoDBClient, time: TimeSource, patience: Duration = PaceTable.patience,
    warn: @escaping (String) -> Void
  ) {
    self.client = client
    self.patience = patience
    self.time = time
    self.warn = warn
  }

  /// The key of the account's item.
  package static let key = ItemKey(partition: "pace", sort: "account")

  /// Whether the table is asked at all now.
  package var isInUse: Bool { leftAloneUntil.map { time.monotonic() >= $0 } ?? true }

  /// Reads the month's total and the rates, before the first write of an execution environment.
  package func read(deadline: Duration?) {
    guard isInUse else { return }
    let found = client.items([PaceTable.key], deadline: limit(deadline))
    guard found.unread.isEmpty else {
      return leaveAlone(found.error?.description ?? "it did not get to the item in time")
    }
    hasAnswered = true
    forget()
    learn(found.items[PaceTable.key] ?? [:])
    if monthTotal == nil { lastTotal = (PaceTable.month(of: time.wallMilliseconds()), 0) }
  }

  /// Reserves a place for a call.
  ///
  /// - Parameters:
  ///   - countsPaths: whether the call's paths are to be counted; not for another attempt of one
  ///     call.
  ///   - mayWait: the longest wait for each lane, in milliseconds.
  ///   - deadline: on the monotonic clock.
  ///   - plan: returns the rates as they are to be, given those of the item, and what the call
  ///     takes at these; it is asked again when another environment has changed them meanwhile. It
  ///     is given nil where there are none, or none that were used within ten minutes.
  package func reserve(
    countsPaths: Bool, mayWait: [PaceLane: Int64], deadline: Duration?,
    plan: (PaceRates?) -> (rates: PaceRates, call: PaceCall)
  ) -> Answer {
    guard isInUse else { return .unknown }
    for _ in 0..<PaceTable.attempts {
      // A place so late is of no use.
      let soonest = time.monotonic() + min(patience, PaceTable.patience)
      if let deadline, soonest > deadline { return .late([.plain], milliseconds: 1_000) }
      let now = time.wallMilliseconds()
      let month = PaceTable.month(of: now)
      // What was known of CloudFront's limits is out of date then.
      let isStale = known.lanes[.plain].map { $0 < now - PaceTable.memory } ?? false
      let (mine, call) = plan(isStale ? nil : rates)
      let counted = countsPaths ? call.paths : 0
      let write = PaceWrite(
        call, key: PaceTable.key, known: known, now: now, mayWait: mayWait, month: month,
        count: counted - surplus[month, default: 0], rates: mine)
      let outcome: WriteOutcome
      do throws(DynamoDBError) {
        outcome = try client.update(write.update, deadline: limit(deadline))
      } catch {
        // A table that was not given its time can't be blamed for it.
        if let deadline, limit(nil) > deadline { return .late([.plain], milliseconds: 1_000) }
        leaveAlone(error.description)
        return .unknown
      }
      hasAnswered = true
      switch outcome {
      case .written(let attributes):
        guard let slot = write.slot(attributes, now: now, counted: counted) else {
          leaveAlone("the item lacks what was just written to it")
          return .unknown
        }
        surplus[month] = nil
        learn(attributes, month: month)
        return .granted(slot)
      case .conditionFailed(let item):
        forget()
        learn(item ?? [:], month: month)
        let late = PaceWrite.tooLong(plan(rates).call, known, now: now, mayWait: mayWait)
        if let late { return .late(late.lanes, milliseconds: late.wait) }
      }
    }
    // Others were faster each time, so the lanes are used to the full; later is soon enough.
    return .late([.plain], milliseconds: 1_000)
  }

  /// Gives a place back whose call was not made. What it counted is taken off separately.
  package func giveBack(_ slot: PaceSlot, deadline: Duration?) {
    guard isInUse,
      let update = PaceWrite.givingBack(slot, key: PaceTable.key, now: time.wallMilliseconds())
    else { return }
    // An answer that is lost costs one place, which nobody uses then.
    if case .written(let attributes)? = try? client.update(update, deadline: limit(deadline)) {
      learn(attributes)
    }
  }

  /// Takes off the paths of a call that CloudFront refused.
  package func discount(_ slot: PaceSlot) { surplus[slot.month, default: 0] += slot.paths }

  /// Writes what is still to be taken off, at the end of an invocation.
  package func finish(deadline: Duration?) {
    guard isInUse else { return }
    for (month, paths) in surplus where paths > 0 {
      let update = ItemUpdate(
        PaceTable.key, "ADD #m :m", names: ["#m": PaceWrite.monthAttribute(month)],
        values: [":m": .number(Int64(-paths))])
      guard case .written(let attributes)? = try? client.update(update, deadline: limit(deadline))
      else { return }
      surplus[month] = nil
      learn(attributes, month: month)
    }
  }

  /// Forgets the item, of which a whole copy follows; the table may have been made anew.
  private func forget() { known = PaceWrite.Known() }

  /// Learns what a write changed, or the whole item.
  private func learn(_ attributes: Attributes, month: String? = nil) {
    let seen = PaceWrite.Known(attributes)
    known.lanes.merge(seen.lanes) { $1 }
    known.rates = seen.rates ?? known.rates
    let month = month ?? PaceTable.month(of: time.wallMilliseconds())
    if let paths = attributes[PaceWrite.monthAttribute(month)]?.numberValue {
      lastTotal = (month, paths)
    }
  }

  private func limit(_ deadline: Duration?) -> Duration {
    let end = time.monotonic() + (hasAnswered ? patience : max(patience, PaceTable.firstPatience))
    return deadline.map { min($0, end) } ?? end
  }

  private func leaveAlone(_ reason: String) {
    leftAloneUntil = time.monotonic() + PaceTable.pause
    guard !hasWarned else { return }
    hasWarned = true
    warn(
      "The account's pace can't be shared, so this execution environment keeps its own until the"
        + " table answers: \(reason)")
  }

  /// The month of a time, in UTC, such as `2026-11`.
  static func month(of milliseconds: Int64) -> String {
    let text = CivilTime(millisecondsSinceEpoch: milliseconds).iso8601
    return String(decoding: text.utf8.prefix(7), as: UTF8.self)
  }
}
