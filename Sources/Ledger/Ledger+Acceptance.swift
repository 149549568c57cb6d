import DynamoDBAPI
package import S3Events

extension Ledger {
  /// Notes which changes need no further invalidation.
  ///
  /// - Parameter sent: the changes of which every path was accepted at every distribution that
  ///   serves them, by their place when they were consulted about; of those that were handed on,
  ///   the slices whose distributions may lack it.
  /// - Returns: what went wrong with the table, for the log; nil when nothing did.
  package func accept(
    _ sent: [Int: Set<DistributionSlice>], of reading: LedgerReading, deadline: Duration?
  ) -> String? {
    var items: [(key: ItemKey, attributes: Attributes)] = []
    var parts: [(object: LedgerReading.Object, facts: [ObjectFact], laggards: Laggards)] = []
    for object in reading.objects where object.isRecorded {
      let places = object.indices.indices.filter { !object.decision.isSettled($0) }
      let found = places.compactMap { sent[object.indices[$0]] }
      guard !places.isEmpty, found.count == places.count else { continue }
      let facts = places.map { object.facts[$0] }
      let laggards = found.reduce(into: Laggards()) { $0.formUnion($1) }
      if object.slice != nil {
        // What was accepted by other settings is not completed by these.
        if object.since != nil { parts.append((object, facts, laggards)) }
      } else if let record = ObjectRules.accept(
        facts, laggards: laggards, before: object.accepted.flatMap { AcceptedRecord(text: $0) },
        since: object.since)
      {
        items.append(
          (
            LedgerKeys.object(object.id, .accepted),
            attributes(record.text, time: record.place.time)
          ))
      }
    }
    guard !items.isEmpty || !parts.isEmpty else { return nil }
    let end = end(calls: items.count / 25 + parts.count, deadline)
    do {
      for part in parts { try complete(part.object, part.facts, part.laggards, end) }
      guard !items.isEmpty else { return nil }
      let written = try client.put(items, deadline: end)
      return written == items.count ? nil : "it is slow"
    } catch {
      return "\(error)"
    }
  }

  private typealias Laggards = Set<DistributionSlice>

  /// Takes the slice of changes that were handed on off those that lag.
  private func complete(
    _ object: LedgerReading.Object, _ facts: [ObjectFact], _ laggards: Laggards, _ end: Duration
  ) throws(DynamoDBError) {
    guard let slice = object.slice else { return }
    let key = LedgerKeys.object(object.id, .accepted)
    var value = object.accepted
    for _ in 0..<Ledger.maxRaces {
      guard let text = value, let before = AcceptedRecord(text: text),
        let record = ObjectRules.accept(facts, of: slice, laggards: laggards, before: before)
      else { return }
      switch try replace(key, text, by: record.text, time: record.place.time, deadline: end) {
      case .written: return
      // Another slice was faster.
      case .conditionFailed(let item): value = item?[LedgerKeys.value]?.stringValue
      }
    }
  }
}
