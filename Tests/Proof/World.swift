import LocalCloud

/// One seeded world: bucket, queue, function and CloudFront on a virtual clock, around the real
/// handler, planner and client.
///
/// Runs on the thread that calls ``run()``, and on the sandboxes' while they hold the baton.
final class World {
  let scenario: Scenario
  let timeline = Timeline()
  let cloudFront: FakeCloudFront
  var random: SeededRandom
  var account: Account
  var ledger = Ledger()
  var totals = Totals()
  let trace: ((String) -> Void)?

  // The queue.
  var messages: [Message] = []
  var collecting: [Message]?
  var running = 0

  // The function.
  var sandboxes: [Sandbox] = []
  var idle: [Sandbox] = []

  // What the checks remember.
  var sequencer = 0x55AE_D6DC
  var pathsOfBatch: [String: Set<String>] = [:]
  /// The batches that met a full quota with wildcards and other paths in one request. They go out
  /// in two then, which another execution environment can't know: see "What is not promised" in
  /// docs/reliability.md.
  var batchesSplitByQuota: Set<String> = []
  var outages: [Range<Duration>] = []
  /// What took the place of a distribution that was deleted, at the same moment.
  var successors: [String: SimulatedDistribution] = [:]
  var isEpilogue = false
  private var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The longest time after the last change in which everything has to come to rest.
  static let patience = Duration.seconds(5 * 86_400)

  init(seed: UInt64, trace: ((String) -> Void)? = nil) throws {
    scenario = Scenario(seed: seed)
    random = scenario.random
    self.trace = trace
    account = Account(scenario, &random)
    let timeline = timeline
    var settings = FakeCloudFrontSettings(distributions: account.listed)
    settings.pageSize = scenario.pageSize
    settings.createRate = scenario.createRate
    settings.largestBatch = scenario.largestBatch
    settings.repeatedReference = scenario.repeatedReference
    settings.clockOffset = scenario.clockOffset
    settings.wallMilliseconds = { timeline.wallMilliseconds }
    if scenario.weather == .calm {
      settings.pathsInProgress = .max
      settings.wildcardsInProgress = .max
    } else if scenario.isBusy {
      // Others invalidate on the same distributions.
      settings.pathsInProgress = 60
      settings.wildcardsInProgress = 2
    }
    cloudFront = try FakeCloudFront(settings, isServing: false)
  }

  /// Lets everything happen, checks it, and returns what came of it.
  func run() -> Totals {
    note("scenario \(scenario.summary)")
    planChanges()
    planWeather()
    settle()
    checkRest()
    endFaults()
    redrive()
    settle()
    checkEnd()
    for sandbox in sandboxes { sandbox.kill() }
    totals.seeds = 1
    totals.time = timeline.now
    totals.invalidations = cloudFront.invalidations.count
    totals.paths = cloudFront.invalidations.reduce(0) { $0 + $1.paths.count }
    totals.calls = cloudFront.calls.count
    totals.digest = digest
    return totals
  }

  /// Goes on until nothing is left to happen.
  private func settle() {
    let limit = max(timeline.now, scenario.writingTime) + World.patience
    while timeline.now < limit {
      if !timeline.step() { return }
    }
    violation("the queue does not drain")
  }

  var areFaultsOver: Bool { isEpilogue || timeline.now > scenario.faultsEnd }
  var isOutage: Bool { outages.contains { $0.contains(timeline.now) } }

  func fault(_ kind: String) { totals.faults[kind, default: 0] += 1 }

  func violation(_ text: String) {
    note("VIOLATION \(text)")
    totals.violations.append((scenario.seed, "at \(timeline.now.text): \(text)"))
  }

  /// Notes what happens, for the trace and for the digest that two runs are compared by.
  func note(_ text: @autoclosure () -> String) {
    let line = "\(timeline.now.text) \(text())"
    for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    trace?(line)
  }
}
