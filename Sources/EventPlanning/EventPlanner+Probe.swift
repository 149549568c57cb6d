import CloudFrontModel
import InvalidationPlanning
import Probing
import S3Events

// Messages that were delivered before may have ended a process. They are tried in a copy of it
// first, so that those beside them are done all the same. What is tried is pure; the lookups
// between decoding and planning are not.
extension EventPlanner {
  /// Decodes an event, and sets aside the messages that can't be decoded without harm.
  func decode(_ event: [UInt8], invocationID: String, deadline: Duration?) -> DecodedEvent {
    decoder.decode(event, invocationID: invocationID) { suspects, decode in
      EventPlanner.verdicts(
        probe.result(of: suspects, limit: trialLimit(until: deadline), decode))
    }
  }

  /// Plans each suspect alone, for one distribution of each form, and takes those out of the round
  /// that can't be planned without harm.
  func tryPlanning(
    _ round: inout PlanningRound, of event: DecodedEvent, deadline: Duration?
  ) {
    let suspects = Set(
      event.messages.indices.filter { event.messages[$0].delivery?.receiveCount ?? 1 > 1 })
    guard !suspects.isEmpty else { return }
    // Hundreds of messages may wait for hundreds of distributions, which mostly are alike.
    let items = round.items(of: suspects, PlanItem.withOneOfEachForm)
    let limit = trialLimit(until: deadline)
    let result = probe.result(of: items.keys.sorted(), limit: limit) { message in
      // A large message may rightly take long. It stops by itself then, and is not to blame.
      let end = now() + limit / 2
      _ = InvalidationPlanner(options: options).plan(
        (items[message] ?? []).map { $0.withoutLookup }, isTimeUp: { self.now() >= end })
    }
    for (message, verdict) in EventPlanner.verdicts(result).sorted(by: { $0.key < $1.key }) {
      let error = verdict.error(place: "Message \(event.messages[message].id ?? "")")
      round.failures.add(message, error.errorType, error.description)
    }
    round.drop(result.fatal.union(result.untried))
  }

  private static func verdicts(_ result: Probe.Result) -> [Int: TrialVerdict] {
    var verdicts: [Int: TrialVerdict] = [:]
    for message in result.fatal { verdicts[message] = .fatal }
    for message in result.untried { verdicts[message] = .untried }
    return verdicts
  }

  /// The longest time for one message: a quarter of what is left, so that others have some.
  private func trialLimit(until deadline: Duration?) -> Duration {
    guard let deadline else { return .seconds(10) }
    return max((deadline - now()) / 4, .seconds(1))
  }
}

extension PlanItem {
  /// The item with an assumption in place of each distribution that is only read when its turn
  /// comes.
  fileprivate var withoutLookup: PlanItem {
    var item = self
    item.serving = serving.map { $0.isUnread ? .assumed($0.distribution.id, originPath: "") : $0 }
    return item
  }
}
