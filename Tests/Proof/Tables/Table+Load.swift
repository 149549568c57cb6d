import LocalCloud

// How many distributions and changes the function copes with at CloudFront's rate of 2022.
extension Table {
  /// CloudFront's rate of requests, per second, and its burst.
  private static let rate = 0.5
  private static let burst = 6.0

  /// The timeout that `deploy.sh` proposes for some distributions, in seconds: the least in which
  /// one invocation of two tells all at a quarter of the first rate.
  static func proposedTimeout(_ distributions: Int) -> Int {
    let slow = rate / 2 / 4
    return [120, 300, 600].first { 5 + Double($0 - 3) * slow >= Double(distributions) } ?? 900
  }

  static var distributions: Table {
    Table(
      name: "distributions",
      title: "Ten objects of a bucket change at once; CloudFront takes 0.5 requests a second",
      columns: [
        "distributions", "dead letters", "last told after", "at least, by CloudFront's rate",
        "median wait", "longest wait", "invocations", "paths", "paid twice", "covered before",
      ],
      cases: [1, 10, 30, 60, 100, 200, 300, 500].map { count in
        Case(isQuick: [1, 60].contains(count)) {
          var load = Load()
          load.distributions = count
          load.keys = 10
          load.waves = [Load.Wave(start: .zero, length: .seconds(1), changes: 10)]
          let result = Outcome(load)
          let least = max(0, Double(count) - burst) / rate
          var row = Row(cells: [
            "\(count)", "\(result.totals.deadLetters)", spoken(result.end), spoken(Int(least)),
            spoken(result.waits.median), spoken(result.waits.longest),
            "\(result.measured.invocations)", "\(result.totals.paths)",
            "\(result.paidTwice.text(1)) %", "\(result.coveredBefore.text(1)) %",
          ])
          result.check(&row)
          result.checkFairness(&row)
          row.require(
            Double(result.end) <= 1.6 * least + 60,
            "the last is told after \(result.end) s, CloudFront's rate needs \(Int(least)) s")
          row.require(result.paidTwice <= 3, "\(result.paidTwice.text(1)) % are paid twice")
          return row
        }
      })
  }

  static var load: Table {
    Table(
      name: "load",
      title:
        "Objects change evenly for six hours, in the rows far beyond the rate for four; CloudFront"
        + " takes 0.5 requests a second",
      columns: [
        "distributions", "changes an hour", "requests needed, of the rate", "timeout",
        "dead letters",
        "median wait", "longest wait", "oldest message", "requests throttled", "paths",
        "paid twice", "of these, delivered twice by SQS", "covered before",
      ],
      cases: [
        (1, 720), (4, 720), (6, 720), (8, 720), (12, 30), (12, 60), (12, 720), (16, 30), (20, 60),
        (20, 720), (30, 12), (30, 60), (40, 12), (100, 720),
      ].map { count, hourly in
        Case(isQuick: [12, 8].contains(count) && hourly != 720 || count == 30 && hourly == 12) {
          var load = Load()
          load.distributions = count
          load.keys = 100
          // A world beyond CloudFront's rate plans much, so that four hours of it have to do.
          let hours = count * hourly > 7_200 ? 4 : 6
          load.waves = [
            Load.Wave(start: .zero, length: .seconds(3_600 * hours), changes: hours * hourly)
          ]
          let timeout = proposedTimeout(count)
          let result = Outcome(load) {
            $0.timeout = .seconds(timeout)
            $0.visibility = .seconds(timeout + 65)
          }
          // A batch for each change, or for each window where there are more.
          let needed = Double(count * min(hourly, 720)) / (3_600 * rate)
          var row = Row(cells: [
            "\(count)", "\(hourly)", "\((100 * needed).text()) %", "\(timeout) s",
            "\(result.totals.deadLetters)",
            spoken(result.waits.median), spoken(result.waits.longest),
            spoken(Int(result.measured.oldestDone.components.seconds)),
            "\(result.measured.throttled)", "\(result.totals.paths)",
            "\(result.paidTwice.text(1)) %", "\(result.doubled.text(1)) %",
            "\(result.coveredBefore.text(1)) %",
          ])
          result.check(&row)
          row.require(result.paidTwice <= 3, "\(result.paidTwice.text(1)) % are paid twice")
          let isBelow = needed < 0.9
          if isBelow { result.checkFairness(&row) }
          let oldest = Int(result.measured.oldestDone.components.seconds)
          let latest = isBelow ? 600 : 7_200
          row.require(
            oldest <= latest,
            "a message was done after \(spoken(oldest)), not within \(spoken(latest))")
          return row
        }
      })
  }

  static var fresh: Table {
    Table(
      name: "fresh",
      title: "100 objects change, and ten minutes later one; both are for all distributions",
      columns: [
        "distributions", "last of the 100 told after", "last of the fresh one after",
        "longest wait", "dead letters",
      ],
      cases: [60, 300].map { count in
        Case {
          var load = Load()
          load.distributions = count
          load.keys = 101
          load.waves = [
            Load.Wave(start: .zero, length: .seconds(1), changes: 100),
            Load.Wave(start: .seconds(600), length: .zero, changes: 1),
          ]
          let result = Outcome(load)
          var row = Row(cells: [
            "\(count)", spoken(result.lasts.median), spoken(result.end - 600),
            spoken(result.waits.longest), "\(result.totals.deadLetters)",
          ])
          result.check(&row)
          row.require(
            Double(result.end - 600) <= 4 * Double(count) / rate + 60,
            "the fresh change is told everywhere after \(spoken(result.end - 600))")
          return row
        }
      })
  }

  static var turns: Table {
    Table(
      name: "turns",
      title:
        "Objects change evenly for an hour, and one delivery tells a third of the distributions",
      columns: ["distributions", "changes an hour", "timeout", "median wait", "longest wait"],
      cases: [
        Case {
          var load = Load()
          load.distributions = 100
          load.keys = 100
          load.waves = [Load.Wave(start: .zero, length: .seconds(3_600), changes: 720)]
          let result = Outcome(load)
          var row = Row(cells: [
            "100", "720", "120 s", spoken(result.waits.median), spoken(result.waits.longest),
          ])
          result.check(&row)
          // Three deliveries tell all, and two environments take turns without knowing it.
          row.require(
            result.waits.longest <= 1_800, "a wait of \(spoken(result.waits.longest))")
          return row
        }
      ])
  }

  static var poison: Table {
    Table(
      name: "poison",
      title: "Among 100 messages, some end the process",
      columns: [
        "messages that end it", "good ones done", "at most, deliveries", "dead letters",
        "invocations",
      ],
      cases: [1, 5].map { pills in
        Case(isQuick: true) {
          var load = Load()
          load.keys = 100
          load.pills = pills
          load.waves = [Load.Wave(start: .zero, length: .milliseconds(900), changes: 100 - pills)]
          let result = Outcome(load)
          var row = Row(cells: [
            "\(pills)", "\(result.lasts.count)", "\(result.measured.mostReceives)",
            "\(result.totals.deadLetters)", "\(result.measured.invocations)",
          ])
          result.check(&row)
          row.require(result.lasts.count == 100 - pills, "not all good messages are done")
          row.require(
            result.measured.mostReceives <= 3,
            "a good message needed \(result.measured.mostReceives) deliveries")
          row.require((result.totals.faults["kills"] ?? 0) > 0, "nothing ended the process")
          return row
        }
      })
  }
}
