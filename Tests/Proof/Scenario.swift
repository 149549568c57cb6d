import LocalCloud
import VirtualWorld

/// What a seed makes of the world: its sizes, its weather and its settings.
struct Scenario {
  /// How the bucket's events reach the function.
  enum Wiring: String {
    /// Through a queue whose mapping has `ReportBatchItemFailures`.
    case report
    /// Through a queue whose mapping fails a batch as a whole.
    case `throw`
    /// S3 invokes the function asynchronously: two retries, then the on-failure destination.
    case direct
  }

  /// How much goes wrong.
  enum Weather: String {
    /// Nothing at all: nothing may end in the dead-letter queue either.
    case calm
    /// CloudFront's real limits and a fault now and then.
    case rough
    /// Outages, kills, stalls, and most calls go wrong for a while.
    case storm
  }

  /// What tells two changes of one key apart.
  enum Store: String {
    /// S3: a sequencer that rises, seldom none, and times in milliseconds.
    case s3
    /// A sequencer that never changes, as of LocalStack.
    case repeating
    /// Only the object's tag, within a second.
    case tags
    /// Only the version, within a second.
    case versions
    /// Two buckets, whose changes are alike in everything but the bucket, within a second.
    case twins

    /// Whether a second change of a key follows within the second.
    var hasEcho: Bool { self == .tags || self == .versions || self == .twins }
  }

  let seed: UInt64
  var random: SeededRandom
  var wiring: Wiring
  var weather: Weather

  // What changes.
  var writingTime: Duration
  var changes: Int
  var bursts: Int
  var keysPerBucket: Int
  /// Every how many keys one holds a star, which costs a wildcard.
  var starEvery: Int
  var recordsPerNotification: Int
  var poison: Int
  var store: Store
  /// Whether buckets have a folder of so many keys that a wildcard is worth it.
  var isCrowded: Bool
  /// Whether a key with a star may begin with it, so that only `/*` covers it.
  var hasLeadingStars: Bool
  var duplicateRate: Double

  // The queue and its mapping.
  var visibility: Duration
  var window: Duration
  var batchSize: Int
  var maxReceiveCount: Int

  // The function.
  var timeout: Duration
  var margin = Duration.seconds(3)
  var concurrency: Int
  var killRate: Double
  var stallRate: Double
  var shutdownRate: Double
  var cacheTime: Duration
  var missCacheTime: Duration

  // CloudFront.
  var faultRate: Double
  var outages: Int
  var createRate: FakeCloudFrontSettings.CreateRate?
  var largestBatch: Int?
  var repeatedReference: FakeCloudFrontSettings.RepeatedReference
  var clockOffset: Duration
  var pageSize: Int
  var decoys: Int
  var isBusy: Bool
  var changesDistributions: Bool
  /// For how long a distribution that was deleted may still be listed.
  var lingering: Int
  /// How often CloudFront does not know a distribution that exists.
  var absentRate: Double
  /// How often it refuses a request that holds a folder's wildcard, and a successor's.
  var refusalRate: Double

  // The planner.
  var rootWildcard: String
  var wildcardThreshold: Int
  var maxWildcards: Int
  var maxPaths: Int

  /// How often a message is delivered to another environment while one is at work on it.
  var twiceRate = 0.01
  /// How often an idle environment is taken away although it would still be kept.
  var retireRate = 0.03
  /// How long an environment is kept on the average; nil where `retireRate` says it. Where tokens
  /// take longer than an invocation, invocations end at once, and one in 33 of them is soon over.
  var lifetime: Duration?
  /// The table that execution environments share; nil without one.
  var table: TableScenario?
  /// The work queue; nil without one.
  var work: WorkScenario?
  /// What a table asks for in place of the changes that the seed draws; nil in a seed's own world.
  var load: Load?

  init(seed: UInt64) {
    self.seed = seed
    var random = SeededRandom(seed: seed)
    let weather = random.pick([Weather.calm, .rough, .rough, .storm])
    let wiring = random.pick([Wiring.report, .report, .report, .throw, .direct])
    self.weather = weather
    self.wiring = wiring
    let isCalm = weather == .calm
    let isStorm = weather == .storm

    writingTime = random.seconds(60...3600)
    // Once in a while so many that CloudFront's 3,000 paths overflow.
    let isHuge = random.chance(0.004) && wiring != .direct
    changes = isHuge ? random.between(3100...4500) : random.between(1...120)
    bursts = isHuge ? 1 : random.between(0...4)
    keysPerBucket = isHuge ? 5000 : random.between(1...80)
    // Now and then so many stars for so few wildcards that paths have to wait for the next
    // delivery.
    let isNarrow = !isCalm && random.chance(0.1)
    starEvery = isNarrow || random.chance(0.15) ? random.between(1...4) : 23
    store = random.pick([.s3, .s3, .s3, .s3, .s3, .s3, .repeating, .tags, .versions, .twins])
    isCrowded = !isHuge && random.chance(0.25)
    hasLeadingStars = random.chance(0.1)
    recordsPerNotification =
      isNarrow || isCrowded || random.chance(0.3) ? random.between(2...20) : isHuge ? 50 : 1
    poison = isCalm && wiring != .report ? 0 : random.pick([0, 0, 1, 3])
    duplicateRate = random.pick([0, 0.02, 0.2])

    let isDirect = wiring == .direct
    visibility = isDirect ? .seconds(60) : .seconds(random.pick([90, 180, 360, 660]))
    window = isDirect || store.hasEcho ? .zero : .seconds(random.pick([0, 1, 5, 20, 60]))
    batchSize = isDirect ? 1 : isHuge ? 1000 : random.pick([1, 1, 3, 10, 10, 100, 1000])
    maxReceiveCount = isDirect ? 3 : random.pick([3, 5, 100, 100])

    timeout = .seconds(random.pick([10, 30, 60]))
    concurrency = isDirect ? 20 : random.pick([2, 2, 5, 10])
    killRate = isCalm ? 0 : random.pick(isStorm ? [0.02, 0.1, 0.3] : [0, 0, 0.02])
    stallRate = isCalm ? 0 : random.pick(isStorm ? [0, 0.002, 0.01] : [0, 0, 0.001])
    shutdownRate = isCalm ? 0 : random.pick([0, 0.01])
    cacheTime = .seconds(random.pick([300, 300, 60, 0]))
    missCacheTime = .seconds(random.pick([30, 30, 0]))

    faultRate = isCalm ? 0 : random.pick(isStorm ? [0.2, 0.5] : [0, 0.02, 0.1])
    outages = isStorm ? random.between(1...4) : 0
    createRate =
      isCalm || random.chance(0.2)
      ? nil : FakeCloudFrontSettings.CreateRate(perSecond: 0.5, burst: 6)
    largestBatch = !isCalm && !isHuge && random.chance(0.15) ? random.pick([1, 5, 40]) : nil
    repeatedReference = random.chance(0.5) ? .isRefused : .returnsEarlier
    clockOffset = random.chance(0.1) ? .seconds(random.pick([-1200, 1200, 3600])) : .zero
    pageSize = random.pick([1, 2, 3, 100])
    decoys = random.between(0...6)
    isBusy = isCalm ? false : random.chance(0.2)
    changesDistributions = random.chance(0.4)
    lingering = random.pick([0, 5, 30])
    absentRate = isCalm ? 0 : random.pick([0, 0, 0.02, 0.1])
    refusalRate = isCalm ? 0 : random.pick([0, 0.2, 0.5])
    // What has to wait for a quota can wait until it is dead although nothing goes wrong.
    rootWildcard =
      isCalm ? "allowed" : isNarrow ? "never" : random.pick(["last-resort", "never"])
    wildcardThreshold = random.pick([10, 10, 3, 0])
    maxWildcards = isNarrow ? 2 : random.pick([12, 12, 2])
    maxPaths = random.pick([3000, 3000, 30])
    self.random = random
    guard !isHuge else { return }
    if wiring == .report { work = WorkScenario(seed: seed, isCalm: isCalm) }
    if let work {
      changes = min(changes, work.mostChanges)
      // Pages of one distribution each would take longer than an invocation has.
      pageSize = max(pageSize, 20)
      // So would the configurations of so many distributions, which an environment reads anew where
      // it keeps them for less than the time between two deliveries.
      timeout = max(timeout, .seconds(30))
      // Where SQS gives up what only waits, nothing wrong is needed for a dead letter.
      if isCalm { maxReceiveCount = 100 }
    }
    table = TableScenario(seed: seed, isCalm: isCalm)
    if let table {
      writingTime = table.writingTime
      changes = min(table.changes, work?.mostChanges ?? .max)
      keysPerBucket = table.keysPerBucket
      isCrowded = false
      duplicateRate = table.duplicateRate
      if table.isContended, wiring != .direct {
        bursts = max(1, changes / 6)
        recordsPerNotification = 1
        batchSize = min(batchSize, 3)
        window = .zero
        concurrency = 10
      }
      if table.tellsStories { tellStories() }
    }
  }

  /// Whether the function has to wait for CloudFront's rate.
  var isPaced: Bool { createRate != nil || work != nil }

  /// When the faults end: an hour after the last change at the latest.
  var faultsEnd: Duration { writingTime + .seconds(1800) }

  /// What the function is deployed with; CloudFront's rate shared among all sandboxes, as the
  /// template does it, or without limit where the account has none.
  ///
  /// - Parameters:
  ///   - isUnlimited: whether all is well, for the dead letters: then `/*` is allowed too, the
  ///     remedy for a message of more paths than a cold environment ever gets through.
  ///   - now: when the environment starts.
  func environment(isUnlimited: Bool, at now: Duration) -> [String: String] {
    let shares = concurrency + (work == nil ? 0 : WorkScenario.concurrency)
    let rate = isUnlimited || !isPaced ? 1000 : max(0.01, 0.5 / Double(shares))
    // By the seed and not by the generator, so that every other choice stays as it is.
    let findsRate = createRate != nil && !isUnlimited && seed % 2 == 0
    var own = [
      "CREATE_RATE": findsRate ? "auto" : String(rate), "RATE_SHARES": String(shares),
      "AWS_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      "SQS_FAILURES": wiring == .report ? "report" : "throw",
      "DISTRIBUTION_CACHE_SECONDS": String(cacheTime.components.seconds),
      "DISTRIBUTION_MISS_CACHE_SECONDS": String(missCacheTime.components.seconds),
      "DEADLINE_MARGIN_MS": String(margin.wholeMilliseconds),
      "ROOT_WILDCARD": isUnlimited ? "allowed" : rootWildcard,
      "WILDCARD_THRESHOLD": String(wildcardThreshold),
      "MAX_WILDCARDS": String(maxWildcards), "MAX_PATHS": String(maxPaths),
    ]
    if work != nil { own["WORK_QUEUE"] = Mapping.arn(WorkScenario.queue) }
    if let table {
      own.merge(table.settings(at: now)) { $1 }
      // It is the account's then, not each environment's.
      if table.isPaced || work != nil, !isUnlimited, !findsRate {
        own["CREATE_RATE"] = String(TableScenario.rate)
      }
    }
    guard let load else { return own }
    return own.merging(["CREATE_RATE": "auto"]) { $1 }.merging(load.settings) { $1 }
  }

  /// What the world is like, in a few words.
  var kind: String {
    "\(weather.rawValue), \(wiring.rawValue)" + (store == .s3 ? "" : ", store \(store.rawValue)")
      + (isCrowded ? ", crowded" : "") + (changesDistributions ? ", changing distributions" : "")
      + (maxWildcards == 2 ? ", two wildcards" : "") + (work == nil ? "" : ", work queue")
      + (table.map { $0.skips ? ", ledger that skips" : ", ledger" } ?? "")
      + (table?.tellsStories == true ? ", stories" : "")
  }

  var summary: String {
    "\(weather.rawValue) \(wiring.rawValue) changes=\(changes) batch=\(batchSize)"
      + " window=\(window.text) visibility=\(visibility.text) receives=\(maxReceiveCount)"
      + " concurrency=\(concurrency) timeout=\(timeout.text) faults=\(faultRate) kills=\(killRate)"
      + " stalls=\(stallRate) outages=\(outages) pageSize=\(pageSize) stars=1/\(starEvery)"
      + " records=\(recordsPerNotification) poison=\(poison) store=\(store.rawValue)"
      + " crowded=\(isCrowded) lingering=\(lingering) absent=\(absentRate)"
      + " refused=\(refusalRate)"
      + " root=\(rootWildcard) threshold=\(wildcardThreshold)"
      + " wildcards=\(maxWildcards) paths=\(maxPaths)"
  }
}
