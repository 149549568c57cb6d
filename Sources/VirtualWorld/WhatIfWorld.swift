import ChangeHistory
import CloudFrontModel
import Encoding
import LocalCloud

/// Changes of the past, once more, under other settings: a bucket, a queue, the real function and
/// CloudFront on a virtual clock, where nothing goes wrong but what limits forbid.
///
/// It lives for an episode: from a change until everything rests for so long that nothing is left
/// when the next change happens. Runs on the thread that calls ``run(progress:)``, and on those of
/// the execution environments while they hold the baton.
final class WhatIfWorld {
  static let region = "us-east-1"
  /// The longest time after the last change in which all must come to rest.
  private static let patience = Duration.seconds(14 * 86_400)
  /// How long Lambda keeps an idle environment.
  static let idleTime = Duration.seconds(600)

  let settings: WhatIfSettings
  let timeline: Timeline
  let cloudFront: FakeCloudFront
  let history: WhatIfHistory
  let table: FakeDynamoDB?
  var random: SeededRandom
  var outcome: WhatIfOutcome

  // The bucket.
  private let start: Int
  private var next: Int
  /// The number of the change before which everything rested.
  private var end: Int?
  private let rest: Duration

  // The queue.
  var messages: [Int: WhatIfMessage] = [:]
  /// The messages that can be received, the first one first.
  var ready: [Int] = []
  var readyHead = 0
  var collecting: [WhatIfMessage]?
  var collection = 0
  /// The changes that are not done: in the queue, or on their way to it.
  var pending = 0

  // The function.
  var running = 0
  var idle: [WhatIfSandbox] = []
  /// When something last happened to a message.
  var lastWork = Duration.zero

  /// Creates a world.
  ///
  /// - Parameters:
  ///   - start: the number of the first change that happens.
  ///   - table: the ledger, which outlives the world.
  init(
    _ history: WhatIfHistory, from start: Int, settings: WhatIfSettings, table: FakeDynamoDB?
  ) throws {
    self.history = history
    self.start = start
    next = start
    self.settings = settings
    self.table = table
    random = SeededRandom(seed: UInt64(start) + 1)
    outcome = WhatIfOutcome(settings)
    let first = history.changes.indices.contains(start) ? history.changes[start].milliseconds : 0
    let timeline = Timeline(beginning: first - 1_000)
    self.timeline = timeline
    let account = history.account
    var fake = FakeCloudFrontSettings(
      distributions: account.distributions, cachePolicies: account.cachePolicies)
    fake.createRate = FakeCloudFrontSettings.CreateRate(
      perSecond: account.limits.requestRate, burst: account.limits.requestBurst)
    fake.wallMilliseconds = { timeline.wallMilliseconds }
    cloudFront = try FakeCloudFront(fake, isServing: false)
    table?.configure { $0.wallMilliseconds = { timeline.wallMilliseconds } }
    table?.deleteExpired()
    // By then Lambda has ended the environments, CloudFront has completed everything, and admits as
    // much at once as at the start.
    let refill = account.limits.requestBurst / max(account.limits.requestRate, 0.001)
    rest = WhatIfWorld.idleTime + fake.completionTime + .seconds(refill + 60)
  }

  /// Lets everything happen until it rests.
  ///
  /// - Parameter progress: takes the number of the next change, now and then.
  func run(progress: (Int) -> Void = { _ in }) -> WhatIfEpisode {
    planNextChange()
    let last = Duration.milliseconds(
      (history.changes.last?.milliseconds ?? 0) - timeline.beginning)
    let limit = last + WhatIfWorld.patience
    var steps = 0
    while end == nil, timeline.now < limit, outcome.failure == nil, timeline.step() {
      steps += 1
      if steps % 20_000 == 0 { progress(next) }
    }
    if outcome.failure == nil, pending > 0 { outcome.failure = "the queue does not drain" }
    while let sandbox = idle.popLast() { sandbox.environment.kill() }
    timeline.stop()
    outcome.changes = (end ?? next) - start
    return WhatIfEpisode(outcome: outcome, end: end ?? next)
  }

  /// Plans the next change, and the one after it when it happens.
  private func planNextChange() {
    guard next < history.changes.count else { return }
    let delay = history.changes[next].milliseconds - timeline.wallMilliseconds
    timeline.after(.milliseconds(max(0, delay))) { [self] in
      if next > start, pending == 0, running == 0, timeline.now - lastWork >= rest {
        end = next
        return
      }
      // S3's news are on their way for about a second.
      let number = next
      pending += 1
      timeline.after(random.milliseconds(300...1_500)) { self.arrive(number) }
      next += 1
      planNextChange()
    }
  }

  /// Notes why this world can't go on.
  func fail(_ reason: String) {
    outcome.failure = outcome.failure ?? reason
  }
}

/// The paths under which each object that ever changed can be seen, in order.
struct Catalogue: Sendable {
  private var paths: [DistributionID: [[UInt8]]] = [:]

  /// Collects the paths of all keys on each distribution whose origin is their bucket.
  init(_ changes: [HistoricChange], of distributions: [Distribution]) {
    var keys: [String: Set<[UInt8]>] = [:]
    for change in changes { keys[change.bucket, default: []].insert(change.key) }
    for distribution in distributions {
      var found: Set<[UInt8]> = []
      for origin in distribution.origins {
        for (bucket, keys) in keys where origin.domainName.utf8.starts(with: (bucket + ".").utf8) {
          let folder = Array(origin.originPath.utf8.dropFirst())
          for key in keys {
            if let path = Catalogue.path(of: key, in: folder) { found.insert(path) }
          }
        }
      }
      paths[distribution.id] = found.sorted { $0.lexicographicallyPrecedes($1) }
    }
  }

  private static func path(of key: [UInt8], in folder: [UInt8]) -> [UInt8]? {
    if folder.isEmpty { return [0x2F] + PathEncoding.encode(key) }
    guard key.starts(with: folder), key.dropFirst(folder.count).first == 0x2F else { return nil }
    return PathEncoding.encode(key.dropFirst(folder.count))
  }

  /// How many objects a wildcard covers.
  func count(under wildcard: [UInt8], on distribution: DistributionID) -> Int {
    guard let paths = paths[distribution] else { return 0 }
    let prefix = Array(wildcard.dropLast())
    func first(_ isBeyond: ([UInt8]) -> Bool) -> Int {
      var (low, high) = (0, paths.count)
      while low < high {
        let middle = (low + high) / 2
        if isBeyond(paths[middle]) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let start = first { !$0.lexicographicallyPrecedes(prefix) }
    let end = first { !$0.starts(with: prefix) && prefix.lexicographicallyPrecedes($0) }
    return max(0, end - start)
  }
}
