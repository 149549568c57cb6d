import ActivityReporting
import CLibrary
import Encoding
import VirtualWorld

/// A simulation for a terminal: a row for each combination of settings, then the recommended one.
struct SimulationText {
  let result: SimulationResult
  let screen: Screen

  /// Prints it.
  func print() {
    let dates = [result.from, result.until].map {
      String(CivilTime(millisecondsSinceEpoch: $0).iso8601.prefix(10))
    }
    screen.print(
      screen.layout.line(
        "",
        "\(Figures.of(result.changes, "change")) of \(Figures.of(result.keys, "object")),"
          + " \(dates[0]) to \(dates[1]), from \(result.source)"
      ).map { screen.paint($0, .bold) } + [""] + table + recommendation)
  }

  /// The column of concurrencies is there only where they differ.
  private var showsConcurrency: Bool {
    Set(result.rows.map(\.settings.concurrency)).count > 1
  }

  private var showsLedger: Bool { result.rows.contains { $0.settings.ledger != .off } }

  private var table: [String] {
    let names =
      ["", "window", "threshold"] + (showsConcurrency ? ["at once"] : [])
      + (showsLedger ? ["ledger"] : [])
      + ["paths", "billed", "collateral", "p50", "p99", "refused"]
    let rows = [names] + result.rows.enumerated().map(cells)
    let widths = names.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.enumerated().map { number, row in
      let line = zip(row, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
      if number == 0 { return screen.paint(line, .dim) }
      return screen.paint(line, number - 1 == result.best ? .green : .plain)
    } + failures
  }

  private func cells(_ place: Int, _ row: SimulationResult.Row) -> [String] {
    let settings = row.settings
    let lags = [row.lag?.p50, row.lag?.p99].map { lag in
      lag.map { Figures.clock(milliseconds: $0) } ?? "-"
    }
    return [
      place == result.best ? "*" : "", settings.window == 0 ? "none" : "\(settings.window) s",
      "\(settings.threshold)",
    ] + (showsConcurrency ? ["\(settings.concurrency)"] : [])
      + (showsLedger ? [settings.ledger.rawValue] : [])
      + [
        Figures.count(row.outcome.paths), Figures.dollars(row.total),
        Figures.count(row.outcome.collateral),
      ] + lags + [Figures.count(row.outcome.throttled)]
  }

  /// What was not done, and why.
  private var failures: [String] {
    result.rows.flatMap { row -> [String] in
      let name = "window \(row.settings.window) s, threshold \(row.settings.threshold)"
      if let failure = row.outcome.failure {
        return screen.layout.line("", "\(name): \(failure)", indent: 2)
      }
      guard row.outcome.deadLetters > 0 else { return [] }
      return [
        "\(name): \(Figures.of(row.outcome.deadLetters, "message")) ended in the dead-letter queue"
      ]
    }
  }

  private var recommendation: [String] {
    guard let best = result.best, let reason = result.reason else { return [] }
    let options = SimulationResult.options(result.rows[best].settings)
    return [""] + screen.layout.line("* ", reason, indent: 2)
      + ["", "as options of deploy.sh:"]
      + options.enumerated().map { number, option in
        "  " + option + (number < options.count - 1 ? " \\" : "")
      }
  }
}
