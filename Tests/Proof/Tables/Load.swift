import VirtualWorld
import LocalCloud

/// What a row of a table puts on the function, in place of what a seed draws.
struct Load {
  /// Objects that change.
  struct Wave {
    /// When the first changes, and for how long they go on, evenly.
    var start: Duration
    var length: Duration
    var changes: Int
  }

  /// What CloudFront's servers do in an outage.
  enum Outage: String {
    case unavailable = "503"
    case refused = "no connection"
    case silent = "no answer"
  }

  /// The distributions of the bucket, all alike: an object has one viewer path on each.
  var distributions = 1
  /// The objects; they change in turn.
  var keys = 1_000
  /// The objects of a folder.
  var keysOfFolder = 1_000
  var waves: [Wave] = []
  var outage: Range<Duration>?
  var outageKind = Outage.unavailable
  /// Another tool's requests to CloudFront, per second, while objects change.
  var otherRate = 0.0
  /// How many invalidation requests come while objects change, evenly; every other one is urgent.
  var requests = 0
  /// The messages that end the process.
  var pills = 0
  /// When the row ends, whatever is left to do; nil at rest.
  var end: Duration?
  /// The most messages in flight, as of SQS.
  var mostInFlight = 120_000
  /// What CloudFront limits besides the rate of requests.
  var limits: (inout FakeCloudFrontSettings) -> Void = { _ in }
  /// The function's settings on top of the template's.
  var settings: [String: String] = [:]

  var changes: Int { waves.reduce(0) { $0 + $1.changes } }
}

extension Scenario {
  /// The world of a table's row: the template's defaults, nothing that goes wrong by itself, and
  /// CloudFront's rate of requests as of 2022.
  static func table(_ load: Load, _ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
    var scenario = Scenario(seed: 2)
    scenario.random = SeededRandom(seed: 20_261_125)
    scenario.load = load
    scenario.work = nil
    scenario.table = nil
    scenario.wiring = .report
    scenario.weather = .calm
    scenario.writingTime = load.waves.map { $0.start + $0.length }.max() ?? .zero
    scenario.store = .s3
    scenario.isCrowded = false
    scenario.poison = 0
    scenario.duplicateRate = 0
    scenario.window = .seconds(5)
    scenario.timeout = .seconds(120)
    scenario.visibility = .seconds(185)
    scenario.batchSize = 1_000
    scenario.maxReceiveCount = 100
    scenario.concurrency = 2
    scenario.killRate = 0
    scenario.stallRate = 0
    scenario.shutdownRate = 0
    scenario.cacheTime = .seconds(300)
    scenario.missCacheTime = .seconds(30)
    scenario.faultRate = 0
    scenario.outages = 0
    scenario.createRate = FakeCloudFrontSettings.CreateRate(perSecond: 0.5, burst: 6)
    scenario.largestBatch = nil
    scenario.repeatedReference = .returnsEarlier
    scenario.clockOffset = .zero
    scenario.pageSize = 100
    scenario.decoys = 0
    scenario.isBusy = false
    scenario.changesDistributions = false
    scenario.lingering = 0
    scenario.absentRate = 0
    scenario.refusalRate = 0
    scenario.rootWildcard = "last-resort"
    scenario.wildcardThreshold = 10
    scenario.maxWildcards = 12
    scenario.maxPaths = 3_000
    change(&scenario)
    return scenario
  }
}
