import CloudFrontModel
import Digest
import DynamoDBAPI
import Encoding
import EventPlanning
import FunctionSettings
import InvalidationPlanning
package import Ledger
package import Logging
import S3Events

/// The ledger as the handler uses it: items in, what is known of them out, and a word in the log
/// when the table does not answer.
package final class SharedLedger {
  private let ledger: Ledger
  /// What decides beside the distributions which copies an invalidation reaches.
  private let reach: [String]
  private let logger: Logger
  private var hasWarned = false

  /// What was asked last: the reading, and the item of each of its changes.
  private var last: (reading: LedgerReading, items: [Int])?

  /// Creates the handler's side of a ledger.
  ///
  /// - Parameter reach: the settings that decide which copies an invalidation reaches.
  package init(ledger: Ledger, reach: [String], logger: Logger) {
    self.ledger = ledger
    self.reach = reach
    self.logger = logger
  }

  /// Asks what is known of the changes among some items, and records them where that is needed.
  func remember(_ items: [PlanItem], deadline: Duration?) -> SharedMemory {
    var changes: [ObjectChange] = []
    var places: [Int] = []
    for (index, item) in items.enumerated() where !item.serving.isEmpty {
      guard case .change(let change) = item.cause else { continue }
      changes.append(change)
      places.append(index)
    }
    let reading = ledger.consult(
      changes, fingerprint: { self.fingerprint(of: items[places[$0]].serving) },
      deadline: deadline)
    last = (reading, places)
    note(reading.problem)
    var memory = SharedMemory()
    for (place, verdict) in zip(places, reading.verdicts) {
      switch verdict {
      case .covered: memory.settled[place] = .covered
      case .unchanged: memory.settled[place] = .unchanged
      case .send(mark: let mark?): memory.late[place] = items[place].identity.marked(mark)
      case .send(mark: nil): break
      }
    }
    memory.unrecorded = Set(reading.unrecorded.map { places[$0] })
    return memory
  }

  /// Notes the items of which every path was accepted at every distribution that serves them.
  func accept(_ items: Set<Int>, deadline: Duration?) {
    guard let (reading, places) = last else { return }
    last = nil
    let sent = places.indices.filter { items.contains(places[$0]) }
    note(ledger.accept(Set(sent), of: reading, deadline: deadline))
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
