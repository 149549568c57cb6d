import Foundation
import Testing

@testable import Ledger

/// A small world around the rules: one object, viewers that keep copies, messages that come in any
/// order and more than once, two execution environments that take turns between any two of their
/// steps, a table that is away at times, and CloudFront, which repeats its answer to a caller
/// reference that it knows. When every message is done, no copy may differ from the object.
struct RandomWorld: WalkedWorld {
  /// A way to build the ledger wrongly. Each must be caught.
  enum Bug: CaseIterable {
    case none
    case decidesOnTheRead
    case leavesMarksOut
    case acknowledgesUnrecorded
    case acceptsBeforeSending
    case acceptsUnrecorded
    case recordsNoDeletion
    case takesCopiesForUploads
    case marksNoneBesideTheNewest
  }

  struct Worker {
    enum Step { case idle, read, write, send, accept }
    var step = Step.idle
    var batch: [Int] = []
    var seen: SeenRecord?
    var accepted: AcceptedRecord?
    var decision = ObjectRules.Decision()
    var isRecorded = false
    /// The places of changes that are left to a later delivery, once they were decided about.
    var leftOut: Set<Int> = []
  }

  let bug: Bug
  var random: SplitMix
  /// The object's content after each change; "-" is nothing.
  var contents = ["A"]
  var facts: [ObjectFact] = []
  /// How often each change's message waits in the queue.
  var queue: [Int] = []
  /// What viewers keep; nil is nothing.
  var copy: String?
  var seen: SeenRecord?
  var accepted: AcceptedRecord?
  var references: Set<[String]> = []
  var workers = [Worker(), Worker()]
  var paid = 0
  /// Decides which changes are left to a later delivery; nil when none are.
  var admission: SplitMix?

  init(seed: UInt64, bug: Bug, leavesOut: Bool = false) {
    random = SplitMix(state: seed)
    self.bug = bug
    if leavesOut { admission = SplitMix(state: ~seed) }
  }

  /// Runs to the end; true when the copy is fresh then.
  mutating func run() -> Bool {
    walk(steps: 60, atMost: 200)
    return !isBusy && (copy == nil || copy == contents[contents.count - 1])
  }

  var isBusy: Bool { queue.contains { $0 > 0 } || workers.contains { $0.step != .idle } }

  mutating func happen() {
    switch random.below(8) {
    case 0 where facts.count < 4: change()
    case 1: copy = copy ?? contents[contents.count - 1]
    case 2 where !facts.isEmpty: queue[random.below(facts.count)] += 1
    default: break
    }
  }

  private mutating func change() {
    let number = facts.count + 1
    var content: String? = ["A", "B", "A"][random.below(3)]
    switch random.below(6) {
    // A copy leaves the bytes and changes the headers.
    case 0:
      contents.append("A with headers \(number)")
      content = bug == .takesCopiesForUploads ? "A" : nil
    case 1:
      contents.append("-")
      content = nil
    default: contents.append(content ?? "-")
    }
    facts.append(
      ObjectFact(
        identity: "change-\(number)",
        place: .init(sequencer: "0\(number)", time: Int64(number) * 1_000), content: content))
    queue.append(1)
  }

  mutating func work(_ worker: inout Worker, isCalm: Bool) {
    let isAway = !isCalm && random.below(8) == 0
    let trust = ObjectRules.Trust(since: 0, now: 100_000)
    switch worker.step {
    case .idle:
      worker = Worker()
      worker.batch = queue.indices.filter { queue[$0] > 0 && (isCalm || random.below(2) == 0) }
      for index in worker.batch { queue[index] -= 1 }
      if !worker.batch.isEmpty { worker.step = .read }
    case .read:
      worker.seen = seen
      worker.accepted = accepted
      worker.step = isAway ? .send : .write
      if bug == .acknowledgesUnrecorded || bug == .acceptsUnrecorded { worker.isRecorded = false }
    case .write:
      let changes = worker.batch.map { facts[$0] }
      var decision = ObjectRules.decide(
        changes, seen: worker.seen, accepted: worker.accepted, trust: trust)
      if bug == .recordsNoDeletion, let newest = decision.seen, newest.content == nil {
        decision.seen = nil
      }
      if bug == .leavesMarksOut { decision.marks = [:] }
      leaveOut(&worker, decision, isCalm)
      guard let record = decision.seen else {
        worker.isRecorded = true
        worker.decision = decision
        worker.step = .send
        return
      }
      if isAway {
        // Half of the time it was written all the same.
        if random.below(2) == 0, seen == worker.seen { seen = record }
        worker.step = .send
        return
      }
      if seen == worker.seen {
        seen = record
      } else if bug == .decidesOnTheRead {
        if seen?.place.map({ $0.isCountedBefore(record.place ?? $0) }) ?? true { seen = record }
      } else {
        worker.seen = seen
        return
      }
      worker.isRecorded = true
      worker.decision = decision
      worker.step = .send
      if bug == .acceptsBeforeSending { accept(worker) }
    case .send:
      // A crash: everything comes again.
      if !isCalm, random.below(12) == 0 {
        for index in worker.batch { queue[index] += 1 }
        worker = Worker()
        return
      }
      let sent = sent(worker)
      if !sent.isEmpty {
        var marks = worker.decision.marks
        let all = worker.batch.indices.filter { !isSettled($0, worker) }
        if bug == .marksNoneBesideTheNewest, all.contains(where: { marks[$0] == nil }) {
          marks = [:]
        }
        let reference = sent.map { facts[worker.batch[$0]].identity + (marks[$0] ?? "") }.sorted()
        if references.insert(reference).inserted {
          paid += 1
          copy = nil
        }
      }
      worker.step = .accept
    case .accept:
      if worker.isRecorded || bug == .acceptsUnrecorded, !isAway { accept(worker) }
      if !worker.isRecorded, bug != .acknowledgesUnrecorded {
        for index in worker.batch { queue[index] += 1 }
      } else {
        for place in worker.leftOut { queue[worker.batch[place]] += 1 }
      }
      worker = Worker()
    }
  }

  private func isSettled(_ place: Int, _ worker: Worker) -> Bool {
    worker.decision.covered.contains(place) || worker.decision.unchanged.contains(place)
  }

  private func sent(_ worker: Worker) -> [Int] {
    worker.batch.indices.filter { !isSettled($0, worker) && !worker.leftOut.contains($0) }
  }

  /// Leaves some of the changes that have to be sent to a later delivery, for which there are not
  /// enough tokens.
  private mutating func leaveOut(
    _ worker: inout Worker, _ decision: ObjectRules.Decision, _ isCalm: Bool
  ) {
    worker.leftOut = []
    guard var admission, !isCalm else { return }
    let sent = worker.batch.indices.filter { !decision.isSettled($0) }
    if sent.count > 1 {
      worker.leftOut = Set(sent.filter { _ in admission.below(3) == 0 })
      if worker.leftOut.count == sent.count { worker.leftOut = [] }
    }
    self.admission = admission
  }

  private mutating func accept(_ worker: Worker) {
    let sent = sent(worker)
    if let record = ObjectRules.accept(
      sent.map { facts[worker.batch[$0]] }, before: worker.accepted)
    {
      accepted = record
    }
  }
}

@Suite("The rules in random worlds")
struct RandomWalkTests {
  /// The number of worlds; `LEDGER_WALKS` asks for more.
  static let walks =
    ProcessInfo.processInfo.environment["LEDGER_WALKS"].flatMap { UInt64($0) } ?? 300

  @Test("leave no copy that differs from its object once every message is done")
  func fresh() {
    for seed in 0..<RandomWalkTests.walks {
      for leavesOut in [false, true] {
        var world = RandomWorld(seed: seed, bug: .none, leavesOut: leavesOut)
        let isFresh = world.run()
        #expect(isFresh, "seed \(seed): \(world.contents), kept \(world.copy ?? "nothing")")
      }
    }
  }

  /// The first world that shows each bug. When the rules or the world change, others do.
  static let shown: [(RandomWorld.Bug, seed: UInt64)] = [
    (.decidesOnTheRead, 3_949), (.leavesMarksOut, 310), (.acknowledgesUnrecorded, 2_502),
    (.acceptsBeforeSending, 79), (.acceptsUnrecorded, 1_283), (.recordsNoDeletion, 112),
    (.takesCopiesForUploads, 37), (.marksNoneBesideTheNewest, 49_305),
  ]

  @Test("leave one with each planted bug", arguments: shown)
  func planted(bug: RandomWorld.Bug, seed: UInt64) {
    let leavesOut = bug == .marksNoneBesideTheNewest
    var world = RandomWorld(seed: seed, bug: bug, leavesOut: leavesOut)
    let isFresh = world.run()
    #expect(!isFresh)
    var right = RandomWorld(seed: seed, bug: .none, leavesOut: leavesOut)
    let isFreshWithout = right.run()
    #expect(isFreshWithout)
  }

  @Test("are walked with every bug there is")
  func everyBug() {
    #expect(
      Set(RandomWalkTests.shown.map(\.0)) == Set(RandomWorld.Bug.allCases).subtracting([.none]))
  }
}
