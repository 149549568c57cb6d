import LocalCloud

// Invalidation requests that somebody waits for, while a site is uploaded.
extension Table {
  static var urgent: Table {
    Table(
      name: "urgent",
      title:
        "10,000 objects are uploaded within ten minutes; meanwhile come 100 urgent invalidation"
        + " requests and 100 others, through the same queue",
      columns: [
        "distributions", "the upload's median wait", "its longest", "urgent: 50 %", "urgent: 99 %",
        "others: 50 %", "others: 99 %",
      ],
      cases: [1, 4, 10].map { distributions in
        Case(isQuick: distributions == 4) {
          var load = Load()
          load.distributions = distributions
          load.keys = 10_000
          load.waves = [Load.Wave(start: .zero, length: .seconds(600), changes: 10_000)]
          load.requests = 200
          let result = Outcome(load)
          let (urgent, others) = (result.measured.urgentWaits, result.measured.ordinaryWaits)
          var row = Row(cells: [
            "\(distributions)", spoken(result.waits.median),
            spoken(result.waits.longest), spoken(urgent.median), spoken(urgent.quantile(0.99)),
            spoken(others.median), spoken(others.quantile(0.99)),
          ])
          result.check(&row)
          row.require(
            urgent.count == 100 && others.count == 100,
            "\(urgent.count) urgent requests and \(others.count) others were carried out")
          let (most, of) = (urgent.quantile(0.99), others.quantile(0.99))
          row.require(
            5 * most <= 4 * of && urgent.median <= others.median,
            "urgent requests wait for \(urgent.median) s, one in a hundred for \(most) s, and"
              + " others for \(others.median) s and \(of) s")
          return row
        }
      })
  }
}
