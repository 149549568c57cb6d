import S3Events
import Testing

@testable import Ledger

/// A small world like ``RandomWorld`` with two distributions and a work queue: of an event's
/// changes, some distributions are told and others handed on, each as a slice of its own.
struct WorkItemWorld: WalkedWorld {
  /// A way to build it wrongly. Each must be caught.
  enum Bug: CaseIterable {
    case none
    case countsWhatIsHandedOn
    case handsOnUnrecorded
  }

  struct Worker {
    enum Step { case idle, read, write, send, accept }
    var step = Step.idle
    /// The distribution whose work it is; nil for an event's.
    var item: Int?
    var batch: [Int] = []
    var seen: SeenRecord?
    var accepted: AcceptedRecord?
    var decision = ObjectRules.Decision()
    var isRecorded = false
    /// What was handed on, by distribution.
    var handed: [Int: [Int]] = [:]
    var next = 0
  }

  static let slices = [0, 1].compactMap { DistributionSlice(index: $0, of: 2) }

  let bug: Bug
  /// Whether S3 repeats sequencers at times.
  let repeats: Bool
  var random: SplitMix
  var contents = ["A"]
  var facts: [ObjectFact] = []
  var queue: [Int] = []
  /// How often each change waits in the work queue, by distribution.
  var items: [[Int]] = [[], []]
  var copies: [String?] = [nil, nil]
  var seen: SeenRecord?
  var accepted: AcceptedRecord?
  var references: Set<[String]> = []
  var workers = [Worker(), Worker()]
  /// How often something was handed on, completed, and told to laggards alone.
  var counts = (handedOn: 0, completed: 0, laggards: 0)

  init(seed: UInt64, bug: Bug, repeats: Bool) {
    random = SplitMix(state: seed)
    self.bug = bug
    self.repeats = repeats
  }

  /// Runs to the end; true when every copy is fresh then.
  mutating func run() -> Bool {
    walk(steps: 80, atMost: 400)
    let content = contents[contents.count - 1]
    return !isBusy && copies.allSatisfy { $0 == nil || $0 == content }
  }

  var isBusy: Bool {
    (queue + items[0] + items[1]).contains { $0 > 0 } || workers.contains { $0.step != .idle }
  }

  mutating func happen() {
    switch random.below(9) {
    case 0 where facts.count < 4: change()
    case 1, 2:
      let number = random.below(2)
      copies[number] = copies[number] ?? contents[contents.count - 1]
    case 3 where !facts.isEmpty: queue[random.below(facts.count)] += 1
    default: break
    }
  }

  private mutating func change() {
    let number = facts.count + 1
    let isDeleted = random.below(6) == 0
    let content = isDeleted ? nil : ["A", "B", "A"][random.below(3)]
    contents.append(content ?? "-")
    let last = facts.last?.place?.sequencer
    let sequencer = repeats && random.below(3) == 0 ? last : nil
    facts.append(
      ObjectFact(
        identity: "change-\(number)",
        place: .init(sequencer: sequencer ?? "0\(number)", time: Int64(number) * 1_000),
        content: content))
    queue.append(1)
    for item in items.indices { items[item].append(0) }
  }

  private mutating func give(_ worker: Worker, _ changes: [Int]) {
    for index in changes {
      if let item = worker.item { items[item][index] += 1 } else { queue[index] += 1 }
    }
  }

  mutating func work(_ worker: inout Worker, isCalm: Bool) {
    let isAway = !isCalm && random.below(8) == 0
    switch worker.step {
    case .idle:
      worker = Worker()
      let source = random.below(3)
      worker.item = source == 2 ? nil : source
      let pool = worker.item.map { items[$0] } ?? queue
      worker.batch = pool.indices.filter { pool[$0] > 0 && (isCalm || random.below(2) == 0) }
      for index in worker.batch {
        if let item = worker.item { items[item][index] -= 1 } else { queue[index] -= 1 }
      }
      if !worker.batch.isEmpty { worker.step = .read }
    case .read:
      worker.seen = seen
      worker.accepted = accepted
      worker.step = isAway ? unread(worker) : .write
    case .write: write(&worker, isAway)
    case .send: send(&worker, isCalm)
    case .accept:
      if worker.isRecorded, !isAway { accept(worker) }
      for (item, changes) in worker.handed {
        for index in changes { items[item][index] += 1 }
      }
      if !worker.isRecorded, bug != .handsOnUnrecorded || worker.handed.isEmpty {
        give(worker, worker.batch)
      }
      worker = Worker()
    }
  }

  /// Where a worker goes on that does not know what is recorded.
  private func unread(_ worker: Worker) -> Worker.Step {
    worker.item == nil ? .send : .accept
  }

  private mutating func write(_ worker: inout Worker, _ isAway: Bool) {
    let decision = ObjectRules.decide(
      worker.batch.map { facts[$0] }, seen: worker.seen, accepted: worker.accepted,
      trust: ObjectRules.Trust(since: 0, now: 100_000), isWork: worker.item != nil)
    if let record = decision.seen {
      if isAway {
        // Half of the time it was written all the same.
        if random.below(2) == 0, seen == worker.seen { seen = record }
        worker.step = unread(worker)
        return
      }
      guard seen == worker.seen else { return worker.seen = seen }
      seen = record
    }
    worker.isRecorded = true
    worker.decision = decision
    worker.step = .send
  }

  private mutating func send(_ worker: inout Worker, _ isCalm: Bool) {
    // A crash: everything is delivered again.
    if !isCalm, random.below(12) == 0 {
      give(worker, worker.batch)
      worker = Worker()
      return
    }
    let number = worker.next
    worker.next += 1
    if worker.next == 2 { worker.step = .accept }
    guard worker.item ?? number == number else { return }
    let name = WorkItemWorld.slices[number]
    let sent = worker.batch.indices.filter { place in
      let laggards = worker.decision.laggards[place]
      return !worker.decision.isSettled(place) && laggards?.contains(name) ?? true
    }
    guard !sent.isEmpty else { return }
    if worker.decision.laggards.values.contains(where: { !$0.contains(name) }) {
      counts.laggards += 1
    }
    let mayHandOn = worker.isRecorded || bug == .handsOnUnrecorded
    if worker.item == nil, mayHandOn, random.below(2) == 0 {
      counts.handedOn += 1
      worker.handed[number] = sent.map { worker.batch[$0] }
      return
    }
    let reference =
      ["\(number)"]
      + sent.map { facts[worker.batch[$0]].identity + (worker.decision.marks[$0] ?? "") }.sorted()
    if references.insert(reference).inserted { copies[number] = nil }
  }

  private mutating func accept(_ worker: Worker) {
    let places = worker.batch.indices.filter { !worker.decision.isSettled($0) }
    let sent = places.map { facts[worker.batch[$0]] }
    guard let item = worker.item else {
      let laggards = Set(worker.handed.keys.map { WorkItemWorld.slices[$0] })
      if let record = ObjectRules.accept(
        sent, laggards: bug == .countsWhatIsHandedOn ? [] : laggards, before: worker.accepted,
        since: 0)
      {
        accepted = record
      }
      return
    }
    guard let before = accepted else { return }
    if let record = ObjectRules.accept(
      sent, of: WorkItemWorld.slices[item], laggards: [], before: before)
    {
      counts.completed += 1
      accepted = record
    }
  }
}

@Suite("The rules in random worlds with a work queue")
struct WorkItemWalkTests {
  @Test("leave no copy that differs from its object once every message is done")
  func fresh() {
    var counts = (handedOn: 0, completed: 0, laggards: 0)
    for seed in 0..<RandomWalkTests.walks {
      for repeats in [false, true] {
        var world = WorkItemWorld(seed: seed, bug: .none, repeats: repeats)
        let isFresh = world.run()
        #expect(isFresh, "seed \(seed): \(world.contents), kept \(world.copies)")
        counts.handedOn += world.counts.handedOn
        counts.completed += world.counts.completed
        counts.laggards += world.counts.laggards
      }
    }
    // Otherwise nothing was tried.
    #expect(counts.handedOn > 100 && counts.completed > 50 && counts.laggards > 10, "\(counts)")
  }

  /// The first world that shows each bug. When the rules or the world change, others do.
  static let shown: [(WorkItemWorld.Bug, seed: UInt64)] = [
    (.countsWhatIsHandedOn, 2), (.handsOnUnrecorded, 2_119),
  ]

  @Test("leave one with each planted bug", arguments: shown)
  func planted(bug: WorkItemWorld.Bug, seed: UInt64) {
    var world = WorkItemWorld(seed: seed, bug: bug, repeats: false)
    let isFresh = world.run()
    #expect(!isFresh)
    var right = WorkItemWorld(seed: seed, bug: .none, repeats: false)
    let isFreshWithout = right.run()
    #expect(isFreshWithout)
  }

  @Test("are walked with every bug there is")
  func everyBug() {
    #expect(
      Set(WorkItemWalkTests.shown.map(\.0))
        == Set(WorkItemWorld.Bug.allCases).subtracting([.none]))
  }
}
