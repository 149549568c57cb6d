import LocalCloud
import VirtualWorld

/// One seeded world: bucket, queue, function and CloudFront on a virtual clock, around the real
/// handler, planner and client.
///
/// Runs on the thread that calls ``run()``, and on the sandboxes' while they hold the baton.
final class World {
  let scenario: Scenario
  let timeline = Timeline()
  let cloudFront: FakeCloudFront
  /// The table that execution environments share; nil without one.
  let table: FakeDynamoDB?
  var copies = Copies()
  var random: SeededRandom
  var account: Account
  var ledger = Ledger()
  var totals = Totals()
  let trace: ((String) -> Void)?

  // The queues.
  var messages: [Message] = []
  let events: Mapping
  let work: Mapping?
  var paidTwice = PaidTwice()
  /// The items of work for each change.
  var itemsOfChange: [Int: [Message]] = [:]

  // The function.
  var sandboxes: [Sandbox] = []
  var idle: [Sandbox] = []

  // What a table's row has beside.
  var fanOut: FanOut?
  var measured = Measured()

  /// The requests that all environments may make together.
  var sharedPace = Pace(sharedRate: TableScenario.rate)
  /// When the table is away.
  var tableOutages: [Range<Duration>] = []

  // What the checks remember.
  var sequencer = 0x55AE_D6DC
  var pathsOfBatch: [String: Set<String>] = [:]
  /// The batches whose paths may be paid for twice. Those that met a full quota with wildcards and
  /// other paths in one request go out in two, which another execution environment can't know: see
  /// "What is not promised" in docs/reliability.md. Those for a distribution that CloudFront did
  /// not know for a moment go out anew. Those of two buckets may lack what could not be looked up
  /// for one of them, and those for a distribution with a cache policy of the account may hold more
  /// than they need.
  var mayRepeat: Set<String> = []
  /// Distributions that are gone but still listed, and until when.
  var lingering: [String: Duration] = [:]
  /// Distributions that exist but that CloudFront does not know, and until when.
  var absent: [String: Duration] = [:]
  /// How many more requests for a distribution are refused for good.
  var refusals: [String: Int] = [:]
  var outages: [Range<Duration>] = []
  /// What took the place of a distribution that was deleted, at the same moment.
  var successors: [String: SimulatedDistribution] = [:]
  var isEpilogue = false
  private var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The longest time after the last change in which everything has to come to rest.
  static let patience = Duration.seconds(5 * 86_400)

  convenience init(seed: UInt64, trace: ((String) -> Void)? = nil) throws {
    try self.init(Scenario(seed: seed), trace: trace)
  }

  init(_ scenario: Scenario, trace: ((String) -> Void)? = nil) throws {
    self.scenario = scenario
    events = Mapping(scenario)
    work = scenario.work.map { Mapping(scenario, $0) }
    random = scenario.random
    self.trace = trace
    account = Account(scenario, &random)
    let timeline = timeline
    var settings = FakeCloudFrontSettings(distributions: account.existing)
    settings.cachePolicies = SimulatedDistribution.cachePolicies
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
    if let load = scenario.load {
      fanOut = FanOut(load)
      settings.callsKept = 10
      settings.keepsPaths = false
      load.limits(&settings)
    }
    cloudFront = try FakeCloudFront(settings, isServing: false)
    if scenario.table == nil {
      table = nil
    } else {
      var own = FakeDynamoDBSettings()
      own.table = TableScenario.table
      own.wallMilliseconds = { timeline.wallMilliseconds }
      table = try FakeDynamoDB(own, isServing: false)
    }
  }

  /// Lets everything happen, checks it, and returns what came of it.
  func run() -> Totals {
    note("scenario \(scenario.summary)")
    for one in account.distributions {
      note("\(one.id) \(one.origins) \(one.group) \(one.rootObject) \(one.behaviors)")
    }
    planChanges()
    planWeather()
    planTable()
    settle()
    checkRest()
    endFaults()
    redrive()
    settle()
    checkEnd()
    checkPaidTwice()
    rehearse()
    for sandbox in sandboxes { sandbox.kill() }
    totals.seeds = 1
    totals.time = timeline.now
    totals.invalidations = cloudFront.invalidations.count
    totals.paths = cloudFront.invalidations.reduce(0) { $0 + $1.paths.count }
    totals.calls = cloudFront.calls.count
    totals.digest = digest
    return totals
  }

  /// Lets the load of a table's row happen, and checks that nothing was lost.
  func runLoad(_ load: Load) {
    note("scenario \(scenario.summary)")
    planLoad(load)
    while load.end.map({ timeline.now < $0 }) ?? true, timeline.step() {
      guard timeline.now < World.patience * 10 else { return violation("the queue does not drain") }
    }
    if load.end == nil { checkLoad() }
    for sandbox in sandboxes { sandbox.kill() }
    totals.time = timeline.now
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
    totals.violations.append((scenario.seed, scenario.kind, "at \(timeline.now.text): \(text)"))
  }

  /// Notes what happens, for the trace and for the digest that two runs are compared by.
  func note(_ text: @autoclosure () -> String) {
    guard scenario.load == nil || trace != nil else { return }
    let line = "\(timeline.now.text) \(text())"
    for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    trace?(line)
  }
}
