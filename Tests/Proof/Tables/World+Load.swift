import LambdaRuntime
import VirtualWorld
import HTTPTransport
import JSON
import LocalCloud

// What happens in the world of a table's row, beside what happens in every world.
extension World {
  /// Plans the changes of the row and what else it asks for.
  func planLoad(_ load: Load) {
    var number = 0
    for wave in load.waves {
      for index in 0..<wave.changes {
        let key = number % load.keys
        number += 1
        timeline.after(wave.start + wave.length * (Double(index) / Double(wave.changes))) {
          self.writeLoad(key)
        }
      }
    }
    for request in 0..<load.requests {
      let part = Double(request) / Double(load.requests)
      timeline.after(scenario.writingTime * part) { self.sendRequest(request) }
    }
    for pill in 0..<load.pills {
      timeline.after(.milliseconds(400 + pill)) { self.sendPill(pill) }
    }
    if load.otherRate > 0 { callFromOutside(load) }
    if let outage = load.outage { outages.append(outage) }
  }

  private func writeLoad(_ key: Int) {
    guard let fanOut else { return }
    let change = fanOut.change(key: key, at: timeline.now)
    let bytes = fanOut.key(key)
    totals.changes += 1
    let event = ObjectEvent(
      change: change, bucket: account.buckets[0], key: bytes, kind: .put,
      sequencer: String(0x55AE_D6DC + change, radix: 16), eTag: "tag-\(change)",
      time: Timestamp.text(timeline.wallMilliseconds))
    let body = Notification.s3([event]).encoded()
    timeline.after(random.milliseconds(50...3000)) { self.arrive(body, [change]) }
  }

  /// Somebody asks for a path of one distribution.
  private func sendRequest(_ number: Int) {
    guard let ids = fanOut?.ids else { return }
    let path = "/requested-\(number)"
    let isUrgent = number % 2 == 0
    let body: JSONValue = [
      "invalidationRequest": [
        "target": .string(ids[number / 2 % ids.count]), "paths": [.string(path)],
        "id": .string("request-\(number)"), "urgent": .bool(isUrgent),
      ]
    ]
    measured.openRequests[path] = (timeline.now, isUrgent)
    arrive(body.encoded(), []) { $0.isRequest = true }
  }

  /// Notes which requests an invalidation carries out; returns its other paths.
  private func takeRequests(_ paths: [String]) -> [String] {
    paths.filter { path in
      guard path.hasPrefix("/requested-") else { return true }
      if let request = measured.openRequests.removeValue(forKey: path) {
        let wait = timeline.now - request.at
        if request.isUrgent {
          measured.urgentWaits.add(wait)
        } else {
          measured.ordinaryWaits.add(wait)
        }
      } else {
        totals.pathsPaidAgain += 1
      }
      return false
    }
  }

  /// A message whose handling ends the process: see ``Delivery``.
  private func sendPill(_ number: Int) {
    let event = ObjectEvent(
      change: number, bucket: account.buckets[0], key: Array("pill".utf8), kind: .put,
      sequencer: "0A", time: Timestamp.text(timeline.wallMilliseconds))
    arrive(Notification.s3([event]).encoded(), [])
    messages.last?.isPill = true
  }

  /// Another tool of the account, which asks CloudFront at random times.
  private func callFromOutside(_ load: Load) {
    timeline.after(.seconds(2 * random.unit() / load.otherRate)) {
      guard self.timeline.now < self.scenario.writingTime else { return }
      if self.cloudFront.admitsRequest(for: "EOTHER") {
        self.measured.othersAccepted += 1
      } else {
        self.measured.othersThrottled += 1
      }
      self.callFromOutside(load)
    }
  }

  /// The network and CloudFront in an outage of the row.
  func trouble(_ load: Load) -> Network.Passage? {
    guard isOutage else { return nil }
    var passage = Network.Passage(
      there: random.milliseconds(5...60), back: random.milliseconds(5...120))
    switch load.outageKind {
    case .unavailable: passage.fault = .unavailable
    case .refused: passage.lost = TransportError(.connect, "the simulated network refuses")
    case .silent: passage.lost = TransportError(.timeout, "the simulated network swallows")
    }
    return passage
  }

  /// Notes an invalidation that CloudFront accepted.
  func acceptLoad(_ invalidation: FakeInvalidation, from delivery: Delivery) {
    guard let fanOut else { return }
    measured.accepted.append(Int(timeline.now.components.seconds))
    totals.invalidations += 1
    totals.paths += invalidation.paths.count
    // Items of work are for some distributions alone.
    let objects =
      delivery.mapping === events
      ? delivery.objects ?? fanOut.objects(of: delivery.changes)
      : fanOut.objects(of: delivery.changes(for: invalidation.distributionID))
    if delivery.mapping === events { delivery.objects = objects }
    let accepted = fanOut.accept(
      takeRequests(invalidation.paths), on: invalidation.distributionID, for: objects,
      at: timeline.now)
    totals.pathsPaidAgain += accepted.twice.count
    measured.doubled += accepted.twice.count { isDoubled($0, in: delivery, fanOut) }
    measured.coveredBefore += accepted.covered
    if let stray = accepted.stray {
      violation("invocation \(delivery.number) asks for \(stray), which nothing calls for")
    }
  }

  /// Whether the messages of some objects are in a delivery only because the queue delivered them
  /// twice.
  private func isDoubled(_ objects: Set<Int>, in delivery: Delivery, _ fanOut: FanOut) -> Bool {
    zip(delivery.messages, delivery.receives).allSatisfy { message, receive in
      message.doubled.contains(receive) || !fanOut.concerns(message.changes, objects)
    }
  }

  /// Receives messages for a row, of which there may be hundreds of thousands.
  func pollLoad(_ mapping: Mapping) {
    guard !mapping.visible.isEmpty,
      mapping.collecting != nil || mapping.running < mapping.concurrency
    else { return }
    if mapping.collecting == nil {
      mapping.collecting = []
      mapping.collection += 1
      let number = mapping.collection
      timeline.after(mapping.window + .milliseconds(20)) { self.flush(number, of: mapping) }
    }
    let most = scenario.load?.mostInFlight ?? 0
    var isFull = false
    while !mapping.visible.isEmpty, measured.inFlight < most, !isFull {
      let last = mapping.visible.count - 1
      mapping.visible.swapAt(random.between(0...last), last)
      let message = mapping.visible[last]
      guard mapping.hasRoom(for: message) else {
        isFull = true
        break
      }
      mapping.visible.removeLast()
      measured.inFlight += 1
      measured.mostInFlight = max(measured.mostInFlight, measured.inFlight)
      receive(message)
      isFull = (mapping.collecting?.count ?? 0) >= mapping.batchSize
    }
    if isFull { flush(mapping.collection, of: mapping) }
  }
}
