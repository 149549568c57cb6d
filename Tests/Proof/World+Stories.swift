import VirtualWorld

/// How one object changes, and how its notifications arrive. Each story is a kind of interleaving
/// in which a rule of the ledger is needed, see `docs/ledger.md`; the times are random.
enum Story: CaseIterable {
  /// Several changes arrive together.
  case together
  /// Between two uploads of the same bytes the object is deleted, or copied onto itself.
  case between
  /// A change is sent but not recorded at first, and another one comes before it is delivered
  /// again, or just then.
  case unrecorded
  /// Changes arrive in any order, some of them twice.
  case shuffled
  /// The ledger is switched off and on again between two changes.
  case paused
  /// A notification comes when its record and those of later changes have expired.
  case aged

  /// Chooses among those that a world has time and reason for.
  static func pick(_ own: TableScenario, _ random: inout SeededRandom) -> Story {
    let last: [Story] = own.isLong ? [.aged, .aged] : own.pause == nil ? [] : [.paused, .paused]
    return random.pick([.together, .between, .unrecorded, .unrecorded, .shuffled] + last)
  }
}

extension Scenario {
  /// Makes a quiet world in which objects change as stories tell: what else goes wrong would hide
  /// what they show, since every further invalidation makes old copies go.
  mutating func tellStories() {
    weather = .rough
    if wiring == .direct { wiring = .report }
    keysPerBucket = random.between(8...16)
    starEvery = 1000
    hasLeadingStars = false
    poison = 0
    store = .s3
    recordsPerNotification = 1
    window = .zero
    batchSize = random.pick([1, 1, 1, 3])
    visibility = .seconds(90)
    maxReceiveCount = 100
    timeout = .seconds(30)
    concurrency = 10
    let isPaced = table?.isPaced == true
    killRate = isPaced ? 0 : random.pick([0, 0, 0.02])
    shutdownRate = isPaced ? 0.2 : shutdownRate
    stallRate = 0
    faultRate = isPaced ? 0 : random.pick([0, 0, 0.02])
    outages = 0
    createRate = nil
    largestBatch = nil
    isBusy = false
    changesDistributions = false
    absentRate = 0
    refusalRate = 0
    wildcardThreshold = 0
  }
}

// Objects whose changes are chosen to be hard for a ledger, each with a key of its own.
extension World {
  /// The contents of the stories' objects.
  private static let (first, second) = (1, 2)

  func planStories() {
    guard let own = scenario.table else { return }
    if own.isPaced { timeline.after(.seconds(600)) { self.rush() } }
    for bucket in account.buckets {
      var keys = account.keys[bucket] ?? []
      let opening = keys.removeFirst()
      // The era begins with the first event.
      for time in [.zero] + (own.pause == nil ? [] : [own.pauseBegins, own.pauseEnds]) {
        timeline.after(time + random.seconds(1...60)) {
          self.send([self.change(of: opening, in: bucket, content: World.first)])
        }
      }
      var told: Set<[UInt8]> = [opening]
      for key in keys where told.insert(key).inserted {
        begin(Story.pick(own, &random), of: key, in: bucket, own)
      }
    }
  }

  private func begin(
    _ story: Story, of key: [UInt8], in bucket: String, _ own: TableScenario
  ) {
    // From then on records are trusted.
    let trusted = scenario.cacheTime + .seconds(3600)
    let object = (key: key, bucket: bucket)
    switch story {
    case .paused:
      timeline.after(moment(in: trusted..<own.pauseBegins)) { self.tellPaused(object, own) }
    case .aged:
      timeline.after(moment(in: trusted..<trusted + .seconds(86_400))) { self.tellAged(object) }
    case .together, .between, .unrecorded, .shuffled:
      timeline.after(moment(in: trusted..<own.writingTime - .seconds(3600))) {
        switch story {
        case .together: self.tellTogether(object)
        case .between: self.tellBetween(object)
        case .unrecorded: self.tellUnrecorded(object)
        default: self.tellShuffled(object)
        }
      }
    }
  }

  private typealias StoryObject = (key: [UInt8], bucket: String)

  private func put(_ content: Int, _ object: StoryObject) -> ObjectEvent {
    change(of: object.key, in: object.bucket, content: content)
  }

  private func anyContent() -> Int { random.pick([World.first, World.second]) }

  private func tellTogether(_ object: StoryObject) {
    send([put(World.first, object)])
    timeline.after(random.seconds(60...600)) {
      let isOneDocument = self.random.chance(0.5)
      let count = self.random.between(2...3)
      var events: [ObjectEvent] = []
      for number in 1...count {
        self.timeline.after(.milliseconds(20 * number)) {
          let event = self.put(self.anyContent(), object)
          events.append(event)
          if !isOneDocument {
            self.send(
              [event], after: self.random.milliseconds(self.random.pick([0...40, 0...5000])))
          } else if events.count == count {
            self.send(events)
          }
        }
      }
    }
  }

  private func tellBetween(_ object: StoryObject) {
    let deletion =
      account.versioning[object.bucket] == .off ? .delete : ObjectEvent.Kind.deleteMarker
    let kinds: [ObjectEvent.Kind] = [.put, random.pick([deletion, .copy]), .put]
    var time = Duration.zero
    for kind in kinds {
      timeline.after(time) {
        self.send([
          self.change(of: object.key, in: object.bucket, kind: kind, content: World.first)
        ])
      }
      time += random.seconds(random.pick([1...10, 60...600]))
    }
  }

  /// Changes all objects at once, so that environments wait for the account's rate.
  private func rush() {
    for bucket in account.buckets {
      for key in account.keys[bucket] ?? [] {
        send([put(anyContent(), (key: key, bucket: bucket))])
      }
    }
  }

  private func tellUnrecorded(_ object: StoryObject) {
    send([put(World.first, object)])
    timeline.after(random.seconds(60...600)) {
      let waits = self.random.chance(0.5)
      self.send([self.put(World.second, object)]) { message in
        message.isUnrecorded = true
        guard waits else { return }
        message.whenItReturns = {
          self.send(
            [self.put(World.first, object)], after: self.random.milliseconds(0...40))
        }
      }
      guard !waits else { return }
      self.timeline.after(self.random.seconds(2...200)) {
        self.send([self.put(World.first, object)])
      }
    }
  }

  private func tellShuffled(_ object: StoryObject) {
    var time = Duration.zero
    for _ in 0..<random.between(3...4) {
      time += random.seconds(random.pick([1...10, 60...600]))
      timeline.after(time) {
        let event = self.put(self.anyContent(), object)
        let isUnrecorded = self.random.chance(0.15)
        self.send([event], after: self.anyDelay()) { $0.isUnrecorded = isUnrecorded }
        if self.random.chance(0.3) { self.send([event], after: self.anyDelay()) }
      }
    }
  }

  private func anyDelay() -> Duration {
    random.chance(0.5)
      ? random.milliseconds(0...2000) : random.seconds(random.pick([1...30, 60...1800]))
  }

  private func tellPaused(_ object: StoryObject, _ own: TableScenario) {
    let early = put(World.first, object)
    send([early])
    let off = moment(in: own.pauseBegins + .seconds(60)..<own.pauseEnds - .seconds(60))
    timeline.after(off - timeline.now) { self.send([self.put(World.second, object)]) }
    let on = moment(in: own.pauseEnds + .seconds(120)..<own.writingTime - .seconds(3600))
    timeline.after(on - timeline.now) {
      if self.random.chance(0.6) { self.send([early]) }
      self.timeline.after(self.random.seconds(1...1800)) {
        self.send([self.put(World.first, object)])
      }
    }
  }

  private func tellAged(_ object: StoryObject) {
    let early = put(World.first, object)
    send([early])
    timeline.after(random.seconds(60...600)) { self.send([self.put(World.second, object)]) }
    timeline.after(.seconds(86_400 * 30) + random.seconds(3600...86_400 * 6)) {
      self.send([early])
      self.timeline.after(self.random.seconds(60...1800)) {
        self.send([self.put(World.first, object)])
      }
    }
  }

  private func moment(in range: Range<Duration>) -> Duration {
    let seconds = Int((range.upperBound - range.lowerBound).components.seconds)
    return range.lowerBound + random.seconds(0...max(0, seconds))
  }

  /// Sends news of changes on their way.
  private func send(
    _ events: [ObjectEvent], after delay: Duration? = nil,
    prepare: @escaping (Message) -> Void = { _ in }
  ) {
    let body = document(events)
    timeline.after(delay ?? random.milliseconds(50...1000)) {
      self.arrive(body, events.map(\.change), prepare: prepare)
    }
  }
}
