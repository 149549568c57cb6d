import HTTPTransport
import LocalCloud
import VirtualWorld

/// How a world differs in which execution environments share a ledger.
struct TableScenario {
  static let table = "ledger"
  /// The requests a second that all environments have together where they are paced.
  static let rate = 0.5

  /// Whether uploads of the same bytes are skipped.
  let skips: Bool
  /// Whether it lasts for weeks, so that records expire.
  let isLong: Bool
  let writingTime: Duration
  let changes: Int
  let keysPerBucket: Int
  let duplicateRate: Double
  /// How often an event has a sequencer.
  let countedRate: Double
  /// How often a notification is late, and by how many seconds at most.
  let lateRate: Double
  let latest: Int
  /// Whether changes of the same few objects reach many environments at the same time.
  let isContended: Bool
  /// How many kinds of bytes an object's versions have.
  let contents: Int
  let faultRate: Double
  let outages: Int
  /// How often the table is made anew.
  let renewals: Int
  /// Whether objects change as stories tell instead of at random, see ``Story``.
  let tellsStories: Bool
  /// Whether all environments together have a small rate, and a table that always answers.
  let isPaced: Bool
  /// How the ledger is switched off and on again, if it is.
  let pause: Pause?

  /// What the function is deployed with for a while; then everything is switched on again, with
  /// another stamp.
  enum Pause {
    case withoutTable, sendsUnchanged
  }

  /// Decides by the seed and not by the world's generator, so that every other choice stays as it
  /// is; nil for most seeds.
  init?(seed: UInt64, isCalm: Bool) {
    // Some of the worlds with a work queue have one too.
    let isShared = seed % 5 == 2 && seed / 5 % 4 == 3
    guard seed % 5 == 4 || isShared else { return nil }
    var random = SeededRandom(seed: ~seed)
    skips = seed / 5 % 3 != 0
    tellsStories = !isShared && seed / 5 % 3 == 1
    isPaced = tellsStories && random.chance(0.3)
    isLong = random.chance(tellsStories ? 0.4 : 0.25)
    let hours =
      isLong ? random.between(24 * 40...24 * 50) : random.between(tellsStories ? 12...16 : 3...16)
    writingTime = .seconds(3600 * hours)
    changes = random.between(random.pick([10...60, 60...120]))
    isContended = random.chance(0.5)
    keysPerBucket = random.between(isContended ? 1...3 : random.pick([2...6, 6...20]))
    duplicateRate = random.pick([0.02, 0.2])
    countedRate = random.pick([1, 1, 0.99])
    lateRate = random.pick([0, 0.05, 0.2])
    latest = random.pick(isLong ? [6 * 3600, 86_400 * 34] : [600, 3600])
    contents = random.pick([1, 2, 2, 3])
    faultRate = isCalm || isPaced ? 0 : random.pick([0, 0.02, 0.1, 0.3])
    outages = isCalm || isPaced ? 0 : random.pick([0, 0, 1, 2])
    renewals = isPaced ? 0 : random.pick([0, 0, 0, 1])
    pause =
      tellsStories && !isLong && !isPaced && random.chance(0.6)
      ? random.pick([.withoutTable, .sendsUnchanged]) : nil
  }

  /// A table that always answers, for a row whose environments share their pace by it.
  init() {
    skips = false
    isLong = false
    writingTime = .zero
    changes = 0
    keysPerBucket = 1
    duplicateRate = 0
    countedRate = 1
    lateRate = 0
    latest = 0
    isContended = false
    contents = 1
    faultRate = 0
    outages = 0
    renewals = 0
    tellsStories = false
    isPaced = false
    pause = nil
  }

  /// When the ledger is switched off and on again.
  var pauseBegins: Duration { writingTime / 3 }
  var pauseEnds: Duration { writingTime / 2 }

  /// What the function is deployed with at some time.
  func settings(at now: Duration) -> [String: String] {
    var own = [
      "LEDGER_TABLE": TableScenario.table, "UNCHANGED_OBJECTS": skips ? "skip" : "send",
      "NOTIFIED_EVENTS": "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*",
    ]
    guard let pause, now >= pauseBegins else { return own }
    if now >= pauseEnds {
      own["LEDGER_STAMP"] = "again"
    } else {
      switch pause {
      case .withoutTable: own = [:]
      case .sendsUnchanged: own["UNCHANGED_OBJECTS"] = "send"
      }
    }
    return own
  }
}

// The table that execution environments share, and the objects' contents, which it is about.
extension World {
  func planTable() {
    guard let own = scenario.table, let table else { return }
    let end = Int(scenario.writingTime.components.seconds)
    for _ in 0..<own.outages {
      let start = random.seconds(0...end)
      tableOutages.append(start..<start + random.seconds(60...7200))
    }
    for _ in 0..<own.renewals {
      timeline.after(random.seconds(0...end)) {
        self.fault("tables made anew")
        table.removeAll()
      }
    }
    if own.pause != nil {
      for time in [own.pauseBegins, own.pauseEnds] {
        timeline.after(time) {
          self.fault("ledgers switched off or on")
          self.retireIdle()
        }
      }
    }
    guard own.isLong else { return }
    for day in 1...(end / 86_400) {
      timeline.after(.seconds(86_400 * day)) {
        // DynamoDB may take days to delete what has expired.
        if self.random.chance(0.3) { table.deleteExpired() }
      }
    }
  }

  /// Gives an event the facts that the ledger compares.
  func fill(_ event: inout ObjectEvent, _ own: TableScenario, _ content: Int?) {
    guard event.kind == .put || event.kind == .copy else { return }
    let bytes = content ?? random.between(1...own.contents)
    event.eTag = scenario.store == .tags ? "tag-\(event.change)" : "bytes-\(bytes)"
    event.size = Int64(1000 + bytes)
  }

  /// Notes what an object is after an event.
  func noteContent(of event: ObjectEvent) {
    guard !ledger.changes[event.change].isSilent else { return }
    let bytes = event.size.map { Int($0 - 1000) } ?? 0
    let content =
      switch event.kind {
      // Stores whose changes differ in the tag alone have other bytes each time.
      case .put where scenario.store == .tags: 10_000 + event.change
      case .put: bytes
      // A copy may change headers, and the deletion of a version brings back another one.
      case .copy, .deleteVersion: 10_000 + event.change
      default: Copies.nothing
      }
    copies.note(event, content: content)
  }

  func sendToTable(_ request: HTTPRequest, from sandbox: Sandbox) {
    guard let delivery = sandbox.delivery, let table else {
      return violation("a call of DynamoDB without a ledger")
    }
    if scenario.stallRate == 0, timeline.now > delivery.end - scenario.margin / 3 {
      violation("a call of DynamoDB starts behind the deadline")
    }
    if sandbox.environment.isEndRequested {
      violation("a call of DynamoDB starts after the end was asked for")
    }
    if sandbox.isDry { violation("a dry run calls DynamoDB") }
    countCall(of: delivery, in: sandbox)
    totals.meet("calls of DynamoDB")
    if String(decoding: request.body, as: UTF8.self).contains(" - :vc") {
      totals.meet("places in the account's pace that are given back")
    }
    let name = request.headers["X-Amz-Target"]?.split(separator: ".").last.map(String.init) ?? ""
    let operation = DynamoDBOperation(rawValue: name)
    let timeout = request.timeout ?? .seconds(86_400)
    // Slow enough that what two environments do at once overlaps.
    let slowest = scenario.table?.tellsStories == true ? 60 : 8
    let there = random.milliseconds(1...slowest)
    let fault = tableFault(operation, delivery)
    timeline.after(there) {
      if let fault, let operation { table.script(fault, on: operation) }
      let arrival = Network.arrival(table.reply(to: Network.serverRequest(request)))
      table.dropFaults()
      self.note("DynamoDB: \(name)\(fault.map { " \($0)" } ?? "")")
      let total = there + arrival.delay + self.random.milliseconds(1...max(12, slowest))
      let result: Result<HTTPResponse, TransportError> =
        total <= timeout
        ? arrival.result
        : .failure(TransportError(.timeout, "the simulated table takes too long"))
      self.timeline.after(min(total, timeout) - there) {
        guard !sandbox.environment.isKilled else { return }
        sandbox.environment.reply = result
        self.go(on: sandbox)
      }
    }
  }

  private func tableFault(
    _ operation: DynamoDBOperation?, _ delivery: Delivery
  ) -> DynamoDBFault? {
    guard !areFaultsOver, let own = scenario.table else { return nil }
    if operation == .putItem,
      delivery.messages.contains(where: { $0.isUnrecorded && $0.receives == 1 })
    {
      fault("changes that can't be recorded at first")
      return random.pick([.denied, .internalError, .missingTable])
    }
    let isAway = tableOutages.contains { $0.contains(timeline.now) }
    guard random.chance(isAway ? 0.95 : own.faultRate) else { return nil }
    fault("calls of DynamoDB that fail")
    let faults: [DynamoDBFault] = [
      .throttle, .internalError, .denied, .missingTable, .resetBeforeAccepting,
      .resetAfterAccepting, .resetAfterAccepting, .halfAnswer, .hang, .unprocessed,
      .slow(random.milliseconds(50...3000)),
    ]
    return random.pick(faults)
  }

  /// Whether a message of a world with a ledger has nothing to wait for.
  func isQuiet(_ message: Message) -> Bool {
    scenario.table != nil && scenario.load == nil && scenario.work == nil
      && scenario.weather == .calm
      && !message.isPoison && !scenario.changesDistributions
  }

  /// Once each change of an object has been answered for, every copy of it is fresh.
  func checkCopies(of message: Message) {
    guard scenario.table?.skips == true else { return }
    for change in message.changes {
      if message.work == nil { copies.answer(change) }
      guard let all = copies.answeredChanges(with: change),
        !all.contains(where: isBeingHandedOn)
      else { continue }
      totals.meet("objects whose copies must be fresh")
      if let stale = ledger.stale(all, content: copies.content) {
        violation("all was taken for done, but \(stale.text)")
      }
    }
  }

  /// Whether a change is still to be told by an item of work, or was given up as one.
  private func isBeingHandedOn(_ change: Int) -> Bool {
    itemsOfChange[change, default: []].contains { !$0.isDeleted }
  }

  /// No copy is older than its object, unless a change that made it so is set aside.
  func checkCopies(unless isSetAside: (Int) -> Bool) {
    for all in copies.objects {
      if let stale = ledger.stale(all, content: copies.content),
        !stale.changes.contains(where: isSetAside)
      {
        violation(stale.text)
      }
    }
  }

  /// Delivers a message to a function that may only plan: it changes nothing.
  func rehearse() {
    guard scenario.table != nil, let message = messages.last(where: { !$0.isPoison }) else {
      return
    }
    var variables = scenario.environment(isUnlimited: true, at: timeline.now)
    variables["DRY_RUN"] = "true"
    let sandbox = Sandbox(
      number: totals.coldStarts + 1, timeline: timeline, variables: variables,
      random: random.fork())
    sandbox.isDry = true
    guard sandbox.environment.start() else { return violation("no thread for a sandbox") }
    sandboxes.append(sandbox)
    sandbox.environment.run()
    let delivery = Delivery(number: totals.deliveries + 1, messages: [message], of: events)
    begin(delivery, in: sandbox)
    let limit = timeline.now + scenario.timeout
    while sandbox.delivery != nil, timeline.now < limit, timeline.step() {}
    if sandbox.delivery != nil { violation("a dry run does not end") }
  }
}
