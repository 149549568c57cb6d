import LocalCloud

// What the ledger saves where one delivery does not get everything done.
extension Table {
  /// A world of another table, which is run without and with a ledger.
  private struct LedgerWorld {
    var name: String
    /// The most that may be paid twice with the ledger, in percent.
    var most = 0.3
    var isQuick = false
    var load: Load
    var timeout = 120

    /// Objects change evenly, as in `load`.
    static func even(
      _ distributions: Int, _ hourly: Int, hours: Int = 6, timeout: Int
    ) -> LedgerWorld {
      var load = Load()
      load.distributions = distributions
      load.keys = 100
      load.waves = [
        Load.Wave(start: .zero, length: .seconds(3_600 * hours), changes: hours * hourly)
      ]
      return LedgerWorld(
        name: "\(distributions) distributions, \(hourly) changes an hour", load: load,
        timeout: timeout)
    }

    /// CloudFront takes nothing for a while, as in `outages`.
    static func outage(
      minutes: Int, _ kind: Load.Outage, most: Double = 0.3, isQuick: Bool = false
    ) -> LedgerWorld {
      let length = 60 * minutes
      var load = Load()
      load.distributions = 10
      load.keys = 500
      load.waves = [
        Load.Wave(start: .zero, length: .seconds(length + 600), changes: (length + 600) / 10)
      ]
      load.outage = .seconds(300)..<(.seconds(300 + length))
      load.outageKind = kind
      return LedgerWorld(
        name: "an outage of \(spoken(length)): \(kind.rawValue)", most: most, isQuick: isQuick,
        load: load)
    }

    /// Many paths at once, as in `paths`.
    static func paths(_ distributions: Int, timeout: Int, most: Double = 0.3) -> LedgerWorld {
      var load = Load()
      load.distributions = distributions
      load.keys = 2_000
      load.waves = [Load.Wave(start: .zero, length: .seconds(5), changes: 2_000)]
      load.settings["WILDCARD_THRESHOLD"] = "0"
      load.limits = {
        $0.pathRate = FakeCloudFrontSettings.CreateRate(perSecond: 150, burst: 3_000)
        $0.pathsInProgress = .max
        $0.createRate = nil
      }
      return LedgerWorld(
        name: "2,000 paths of \(distributions) distributions at once", most: most, load: load,
        timeout: timeout)
    }

    /// How long before all this the first object changes, with which the ledger's era begins:
    /// longer than the time for which the records of a new era are not trusted.
    static let lead = 4_000

    /// - Parameter isTwice: whether SQS delivers some messages to two environments at once.
    func outcome(hasLedger: Bool, isTwice: Bool = true) -> Outcome {
      var load = load
      let lead = Duration.seconds(LedgerWorld.lead)
      load.waves = load.waves.map { wave in
        Load.Wave(start: wave.start + lead, length: wave.length, changes: wave.changes)
      }
      load.waves.insert(Load.Wave(start: .zero, length: .zero, changes: 1), at: 0)
      load.outage = load.outage.map { $0.lowerBound + lead..<$0.upperBound + lead }
      return Outcome(load) {
        $0.timeout = .seconds(timeout)
        $0.visibility = .seconds(timeout + 65)
        if hasLedger { $0.table = TableScenario() }
        if !isTwice { $0.twiceRate = 0 }
      }
    }
  }

  static var ledger: Table {
    Table(
      name: "ledger",
      title: "Worlds of the tables before, without and with a ledger (`UNCHANGED_OBJECTS=send`)",
      columns: [
        "world", "timeout", "paths", "paid twice", "paths with the ledger",
        "paid twice with the ledger", "and no message at two environments", "last told after",
        "with the ledger", "calls of the table",
      ],
      cases: [
        LedgerWorld.even(4, 720, timeout: 120),
        .even(8, 720, timeout: 120), .even(12, 720, hours: 4, timeout: 120),
        .even(12, 60, timeout: 120),
        .even(30, 60, timeout: 600),
        .even(30, 60, timeout: 120),
        .outage(minutes: 10, .unavailable, isQuick: true),
        .outage(minutes: 480, .unavailable, most: 1),
        .outage(minutes: 480, .silent, most: 1),
        .paths(5, timeout: 120, most: 0.8), .paths(20, timeout: 120, most: 0.8),
        .paths(60, timeout: 300, most: 0.8),
      ].map { world in
        Case(isQuick: world.isQuick) {
          let without = world.outcome(hasLedger: false)
          let with = world.outcome(hasLedger: true)
          let once = world.outcome(hasLedger: true, isTwice: false)
          var row = Row(cells: [
            world.name, "\(world.timeout) s", "\(without.totals.paths)",
            "\(without.paidTwice.text(2)) %", "\(with.totals.paths)",
            "\(with.paidTwice.text(2)) %", "\(once.paidTwice.text(2)) %",
            spoken(without.end - LedgerWorld.lead),
            spoken(with.end - LedgerWorld.lead),
            "\(with.totals.met["calls of DynamoDB"] ?? 0)",
          ])
          without.check(&row)
          with.check(&row)
          once.check(&row)
          row.require(
            with.paidTwice <= world.most,
            "\(with.paidTwice.text(2)) % are paid twice with the ledger")
          row.require(
            once.paidTwice <= 0.1,
            "\(once.paidTwice.text(2)) % are paid twice, though no message is at two environments")
          return row
        }
      })
  }
}
