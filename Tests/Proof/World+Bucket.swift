import JSON
import LocalCloud

// What people do: they write and delete objects, create and delete distributions.
extension World {
  func planChanges() {
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
    let serving = account.serving(bucket, at: timeline.now, scenario)
    let events = (0..<count).map { _ -> ObjectEvent in
      let key = random.pick(account.keys[bucket] ?? [])
      sequencer += random.between(1...9)
      let change = ledger.change(
        bucket: bucket, key: key, at: timeline.now, distributions: serving)
      totals.changes += 1
      note("change \(change) \(bucket)/\(String(decoding: key, as: UTF8.self))")
      return ObjectEvent(
        change: change, bucket: bucket, key: key, isRemoval: random.chance(0.2),
        sequencer: random.chance(0.9) ? sequencer : nil,
        wallMilliseconds: timeline.wallMilliseconds)
    }
    send(document(events), events.map(\.change))
    while random.chance(scenario.duplicateRate) {
      fault("duplicate notifications")
      send(document(events), events.map(\.change))
    }
  }

  private func document(_ events: [ObjectEvent]) -> [UInt8] {
    // Two wires may carry the same news only where the identity is the sequencer.
    let form = events.allSatisfy { $0.sequencer != nil } ? random.between(0...5) : 0
    if form == 5, events.count == 1, let event = events.first.flatMap(Notification.eventBridge) {
      return event.encoded()
    }
    return (form == 4 ? Notification.sns(events, id: events[0].change) : Notification.s3(events))
      .encoded()
  }

  /// Sends a document on its way, which may take long, so that news overtake each other.
  private func send(_ body: [UInt8], _ changes: [Int]) {
    let isLate = random.chance(0.05)
    let delay = isLate ? random.seconds(10...120) : random.milliseconds(50...3000)
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
    if random.chance(0.5) {
      let new = account.create(for: deleted.bucket, at: timeline.now, &random)
      note("\(new.id) takes its place")
      successors[deleted.id] = new
    }
    distributionsChanged()
  }

  private func distributionsChanged() {
    let listed = account.listed
    note("distributions \(listed.map(\.id))")
    cloudFront.configure { $0.distributions = listed }
  }
}
