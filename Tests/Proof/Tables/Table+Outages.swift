import LocalCloud

// Hours in which CloudFront takes nothing, and the work that waits for it.
extension Table {
  private struct Outage {
    var minutes: Int
    var kind: Load.Outage
    var environments = 2
    /// Objects that change at once, half an hour before the end.
    var rush = 0
    var isQuick = false
  }

  static var outages: Table {
    Table(
      name: "outages",
      title:
        "CloudFront takes nothing for a while; objects of a bucket with 10 distributions change"
        + " all the time, one in ten seconds",
      columns: [
        "outage", "how", "environments", "changes", "most in flight", "dead letters",
        "drained after its end", "the rate needs", "requests", "paths", "paid twice",
        "of these, delivered twice by SQS", "covered before",
      ],
      cases: [
        Outage(minutes: 10, kind: .unavailable, isQuick: true),
        Outage(minutes: 10, kind: .refused), Outage(minutes: 10, kind: .silent),
        Outage(minutes: 60, kind: .unavailable), Outage(minutes: 60, kind: .refused),
        Outage(minutes: 60, kind: .silent), Outage(minutes: 480, kind: .unavailable),
        Outage(minutes: 480, kind: .refused), Outage(minutes: 480, kind: .silent),
        Outage(minutes: 480, kind: .refused, environments: 10, rush: 130_000),
      ].map { outage in
        Case(isQuick: outage.isQuick) {
          let length = 60 * outage.minutes
          var load = Load()
          load.distributions = outage.rush > 0 ? 1 : 10
          load.keys = 500
          load.waves = [
            Load.Wave(start: .zero, length: .seconds(length + 600), changes: (length + 600) / 10)
          ]
          if outage.rush > 0 {
            load.keys = 50_000
            load.waves.append(
              Load.Wave(
                start: .seconds(300 + length - 2_700), length: .seconds(60), changes: outage.rush))
          }
          load.outage = .seconds(300)..<(.seconds(300 + length))
          load.outageKind = outage.kind
          let result = Outcome(load) { $0.concurrency = outage.environments }
          let drained = max(0, result.end - 300 - length)
          // Merged: each object that changed once on each distribution, at 150 paths a second; a
          // request for each thousand messages and distribution.
          let keys = min(load.keys, load.changes)
          let paths = Double(keys * load.distributions)
          let requests = Double((load.changes + 999) / 1_000 * load.distributions)
          let needed = Int(max((paths - 3_000) / 150, (requests - 6) / 0.5, 0))
          var row = Row(cells: [
            outage.minutes < 120 ? "\(outage.minutes) min" : "\(outage.minutes / 60) h",
            outage.kind.rawValue, "\(outage.environments)", "\(load.changes)",
            "\(result.measured.mostInFlight)", "\(result.totals.deadLetters)", spoken(drained),
            spoken(needed), "\(result.measured.accepted.count)", "\(result.totals.paths)",
            "\(result.paidTwice.text(1)) %", "\(result.doubled.text(1)) %",
            "\(result.coveredBefore.text(1)) %",
          ])
          result.check(&row)
          // Eight hours merge into few paths, of which those of the duplicates are a large part.
          result.checkPaidTwice(&row)
          // What waits comes back within 15 minutes and a quarter of jitter.
          let most = 1_125 + 300 + Int(1.2 * Double(needed))
          row.require(
            drained <= most, "drained after \(spoken(drained)), not within \(spoken(most))")
          if outage.rush > 0 {
            row.require(
              result.measured.mostInFlight == load.mostInFlight,
              "SQS's limit of messages in flight is not met")
          }
          return row
        }
      })
  }
}
