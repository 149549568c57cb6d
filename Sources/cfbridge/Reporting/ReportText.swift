import ActivityReporting
import InvalidationPlanning
import PlanReporting

/// A report for a terminal, with a row of bars for each of its figures.
struct ReportText {
  let report: ActivityReport
  let source: String
  let screen: Screen

  /// The most bars of a row.
  private static let mostBars = 31
  /// The most days that are listed.
  private static let mostDays = 31

  /// Prints the report.
  func print() {
    screen.print(
      head + [""] + overview + section("saved", savings) + section("day", days)
        + section("distribution", distributions) + section("month", months)
        + section("directory", directories) + section("needed none", spared) + failures)
  }

  private var head: [String] {
    let period = [report.days.first?.date, report.days.last?.date].compactMap { $0 }
    let days =
      period.first == period.last ? period.prefix(1).joined() : period.joined(separator: " to ")
    let count = report.distributions.count
    return screen.layout.line(
      "", "\(days), UTC: \(Counted.words(count, "distribution")), from \(source)"
    ).map { screen.paint($0, .bold) }
  }

  private var overview: [String] {
    let total = report.total
    func bars(_ value: ([ActivityReport.Day]) -> Double?) -> Screen.Cell {
      Screen.Cell(
        Figures.sparkline(Figures.binned(report.days, into: ReportText.mostBars, value)), .green)
    }
    func sum(_ member: KeyPath<Tally, Int>) -> ([ActivityReport.Day]) -> Double? {
      { Double($0.reduce(0) { $0 + $1.tally[keyPath: member] }) }
    }
    var rows: [[Screen.Cell]] = [
      [
        "paths", bars(sum(\.paths)),
        Screen.Cell(
          "\(Figures.count(total.paths)) in \(Figures.of(total.invalidations, "invalidation"))"),
      ],
      [
        "dollars", bars { Double($0.reduce(0) { $0 + $1.billed.micros }) },
        Screen.Cell(
          "\(Figures.dollars(report.billed)), \(Figures.count(report.freePaths)) a month are free"),
      ],
      [
        "saved", bars(sum(\.saved)),
        Screen.Cell(
          report.knowsSavings
            ? "\(Figures.of(total.saved, "path")),"
              + " \(Figures.dollars(ActivityReport.price(of: total.saved)))"
            : "not in \(source)"),
      ],
      [
        "lag, p90",
        bars { days in
          Percentiles(days.flatMap(\.tally.lags)).map { Double($0.p90) }
        },
        Screen.Cell(total.lag.map(ReportText.words) ?? "not in the log"),
      ],
      [
        "failures", bars(sum(\.failures)),
        Screen.Cell(
          "\(Figures.count(total.failures)); \(Figures.of(total.throttled, "call")) throttled",
          total.failures > 0 ? .red : .plain),
      ],
    ]
    if total.withheld > 0 {
      rows.append([
        "dry run", bars(sum(\.withheld)),
        Screen.Cell("\(Figures.of(total.withheld, "path")) planned, not sent"),
      ])
    }
    return screen.table(rows)
  }

  private static func words(_ lag: Percentiles) -> String {
    "50 % \(Figures.span(milliseconds: lag.p50)), 90 % \(Figures.span(milliseconds: lag.p90)),"
      + " 99 % \(Figures.span(milliseconds: lag.p99))"
  }

  // MARK: - Tables

  /// A table of columns, the first on the left and the others on the right.
  private struct Columns {
    var names: [String]
    var rows: [[String]]
  }

  /// Lays out a table, or nothing where it has no rows.
  private func section(_ name: String, _ columns: Columns) -> [String] {
    guard !columns.rows.isEmpty else { return [] }
    let rows = [[name] + columns.names] + columns.rows
    let widths = (0...columns.names.count).map { column in rows.map { $0[column].count }.max() ?? 0
    }
    return [""]
      + rows.enumerated().map { number, row in
        let line = zip(row, widths).enumerated().map { column, cell in
          let gap = String(repeating: " ", count: cell.1 - cell.0.count)
          return column == 0 ? cell.0 + gap : gap + cell.0
        }.joined(separator: "  ")
        return screen.paint(line, number == 0 ? .dim : .plain)
      }
  }

  private static let tallyNames = [
    "batches", "paths", "wildcards", "saved", "p50", "p99", "failures",
  ]

  private func cells(_ tally: Tally) -> [String] {
    [tally.invalidations, tally.paths, tally.wildcards, tally.saved].map(Figures.count)
      + [tally.lag?.p50, tally.lag?.p99].map { lag in
        lag.map { Figures.span(milliseconds: $0) } ?? "-"
      } + [Figures.count(tally.failures)]
  }

  private var days: Columns {
    let shown = report.days.suffix(ReportText.mostDays)
    return Columns(
      names: ReportText.tallyNames,
      rows: shown.filter { !$0.tally.isEmpty }.map { [$0.date] + cells($0.tally) })
  }

  private var distributions: Columns {
    Columns(
      names: ReportText.tallyNames,
      rows: report.distributions.prefix(20).map { ["\($0.id)"] + cells($0.tally) })
  }

  private var months: Columns {
    Columns(
      names: ["paths", "billed"],
      rows: report.months.map { [$0.name, Figures.count($0.paths), Figures.dollars($0.billed)] })
  }

  private var savings: Columns {
    Columns(
      names: ["paths", "dollars"],
      rows: report.savings.map { saving in
        [
          ReasonWords.words(saving.name), Figures.count(saving.count),
          Figures.dollars(ActivityReport.price(of: saving.count)),
        ]
      })
  }

  private var spared: Columns {
    Columns(
      names: ["changes or paths"],
      rows: report.spared.map { [ReasonWords.words($0.name), Figures.count($0.count)] })
  }

  private var directories: Columns {
    Columns(
      names: ["paths"], rows: report.directories.map { [$0.name, Figures.count($0.count)] })
  }

  private var failures: [String] {
    report.failures.flatMap { failure in
      [""]
        + screen.table([
          [
            Screen.Cell(failure.type, .red),
            Screen.Cell("\(Figures.count(failure.count)), last \(Age.moment(failure.last))"),
          ]
        ]) + screen.layout.line("  ", failure.message)
    }
  }
}
