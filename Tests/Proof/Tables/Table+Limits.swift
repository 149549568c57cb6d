import LocalCloud

// What CloudFront may limit, of which nobody outside AWS knows what holds.
extension Table {
  /// One bucket's distributions that always have something to be told.
  private static func demand(_ seconds: Int) -> Load {
    var load = Load()
    load.distributions = 400
    load.keys = 1_000
    // Every environment has a message at once, and more are there than it can get done.
    load.waves = [
      Load.Wave(start: .zero, length: .seconds(20), changes: 40),
      Load.Wave(start: .seconds(60), length: .seconds(seconds - 60), changes: seconds / 30),
    ]
    load.end = .seconds(seconds)
    return load
  }

  /// The rate that was reached, and which part of the calls was throttled, in percent.
  private static func finds(
    _ limit: Double, environments: Int, otherRate: Double = 0, seconds: Int,
    isOfDistribution: Bool = false, hasLedger: Bool = false
  ) -> Outcome {
    var load = demand(seconds)
    load.otherRate = otherRate
    load.limits = { $0.createRateScope = isOfDistribution ? .distribution : .account }
    return Outcome(load) {
      $0.concurrency = environments
      $0.batchSize = 1
      $0.lifetime = .seconds(3_600)
      if hasLedger { $0.table = TableScenario() }
      $0.createRate = FakeCloudFrontSettings.CreateRate(perSecond: limit, burst: 6)
    }
  }

  static var rates: Table {
    Table(
      name: "rates",
      title: "CloudFront's rate of requests, found out; beside another tool, too, that makes 0.1"
        + " requests a second",
      columns: [
        "limit", "of", "environments", "used of the limit", "throttled",
        "used beside the other tool", "throttled of the other tool",
      ],
      cases: [0.2, 0.5, 2, 5].flatMap { limit in
        [(1, false), (2, false), (10, false), (10, true)].map { environments, hasLedger in
          Case(isQuick: limit == 0.5 && environments == 1) {
            let alone = finds(
              limit, environments: environments, seconds: 1_800, hasLedger: hasLedger)
            let reached = alone.measured.rate((environments == 1 ? 120 : 300)..<1_800)
            // Ten that know nothing of each other are throttled in waves, which chance deals out.
            let isHard = limit < 1 && environments == 10 && !hasLedger
            let length = isHard ? 28_800 : 7_200
            let most = isHard ? (limit < 0.5 ? 12.0 : 6) : 5
            let beside = finds(
              limit, environments: environments, otherRate: 0.1, seconds: length,
              hasLedger: hasLedger)
            var row = Row(cells: [
              "\(limit)/s", "the account", "\(environments)\(hasLedger ? " with the ledger" : "")",
              "\((100 * reached / limit).text()) %", "\(alone.throttled.text(1)) %",
              "\((100 * beside.measured.rate(300..<length) / limit).text()) %",
              "\(beside.othersThrottled.text(1)) %",
            ])
            alone.check(&row)
            beside.check(&row)
            row.require(
              reached >= 0.8 * limit,
              "only \(reached.text(2))/s of \(limit)/s is used")
            row.require(
              beside.othersThrottled < most,
              "\(beside.othersThrottled.text(1)) % of another tool's requests are throttled")
            return row
          }
        }
      }
        + [0.005, 0.05].map { limit in
          Case {
            let result = finds(limit, environments: 2, seconds: 3_600, isOfDistribution: true)
            let reached = result.measured.rate(300..<3_600)
            var row = Row(cells: [
              "\(limit)/s", "each distribution", "2", "\((reached / limit / 4).text()) % of 400",
              "\(result.throttled.text(1)) %", "", "",
            ])
            result.check(&row)
            row.require(reached >= 0.7 * min(5, 400 * limit), "only \(reached.text(2))/s are used")
            return row
          }
        })
  }

  private struct Quota {
    var name: String
    /// The plain paths and wildcards a second that it lets through for the row's distributions.
    var change: (inout FakeCloudFrontSettings) -> Void

    var limitsRequests: Bool {
      var settings = FakeCloudFrontSettings(distributions: [])
      change(&settings)
      return settings.createRate != nil
    }
  }

  /// None that does not hold in the row limits anything.
  private static func quota(
    _ name: String, _ change: @escaping (inout FakeCloudFrontSettings) -> Void
  ) -> Quota {
    Quota(name: name) {
      $0.pathsInProgress = .max
      $0.wildcardsInProgress = .max
      $0.createRate = nil
      change(&$0)
    }
  }

  private static let rate150 = FakeCloudFrontSettings.CreateRate(perSecond: 150, burst: 3_000)
  private static let rate1 = FakeCloudFrontSettings.CreateRate(perSecond: 1, burst: 15)

  static var paths: Table {
    Table(
      name: "paths",
      title: "2,000 objects change within five seconds, and nothing is worth a wildcard; CloudFront"
        + " takes 150 paths a second",
      columns: [
        "distributions", "timeout", "dead letters", "last told after", "at least", "requests",
        "paths", "paid twice", "of these, delivered twice by SQS",
      ],
      cases: [(5, 120), (20, 120), (60, 300)].map { count, timeout in
        Case(isQuick: count == 20) {
          var load = Load()
          load.distributions = count
          load.keys = 2_000
          load.waves = [Load.Wave(start: .zero, length: .seconds(5), changes: 2_000)]
          load.settings["WILDCARD_THRESHOLD"] = "0"
          load.limits = {
            $0.pathRate = rate150
            $0.pathsInProgress = .max
            $0.createRate = nil
          }
          let result = Outcome(load) {
            $0.timeout = .seconds(timeout)
            $0.visibility = .seconds(timeout + 65)
          }
          let least = (2_000 * count - 3_000) / 150
          var row = Row(cells: [
            "\(count)", "\(timeout) s", "\(result.totals.deadLetters)", spoken(result.end),
            spoken(least),
            "\(result.measured.accepted.count)", "\(result.totals.paths)",
            "\(result.paidTwice.text(1)) %", "\(result.doubled.text(1)) %",
          ])
          result.check(&row)
          row.require(result.paidTwice <= 3, "\(result.paidTwice.text(1)) % are paid twice")
          row.require(
            result.end <= 2 * least + 120, "the last is told after \(spoken(result.end))")
          return row
        }
      })
  }

  static var quotas: Table {
    Table(
      name: "quotas",
      title: "CloudFront's quotas, published and suspected; 20 distributions, 10,000 objects of 20"
        + " folders change, a folder's as one wildcard where that is allowed",
      columns: [
        "quota", "timeout", "wildcards", "dead letters", "last told after", "at least", "requests",
        "refused for the quota", "paths", "paid twice", "of these, delivered twice by SQS",
        "covered before",
      ],
      cases: [
        quota("none") { _ in },
        quota("3,000 paths and 15 wildcards in progress, each distribution") {
          $0.pathsInProgress = 3_000
          $0.wildcardsInProgress = 15
        },
        quota("the same, the account") {
          $0.pathsInProgress = 3_000
          $0.wildcardsInProgress = 15
          $0.inProgressScope = .account
        },
        quota("150 paths and 1 wildcard a second, the account") {
          $0.pathRate = rate150
          $0.wildcardRate = rate1
        },
        quota("the same, each distribution") {
          $0.pathRate = rate150
          $0.wildcardRate = rate1
          $0.itemRateScope = .distribution
        },
        quota("the same, the account, a request's wildcards as one") {
          $0.pathRate = rate150
          $0.wildcardRate = rate1
          $0.countsWildcardRequests = true
        },
        quota("the same and 0.5 requests a second, the account") {
          $0.pathRate = rate150
          $0.wildcardRate = rate1
          $0.createRate = FakeCloudFrontSettings.CreateRate(perSecond: 0.5, burst: 6)
        },
        quota("all of them, the account") {
          $0.pathRate = rate150
          $0.wildcardRate = rate1
          $0.createRate = FakeCloudFrontSettings.CreateRate(perSecond: 0.5, burst: 6)
          $0.pathsInProgress = 3_000
          $0.wildcardsInProgress = 15
          $0.inProgressScope = .account
        },
      ].flatMap { quota in
        [false, true].map { hasWildcards in
          Case {
            var load = Load()
            load.distributions = 20
            load.keys = 10_000
            load.keysOfFolder = 500
            load.waves = [Load.Wave(start: .zero, length: .seconds(60), changes: 10_000)]
            load.limits = quota.change
            if !hasWildcards { load.settings["WILDCARD_THRESHOLD"] = "0" }
            // With a limit of requests, the timeout that `deploy.sh` proposes for 20 distributions.
            let timeout = quota.limitsRequests ? proposedTimeout(20) : 120
            let result = Outcome(load) {
              $0.timeout = .seconds(timeout)
              $0.visibility = .seconds(timeout + 65)
            }
            // 200,000 paths at 150 a second; or the requests that hold as many.
            let least = hasWildcards ? 20 * 20 / 1 - 15 : (200_000 - 3_000) / 150
            var row = Row(cells: [
              quota.name, "\(timeout) s", hasWildcards ? "yes" : "no",
              "\(result.totals.deadLetters)",
              spoken(result.end), spoken(least), "\(result.measured.accepted.count)",
              "\(result.measured.quotaRefusals)", "\(result.totals.paths)",
              "\(result.paidTwice.text(1)) %", "\(result.doubled.text(1)) %",
              "\(result.coveredBefore.text(1)) %",
            ])
            result.check(&row)
            // With wildcards few paths are left: those of some messages are a large part.
            if !hasWildcards || result.totals.pathsPaidAgain > 600 { result.checkPaidTwice(&row) }
            // Each of two environments sends each folder's wildcard once, and a quota of what is in
            // progress may take as long again.
            let latest = hasWildcards ? 4 * 20 * 20 : 3 * least
            row.require(
              result.end <= latest + 600, "the last is told after \(spoken(result.end))")
            return row
          }
        }
      })
  }
}
