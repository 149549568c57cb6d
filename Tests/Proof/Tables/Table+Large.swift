import LocalCloud

// What it takes: time, calls and cost against changes, distributions and environments.
extension Table {
  /// Lambda's price of a GB-second, an invocation and a request to SQS; CloudFront's of a path
  /// beyond the first 1,000 of a month. In dollars, us-east-1, 2026-11.
  private static let prices = (second: 0.0000166667 / 4, invocation: 2e-7, queue: 4e-7, path: 0.005)

  static var large: Table {
    Table(
      name: "large",
      title:
        "200 objects of a folder change evenly for an hour; CloudFront takes 5 requests a second, 150"
        + " paths and 1 wildcard",
      columns: [
        "distributions", "changes", "environments", "timeout", "work queue",
        "last told after the hour",
        "median wait",
        "longest wait", "requests", "throttled", "reads", "SQS calls", "invocations", "Lambda",
        "paths",
        "paid twice", "of these, delivered twice by SQS", "covered before",
      ],
      cases: [
        (10, 1_000, 2), (100, 1_000, 2), (1_000, 1_000, 2), (1_000, 1_000, 10), (10_000, 10, 2),
        (10_000, 1_000, 2),
      ].map { count, changes, environments in
        Case {
          var load = Load()
          load.distributions = count
          load.keys = 200
          load.keysOfFolder = 200
          load.waves = [Load.Wave(start: .zero, length: .seconds(3_600), changes: changes)]
          load.limits = {
            $0.pathRate = FakeCloudFrontSettings.CreateRate(perSecond: 150, burst: 3_000)
            $0.wildcardRate = FakeCloudFrontSettings.CreateRate(perSecond: 1, burst: 15)
            $0.pathsInProgress = .max
            $0.wildcardsInProgress = .max
          }
          let timeout = proposedTimeout(count)
          // Where not even 900 s suffice, `deploy.sh` proposes one.
          let hasWorkQueue = count > 200
          let result = Outcome(load) {
            $0.concurrency = environments
            $0.timeout = .seconds(timeout)
            $0.visibility = .seconds(timeout + 65)
            if hasWorkQueue { $0.work = WorkScenario() }
            $0.createRate = FakeCloudFrontSettings.CreateRate(perSecond: 5, burst: 30)
          }
          let measured = result.measured
          let dollars =
            Double(measured.busy.components.seconds) * prices.second
            + Double(measured.invocations) * prices.invocation
            + Double(measured.queueCalls) * prices.queue
          var row = Row(cells: [
            "\(count)", "\(changes)", "\(environments)", "\(timeout) s",
            hasWorkQueue ? "yes" : "no",
            spoken(max(0, result.end - 3_600)),
            spoken(result.waits.median), spoken(result.waits.longest),
            "\(measured.accepted.count)", "\(measured.throttled)", "\(measured.reads)",
            "\(measured.queueCalls)", "\(measured.invocations)", "$\(dollars.text(2))",
            "\(result.totals.paths)", "\(result.paidTwice.text(1)) %",
            "\(result.doubled.text(1)) %",
            "\(result.coveredBefore.text(1)) %",
          ])
          result.check(&row)
          // What SQS delivers twice is handed on twice, and with a work queue few paths are left.
          row.require(
            result.paidTwice <= 3 || hasWorkQueue && result.totals.pathsPaidAgain <= 600,
            "\(result.paidTwice.text(1)) % are paid twice")
          return row
        }
      })
  }
}
