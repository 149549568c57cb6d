package import FunctionSettings
import InvalidationPlanning

/// How many distributions one delivery tells, and when the last one is told, computed beforehand.
///
/// Every distribution takes one request with all the paths, or several when they are more than fit
/// into one. An invocation sends the burst at once; each request after it waits for its token, and
/// raises the rate by a tenth until the rate is the greatest. `scripts/deploy/pace.sh` has the same
/// arithmetic, and `docs/deploying.md` the table that both are compared with.
package struct DeliveryForecast: Equatable, Sendable {
  /// What one delivery does at the first rate, or at the best one.
  package struct Case: Equatable, Sendable {
    /// The distributions that one delivery tells.
    package var told = 0
    /// The seconds until the last one is told; of work that is handed on, about.
    package var last = 0
  }

  /// A stack's figures that are no settings of the function.
  package struct Deployment: Sendable {
    /// The function's timeout, in seconds.
    package var timeout: Int
    /// The most invocations that the event queue's mapping starts at once.
    package var concurrency: Int

    package init(timeout: Int = 120, concurrency: Int = 2) {
      self.timeout = timeout
      self.concurrency = concurrency
    }
  }

  package let distributions: Int
  /// At the rate with which an account begins.
  package private(set) var first = Case()
  /// At the best rate that `CREATE_RATE=auto` can find.
  package private(set) var best = Case()
  /// The requests per second of one invocation, at first and at best.
  package let rates: (first: Double, best: Double)
  /// Whether the work queue takes what there is.
  package private(set) var isHandedOn = false

  package static func == (left: DeliveryForecast, right: DeliveryForecast) -> Bool {
    left.distributions == right.distributions && left.first == right.first
      && left.best == right.best && left.rates == right.rates
      && left.isHandedOn == right.isHandedOn
  }

  private static let startRate = 0.5
  private static let bestRate = 5.0
  private static let pathRate = 150.0
  private static let pathBurst = 3_000.0

  /// Computes how it goes.
  ///
  /// - Parameters:
  ///   - paths: how many paths each distribution is told.
  ///   - shares: the execution environments of the event queue that share the rates.
  package init(
    distributions: Int, paths: Int, settings: Settings, shares: Int, timeout: Int
  ) {
    self.distributions = distributions
    let hasWork = settings.workQueue != nil
    let shares = Double(max(1, shares) + (hasWork ? Settings.workShares : 0))
    let fixed = settings.createRate
    rates = (
      first: fixed ?? DeliveryForecast.startRate / shares,
      best: fixed ?? DeliveryForecast.bestRate / shares
    )
    let quota = max(1, (fixed ?? 0) / DeliveryForecast.startRate)
    let whole = Double(timeout) - settings.deadlineMargin / .seconds(1)
    let working = hasWork ? min(whole, DeliveryForecast.longestWait) : whole
    func simulated(_ greatest: Double) -> Case {
      DeliveryForecast.simulated(
        distributions, paths, rate: rates.first, greatest: greatest,
        pathRate: DeliveryForecast.pathRate * quota / shares, working: working,
        mostPaths: settings.planning.coalescing.maxPaths)
    }
    first = simulated(rates.first)
    best = simulated(rates.best)
    guard hasWork, first.told < distributions else { return }
    isHandedOn = true
    first.last = DeliveryForecast.lastHandedOn(distributions, rate: rates.first)
    best.last = DeliveryForecast.lastHandedOn(distributions, rate: rates.best)
  }

  private static func simulated(
    _ distributions: Int, _ paths: Int, rate: Double, greatest: Double, pathRate: Double,
    working: Double, mostPaths: Int
  ) -> Case {
    let each = max(1, (paths + mostPaths - 1) / max(1, mostPaths))
    var rate = rate
    var result = Case()
    var sent = 0.0
    var last = 0.0
    for request in stride(from: 1, through: distributions * each, by: 1) {
      if request > SendingPace.burst {
        sent += 1 / rate
        rate = min(rate * 1.1, greatest)
      }
      guard request % each == 0 else { continue }
      last = max(sent, (Double(request / each * paths) - pathBurst) / pathRate)
      if last <= working { result.told = request / each }
    }
    result.last = Int(last.rounded(.up))
    return result
  }

  /// How long an invocation waits before it hands on what is left, in seconds.
  private static let longestWait = 60.0

  /// About when the last of the distributions that are handed on is told: each slice has its slot,
  /// and the work queue has two invocations at a time.
  private static func lastHandedOn(_ distributions: Int, rate: Double) -> Int {
    var slices = 1
    while slices * 64 < distributions { slices *= 2 }
    let period = min(28 * slices, 900)
    let work = Double(distributions) / (Double(Settings.workShares) * rate)
    return Int(max(work, Double(period)) + longestWait)
  }

  // MARK: - In words

  /// Whether one delivery tells every distribution at the first rate.
  package var isEnough: Bool { first.told >= distributions }

  /// The seconds in words.
  static func words(_ seconds: Int) -> String {
    switch seconds {
    case 0: "at once"
    case ..<120: "after \(seconds) s"
    case ..<7_200: "after \((seconds + 59) / 60) min"
    default: "after \((seconds + 3_599) / 3_600) h"
    }
  }

  /// A figure at first, and in brackets the one at best.
  package static func range(_ first: String, _ best: String) -> String {
    first == best ? first : "\(first) (at best \(best))"
  }

  /// How many distributions one delivery tells, in words.
  package var toldWords: String {
    DeliveryForecast.range("\(first.told)", "\(best.told)")
  }

  /// When the last one is told, in words.
  package var lastWords: String {
    DeliveryForecast.range(
      DeliveryForecast.words(first.last), DeliveryForecast.words(best.last))
  }
}
