import LambdaRuntime
import VirtualWorld
import JSON
import LocalCloud

// What people do: they write and delete objects, create and delete distributions.
extension World {
  func planChanges() {
    if scenario.table?.tellsStories == true { return planStories() }
    let end = Int(scenario.writingTime.components.seconds)
    let bursts = (0..<scenario.bursts).map { _ in random.between(0...end) }
    var left = scenario.changes
    while left > 0 {
      let count = min(left, random.between(1...scenario.recordsPerNotification))
      left -= count
      let second =
        bursts.isEmpty || random.chance(0.3) ? random.between(0...end) : random.pick(bursts)
      timeline.after(.seconds(second) + random.milliseconds(0...2000)) { self.write(count) }
    }
    for _ in 0..<scenario.poison {
      timeline.after(random.seconds(0...end)) { self.poison() }
    }
    guard scenario.changesDistributions else { return }
    for _ in 0..<random.between(1...2) {
      timeline.after(random.seconds(0...end)) {
        let bucket = self.random.pick(self.account.buckets)
        self.account.create(for: bucket, at: self.timeline.now, &self.random)
        self.distributionsChanged()
      }
    }
    for _ in 0..<random.between(0...2) {
      timeline.after(random.seconds(0...end)) { self.deleteDistribution() }
    }
  }

  /// Changes objects of one bucket at once and sends the news in one document.
  private func write(_ count: Int) {
    let bucket = random.pick(account.buckets)
    let crowd = account.crowds[bucket] ?? []
    let keys = crowd.isEmpty || random.chance(0.3) ? account.keys[bucket] ?? [] : crowd
    let written = (0..<count).map { _ in random.pick(keys) }
    guard scenario.store.hasEcho else {
      return publish(written.map { change(of: $0, in: bucket) })
    }
    // At the beginning of a second, so that there is time for another change within it.
    let rest = timeline.wallMilliseconds % 1000
    timeline.after(.milliseconds(rest == 0 ? 0 : 1000 - rest)) {
      let events = written.map { self.change(of: $0, in: bucket) }
      self.publish(events, isPrompt: true)
      self.timeline.after(self.random.milliseconds(200...990)) { self.echo(events) }
    }
  }

  /// Changes the same keys once more; only one fact of each event is another.
  private func echo(_ events: [ObjectEvent]) {
    publish(
      events.map { first in
        var event = first
        if scenario.store == .twins {
          event.bucket = account.buckets.first { $0 != first.bucket } ?? first.bucket
        }
        event.change = note(change: event)
        if scenario.store == .tags { event.eTag = "tag-\(event.change)" }
        if scenario.store == .versions { event.version = "version-\(event.change)" }
        event.time = time
        if scenario.table != nil { noteContent(of: event) }
        return event
      })
  }

  /// The time as the store's events have it.
  private var time: String {
    let wall = timeline.wallMilliseconds
    return Timestamp.text(scenario.store.hasEcho ? wall / 1000 * 1000 : wall)
  }

  /// Changes an object.
  ///
  /// - Parameters:
  ///   - kind: what happens, where `content` says with which bytes.
  ///   - content: the bytes, by their number; nil for any change.
  func change(
    of key: [UInt8], in bucket: String, kind: ObjectEvent.Kind = .put, content: Int? = nil
  ) -> ObjectEvent {
    sequencer += random.between(1...9)
    var event = ObjectEvent(change: 0, bucket: bucket, key: key, kind: kind, time: time)
    switch scenario.store {
    case .s3 where content != nil: event.sequencer = hex(sequencer)
    case .s3:
      let versioning = account.versioning[bucket] ?? .off
      event.kind = random.pick(versioning.kinds)
      if event.kind == .put, scenario.table != nil, random.chance(0.1) { event.kind = .copy }
      if random.chance(scenario.table?.countedRate ?? 0.9) { event.sequencer = hex(sequencer) }
    case .twins: event.sequencer = hex(sequencer)
    case .repeating, .tags, .versions: event.sequencer = "0055AED6DCD90281E5"
    }
    event.change = note(change: event)
    event.eTag = event.kind == .put ? "tag-\(event.change)" : nil
    if let table = scenario.table { fill(&event, table, content) }
    switch scenario.store {
    case .s3: event.version = account.versioning[bucket]?.version(of: event)
    case .repeating: break
    case .tags: break
    case .versions:
      event.eTag = "tag"
      event.version = "version-\(event.change)"
    case .twins: event.eTag = "tag"
    }
    if scenario.table != nil { noteContent(of: event) }
    return event
  }

  /// Writes a change down, and what follows from it.
  private func note(change event: ObjectEvent) -> Int {
    // What lifecycle deletes for good had been replaced or deleted before: nobody saw it.
    let isSilent = event.kind == .noncurrentExpiry
    let serving = isSilent ? [] : account.serving(event.bucket, at: timeline.now, scenario)
    let change = ledger.change(
      bucket: event.bucket, key: event.key, at: timeline.now, distributions: serving,
      isSilent: isSilent)
    totals.changes += 1
    if isSilent { totals.meet("changes that nobody sees") }
    note("change \(change) \(event.bucket)/\(String(decoding: event.key, as: UTF8.self))")
    return change
  }

  private func hex(_ number: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(16 - digits.count, 0)) + digits
  }

  private func publish(_ events: [ObjectEvent], isPrompt: Bool = false) {
    send(document(events), events.map(\.change), isPrompt: isPrompt)
    while random.chance(scenario.duplicateRate) {
      fault("duplicate notifications")
      send(document(events), events.map(\.change))
    }
  }

  func document(_ events: [ObjectEvent]) -> [UInt8] {
    // Two wires may carry the same news only where the identity is the sequencer.
    let form = events.allSatisfy { $0.sequencer != nil } ? random.between(0...5) : 0
    // EventBridge tells times by the second, so that the same change would have two.
    if form == 5, scenario.table == nil, events.count == 1,
      let event = events.first.flatMap(Notification.eventBridge)
    {
      return event.encoded()
    }
    return (form == 4 ? Notification.sns(events, id: events[0].change) : Notification.s3(events))
      .encoded()
  }

  /// Sends a document on its way, which may take long, so that news overtake each other.
  private func send(_ body: [UInt8], _ changes: [Int], isPrompt: Bool = false) {
    let isLate = random.chance(0.05)
    if let table = scenario.table, random.chance(table.lateRate) {
      fault("notifications that are very late")
      let left = Int((scenario.writingTime - timeline.now).components.seconds)
      let latest = min(table.latest, max(left, 600))
      timeline.after(random.seconds(60...latest)) { self.arrive(body, changes) }
      return
    }
    let delay =
      isLate ? random.seconds(10...120) : random.milliseconds(isPrompt ? 20...100 : 50...3000)
    timeline.after(delay) { self.arrive(body, changes) }
  }

  private func poison() {
    fault("poison messages")
    arrive(Array(random.pick(["{\"Records\":[{\"eventSource\":\"aws:s3\"", "{}", "[]"]).utf8), [])
  }

  private func deleteDistribution() {
    guard !account.distributions.isEmpty else { return }
    let index = random.between(0...account.distributions.count - 1)
    let deleted = account.removeDistribution(at: index)
    note("distribution \(deleted.id) is deleted")
    ledger.remove(deleted.id)
    if scenario.lingering > 0 {
      lingering[deleted.id] = timeline.now + random.seconds(0...scenario.lingering)
    }
    if random.chance(0.5) {
      let bucket = deleted.origins[0].bucket ?? account.buckets[0]
      let new = account.create(for: bucket, at: timeline.now, &random)
      note("\(new.id) takes its place")
      successors[deleted.id] = new
    }
    distributionsChanged()
  }

  private func distributionsChanged() {
    note("distributions \(account.existing.map(\.id))")
  }
}
