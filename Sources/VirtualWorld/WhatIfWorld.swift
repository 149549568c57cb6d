package import ChangeHistory
import CloudFrontModel
import Encoding
import LocalCloud

/// Changes of the past, once more, under other settings: a bucket, a queue, the real function and
/// CloudFront on a virtual clock, where nothing goes wrong but what limits forbid.
///
/// Runs on the thread that calls ``run()``, and on those of the execution environments while they
/// hold the baton.
package final class WhatIfWorld {
  static let region = "us-east-1"
  /// The longest time after the last change in which all must come to rest.
  private static let patience = Duration.seconds(14 * 86_400)

  let settings: WhatIfSettings
  let timeline: Timeline
  let cloudFront: FakeCloudFront
  let catalogue: Catalogue
  var random = SeededRandom(seed: 1)
  var outcome: WhatIfOutcome

  // The bucket.
  private let changes: [HistoricChange]
  private var next = 0

  // The queue.
  var messages: [Int: WhatIfMessage] = [:]
  /// The messages that can be received, the first one first.
  var ready: [Int] = []
  var readyHead = 0
  var collecting: [WhatIfMessage]?
  var collection = 0

  // The function.
  var running = 0
  var idle: [WhatIfSandbox] = []

  /// Creates a world.
  ///
  /// - Parameter changes: what happens, in the order of time.
  package init(
    _ changes: [HistoricChange], account: WhatIfAccount, settings: WhatIfSettings
  ) throws {
    self.changes = changes
    self.settings = settings
    outcome = WhatIfOutcome(settings)
    let timeline = Timeline(beginning: (changes.first?.milliseconds ?? 0) - 1_000)
    self.timeline = timeline
    catalogue = Catalogue(changes, of: account.distributions)
    var fake = FakeCloudFrontSettings(
      distributions: account.distributions, cachePolicies: account.cachePolicies)
    fake.createRate = FakeCloudFrontSettings.CreateRate(
      perSecond: account.limits.requestRate, burst: account.limits.requestBurst)
    fake.wallMilliseconds = { timeline.wallMilliseconds }
    cloudFront = try FakeCloudFront(fake, isServing: false)
  }

  /// Lets everything happen.
  ///
  /// - Parameter progress: takes the share that has happened, now and then.
  package func run(progress: (Double) -> Void = { _ in }) -> WhatIfOutcome {
    outcome.changes = changes.count
    planNextChange()
    let end = Duration.milliseconds((changes.last?.milliseconds ?? 0) - timeline.beginning)
    let limit = end + WhatIfWorld.patience
    var steps = 0
    while timeline.now < limit, outcome.failure == nil, timeline.step() {
      steps += 1
      if steps % 20_000 == 0 { progress(Double(next) / Double(max(1, changes.count))) }
    }
    if outcome.failure == nil, messages.contains(where: { !$0.value.isDead }) {
      outcome.failure = "the queue does not drain"
    }
    while let sandbox = idle.popLast() { sandbox.environment.kill() }
    return outcome
  }

  /// Plans the next change, and the one after it when it happens.
  private func planNextChange() {
    guard next < changes.count else { return }
    let delay = changes[next].milliseconds - timeline.wallMilliseconds
    timeline.after(.milliseconds(max(0, delay))) { [self] in
      // S3's news are on their way for about a second.
      let number = next
      let change = changes[number]
      timeline.after(random.milliseconds(300...1_500)) { self.arrive(change, number) }
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
struct Catalogue {
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
