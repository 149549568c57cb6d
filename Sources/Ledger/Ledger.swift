package import Clock
package import DynamoDBAPI
package import S3Events

/// The memory that all execution environments share: what was recorded and accepted of objects.
///
/// A thin shell around ``ObjectRules``: it reads, lets them decide, and writes.
package final class Ledger {
  /// The time a ledger may take of an invocation.
  private enum Share {
    /// For a batch of reads or writes in a warm execution environment.
    static let warm = Duration.milliseconds(200)
    /// The same in a cold start, where a connection is opened first.
    static let cold = Duration.milliseconds(500)
    /// For each further call of the batch.
    static let call = Duration.milliseconds(20)
    /// The part of the time left that recording may take, where changes have to be recorded.
    static let recording = 4
  }

  /// How often a write starts anew because somebody else was faster.
  static let maxRaces = 5

  let client: DynamoDBClient
  private let recordsChanges: Bool
  private let margin: Int64
  private let time: TimeSource
  private var isWarm = false

  /// Creates a ledger; nothing is read yet.
  ///
  /// - Parameters:
  ///   - recordsChanges: whether changes that leave an object's bytes as they are may be skipped,
  ///     so that each has to be recorded.
  ///   - margin: the longest time for which two execution environments can disagree about settings
  ///     and routing.
  package init(
    client: DynamoDBClient, recordsChanges: Bool, margin: Duration, time: TimeSource
  ) {
    self.client = client
    self.recordsChanges = recordsChanges
    self.margin = Int64(margin / .milliseconds(1))
    self.time = time
  }

  /// Finds out what is to become of some changes, and records them where that is needed.
  ///
  /// - Parameters:
  ///   - slices: the slices that changes were handed on for, by their places; none for changes that
  ///     come from an event.
  ///   - promised: the places of changes whose object's name was promised never to change its
  ///     bytes.
  ///   - fingerprint: the digest of everything that decides which copies an invalidation for a
  ///     change reaches; equal for the changes of one bucket and region.
  ///   - deadline: the end of the invocation's work, on the monotonic clock.
  package func consult(
    _ changes: [ObjectChange], slices: [Int: DistributionSlice] = [:], promised: Set<Int> = [],
    fingerprint: (Int) -> String, deadline: Duration?
  ) -> LedgerReading {
    var reading = LedgerReading()
    guard !changes.isEmpty else { return reading }
    reading.objects = Ledger.objects(of: changes, slices, promised)
    var eras: [ItemKey: String] = [:]
    for (index, change) in changes.enumerated() {
      let key = LedgerKeys.era(bucket: change.bucket, region: change.region)
      if eras[key] == nil { eras[key] = fingerprint(index) }
    }
    var keys = Set(eras.keys)
    for object in reading.objects {
      keys.insert(LedgerKeys.object(object.id, .accepted))
      if recordsChanges { keys.insert(LedgerKeys.object(object.id, .seen)) }
    }
    // What handed a change on has recorded what it found, which a late read would not tell.
    let read = client.items(
      keys, isConsistent: recordsChanges && !slices.isEmpty,
      deadline: end(calls: keys.count / 100, deadline))
    reading.problem = read.error.map { "\($0)" } ?? (read.unread.isEmpty ? nil : "it is slow")
    isWarm = true

    let recordingEnd = endOfRecording(deadline)
    var since: [ItemKey: Int64] = [:]
    for (key, fingerprint) in eras where !read.unread.contains(key) {
      since[key] = trusted(key, read.items[key], fingerprint, recordingEnd, &reading.problem)
    }
    for index in reading.objects.indices {
      let change = changes[reading.objects[index].indices[0]]
      let era = LedgerKeys.era(bucket: change.bucket, region: change.region)
      decide(&reading.objects[index], since[era], read, recordingEnd, &reading.problem)
    }
    return reading
  }

  // MARK: - Deciding

  /// Sorts changes by their objects; what was handed on for different slices is apart.
  private static func objects(
    of changes: [ObjectChange], _ slices: [Int: DistributionSlice], _ promised: Set<Int>
  ) -> [LedgerReading.Object] {
    struct Place: Hashable {
      var id: ObjectID
      var slice: DistributionSlice?
    }
    var places: [Place: Int] = [:]
    var found: [(place: Place, indices: [Int])] = []
    for (index, change) in changes.enumerated() {
      let place = Place(id: ObjectID(change), slice: slices[index])
      if let known = places[place] {
        found[known].indices.append(index)
      } else {
        places[place] = found.count
        found.append((place, [index]))
      }
    }
    return found.map { entry in
      LedgerReading.Object(
        id: entry.place.id, indices: entry.indices,
        facts: entry.indices.map { ObjectFact(changes[$0]) }, slice: entry.place.slice,
        isPromised: entry.indices.contains(where: promised.contains))
    }
  }

  private func decide(
    _ object: inout LedgerReading.Object, _ since: Int64?, _ read: ItemsRead, _ end: Duration?,
    _ problem: inout String?
  ) {
    let acceptedKey = LedgerKeys.object(object.id, .accepted)
    let seenKey = LedgerKeys.object(object.id, .seen)
    guard !read.unread.contains(acceptedKey), !recordsChanges || !read.unread.contains(seenKey)
    else { return object.isRecorded = !recordsChanges }
    object.accepted = read.items[acceptedKey]?[LedgerKeys.value]?.stringValue
    object.since = since
    let accepted = object.accepted.flatMap { AcceptedRecord(text: $0) }
    let trust = ObjectRules.Trust(since: since, now: time.wallMilliseconds())
    guard recordsChanges else {
      object.decision = ObjectRules.decide(object.facts, accepted: accepted, trust: trust)
      return
    }
    var value = read.items[seenKey]?[LedgerKeys.value]?.stringValue
    for _ in 0..<Ledger.maxRaces {
      let decision = ObjectRules.decide(
        object.facts, seen: value.map { SeenRecord(text: $0, now: trust.now) },
        accepted: accepted, trust: trust, isWork: object.slice != nil,
        isPromised: object.isPromised)
      guard let record = decision.seen else { return object.decision = decision }
      do {
        switch try replace(seenKey, value, by: record.text, time: record.time, deadline: end) {
        case .written: return object.decision = decision
        // Somebody was faster: what that one wrote decides anew.
        case .conditionFailed(let item): value = item?[LedgerKeys.value]?.stringValue
        }
      } catch {
        problem = problem ?? "\(error)"
        break
      }
    }
    // Whoever does not know what is recorded sends everything.
    object.isRecorded = false
  }

  /// Returns from when on records of a bucket are trusted, and begins a new era where settings have
  /// changed.
  private func trusted(
    _ key: ItemKey, _ item: Attributes?, _ fingerprint: String, _ end: Duration?,
    _ problem: inout String?
  ) -> Int64? {
    let value = item?[LedgerKeys.value]?.stringValue
    let since = Era.trusted(
      from: value.flatMap { Era(text: $0) }, fingerprint: fingerprint, margin: margin)
    guard since == nil else { return since }
    let era = Era(fingerprint: fingerprint, since: time.wallMilliseconds())
    do {
      _ = try replace(key, value, by: era.text, time: nil, deadline: end)
    } catch {
      problem = problem ?? "\(error)"
    }
    return nil
  }

  // MARK: - Writing

  /// Writes a value in place of exactly the one that was read.
  func replace(
    _ key: ItemKey, _ old: String?, by new: String, time: Int64?, deadline: Duration?
  ) throws(DynamoDBError) -> WriteOutcome {
    if let old {
      return try client.put(
        key, attributes(new, time: time), if: "#v = :v", names: ["#v": LedgerKeys.value],
        values: [":v": .string(old)], deadline: deadline)
    }
    return try client.put(
      key, attributes(new, time: time), if: "attribute_not_exists(#v)",
      names: ["#v": LedgerKeys.value], deadline: deadline)
  }

  func attributes(_ text: String, time: Int64?) -> Attributes {
    var attributes: Attributes = [LedgerKeys.value: .string(text)]
    if let time {
      attributes[LedgerKeys.expiry] = .number((time + ObjectRules.retention) / 1000)
    }
    return attributes
  }

  // MARK: - Time

  /// When some calls have to be done.
  func end(calls: Int, _ deadline: Duration?) -> Duration {
    let end = time.monotonic() + (isWarm ? Share.warm : Share.cold) + Share.call * calls
    return deadline.map { min($0, end) } ?? end
  }

  /// When recording has to be done. Because somebody has to deliver again what was not recorded, it
  /// gets more time than a memory that only saves money.
  private func endOfRecording(_ deadline: Duration?) -> Duration {
    guard recordsChanges, let deadline else { return end(calls: 0, deadline) }
    let now = time.monotonic()
    return max(end(calls: 0, deadline), now + (deadline - now) / Share.recording)
  }
}

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
        .filter { sent[object.indices[$0]] != nil }
      guard !places.isEmpty else { continue }
      let facts = places.map { object.facts[$0] }
      let laggards = places.reduce(into: Laggards()) {
        $0.formUnion(sent[object.indices[$1]] ?? [])
      }
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
