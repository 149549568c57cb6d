import CloudFrontModel
import Digest
import DynamoDBAPI
import Encoding
import EventPlanning
import FunctionSettings
package import InvalidationPlanning
package import Ledger
package import Logging
import S3Events

/// The ledger as the handler uses it: items in, what is known of them out, and a word in the log
/// when the table does not answer.
package final class SharedLedger {
  private let ledger: Ledger
  /// What decides beside the distributions which copies an invalidation reaches.
  private let reach: [String]
  /// The names that their operator promises never to change their bytes.
  private let promised: ImmutableNames
  private let logger: Logger
  private var hasWarned = false

  /// What was asked last: the reading, and the item of each of its changes.
  private var last: (reading: LedgerReading, items: [Int])?

  /// Creates the handler's side of a ledger.
  ///
  /// - Parameters:
  ///   - reach: the settings that decide which copies an invalidation reaches.
  ///   - promised: the names that their operator promises never to change their bytes.
  package init(
    ledger: Ledger, reach: [String], promised: ImmutableNames = ImmutableNames(), logger: Logger
  ) {
    self.ledger = ledger
    self.reach = reach
    self.promised = promised
    self.logger = logger
  }

  /// Asks what is known of the changes of a round, and records them where that is needed.
  func remember(_ round: PlanningRound, deadline: Duration?) -> SharedMemory {
    var changes: [ObjectChange] = []
    var places: [Int] = []
    var slices: [Int: DistributionSlice] = [:]
    var promised: Set<Int> = []
    let items = round.items
    for (index, item) in items.enumerated() where !item.serving.isEmpty {
      guard case .change(let change) = item.cause else { continue }
      slices[changes.count] = round.scopes[round.messageOfItem[index]]?.slice
      if self.promised.contains(change.key) { promised.insert(changes.count) }
      changes.append(change)
      places.append(index)
    }
    let reading = ledger.consult(
      changes, slices: slices, promised: promised,
      fingerprint: { self.fingerprint(of: items[places[$0]].everyone) }, deadline: deadline)
    last = (reading, places)
    note(reading.problem)
    let verdicts = reading.verdicts
    warn(
      reading.rewritten.sorted().filter { verdicts[$0].isSent }.map { changes[$0].key })
    var memory = SharedMemory()
    for (place, verdict) in zip(places, verdicts) {
      switch verdict {
      case .covered: memory.settled[place] = .covered
      case .unchanged: memory.settled[place] = .unchanged
      case .laggards(let slices, let mark):
        let names = items[place].serving.map(\.distribution.id.description)
        if names.contains(where: { name in slices.contains { $0.contains(name) } }) {
          memory.laggards[place] = slices
          memory.late[place] = mark.map { items[place].identity.marked($0) }
        } else {
          memory.settled[place] = .covered
        }
      case .send(let mark): memory.late[place] = mark.map { items[place].identity.marked($0) }
      }
    }
    memory.unrecorded = Set(reading.unrecorded.map { places[$0] })
    memory.held = Set(reading.held.map { places[$0] })
    memory.rewritten = Set(reading.rewritten.map { places[$0] })
    return memory
  }

  /// Notes the items of which every path was accepted at every distribution that serves them, but
  /// for those of the slices that they were handed on for.
  func accept(_ items: [Int: Set<DistributionSlice>], deadline: Duration?) {
    guard let (reading, places) = last else { return }
    last = nil
    var sent: [Int: Set<DistributionSlice>] = [:]
    for (place, item) in places.enumerated() { sent[place] = items[item] }
    note(ledger.accept(sent, of: reading, deadline: deadline))
  }

  /// Says that names got other bytes although somebody promised that they never do.
  private func warn(_ keys: [ObjectKey]) {
    guard let first = keys.first else { return }
    logger.warning(
      """
      IMMUTABLE_KEYS says that the bytes of \(first.visible) never change, but they did, so its \
      path is sent as any other's. Correct the patterns, or have the build name such files by \
      their content
      """, metadata: ["changes": .stringConvertible(keys.count)])
  }

  /// Digests the settings and what the list of distributions tells of those that serve a change.
  /// What is read of each of them later, such as its default root object, is not among it: a copy
  /// that only it decides about can't be older than its change.
  private func fingerprint(of serving: [ServingDistribution]) -> String {
    var text: [UInt8] = []
    func add(_ part: String) { text += "\(part.utf8.count):\(part)".utf8 }
    reach.forEach(add)
    for found in serving.sorted(by: { $0.distribution.id < $1.distribution.id }) {
      found.routing.forEach(add)
    }
    return Hex.encode(Array(SHA256.digest(of: text).prefix(16)))
  }

  /// Says once in the life of an execution environment that the table does not answer.
  private func note(_ problem: String?) {
    guard let problem, !hasWarned else { return }
    hasWarned = true
    logger.warning(
      """
      The ledger does not answer, so the function goes on without: duplicates may be paid for, and \
      with UNCHANGED_OBJECTS=skip changes are delivered again until they are recorded
      """, metadata: ["problem": "\(problem)"])
  }
}

extension LedgerReading.Verdict {
  fileprivate var isSent: Bool {
    switch self {
    case .send, .laggards: true
    case .covered, .unchanged: false
    }
  }
}

extension ServingDistribution {
  /// What the list of distributions tells of its routing, as texts.
  fileprivate var routing: [String] {
    let found = distribution
    guard !isUnread else { return [found.id.description, "named"] }
    var texts = [
      found.id.description, "\(found.isEnabled)", "\(found.isStaging)",
      found.connectionMode.rawValue, "\(found.missingObjectTTL)",
    ]
    for origin in found.origins {
      texts += ["origin", origin.id, origin.domainName, origin.originPath]
    }
    for group in found.originGroups { texts += ["group", group.id] + group.members }
    for behavior in found.allBehaviors {
      texts += [
        "behavior", behavior.name, behavior.targetOriginID, "\(behavior.mayRewrite)",
        behavior.cachePolicyID ?? "",
      ]
      if let own = behavior.ownCaching {
        texts += ["\(own.canCache)", "\(own.keysOnQueryStrings)"]
      }
    }
    for route in routes {
      texts += ["route", route.originID ?? "", route.originPath, "\(route.isWebsite)"]
    }
    return texts
  }
}
