import ActivityReporting
import Encoding
import InvalidationPlanning
import VirtualWorld

/// A simulation as one page that needs nothing else, in the style of the report's.
struct SimulationPage {
  let result: SimulationResult

  /// The page.
  var html: String {
    let dates = [result.from, result.until].map {
      String(CivilTime(millisecondsSinceEpoch: $0).iso8601.prefix(10))
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>What if: \(HTML.text(result.source))</title>
      <style>
      \(PageStyle.text)
      \(SimulationPage.style)
      </style>
      </head>
      <body>
      <h1>What each setting would have cost</h1>
      <p class="faint">\(ReportPage.count(result.changes, "changes")) \
      \(result.changes == 1 ? "change" : "changes") of \
      \(ReportPage.count(result.keys, "keys")) \
      \(result.keys == 1 ? "object" : "objects"), \(dates[0]) to \(dates[1]), from \
      \(HTML.text(result.source))</p>
      \(recommendation)
      <figure class="chart"><figcaption><b>Dollars and lag</b> <span>down and to the left is better; \
      a ring forgets other objects too</span></figcaption>
      \(plot)
      </figure>
      <h2>The settings</h2>
      \(table)
      <p class="faint">Dollars are at list price after \
      \(ReportPage.count(result.freePaths, "price.freePaths")) free paths a month. Collateral counts \
      the objects that a wildcard makes CloudFront forget although they did not change. Lag is from a \
      change to the end of the invocation that was done with it. Runs are invocations, and dead are \
      messages that ended in the dead-letter queue.</p>
      <script type="application/json" id="data">\(HTML.data(result.json))</script>
      </body>
      </html>

      """
  }

  private var recommendation: String {
    guard let best = result.best, let reason = result.reason else { return "" }
    let lines = SimulationResult.options(result.rows[best].settings)
      .joined(separator: " \\\n  ")
    return """
      <div class="card"><b class="good">\(letter(best)) is recommended</b>: \(HTML.text(reason))
      <pre>scripts/deploy.sh --bucket NAME \\\n  \(HTML.text(lines))</pre></div>
      """
  }

  /// A letter for a row, which stands at its point too.
  private func letter(_ place: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return place < letters.count ? String(letters[place]) : "\(place + 1)"
  }

  // MARK: - The chart

  private var plot: String {
    let scale = LagScale(result.rows.compactMap { $0.lag.map { Double($0.p99) } })
    let most = max(10_000, result.rows.map(\.total.micros).max() ?? 1)
    let guides = scale.guides.map { guide in
      "<div class=\"guide\" style=\"bottom:\(Int(guide.height * 100))%\">"
        + "<span>\(Figures.span(milliseconds: Int64(guide.value)))</span></div>"
    }.joined()
    // Points of one place stand beside each other, towards the middle.
    var taken: [Int: Int] = [:]
    let points = result.rows.enumerated().compactMap { place, row -> String? in
      guard let lag = row.lag else { return nil }
      let x = row.total.micros * 96 / most + 2
      let y = Int(scale.share(Double(lag.p99)) * 100)
      let kind = row.outcome.collateral > 0 ? "ring" : "dot"
      let best = place == result.best ? " best" : ""
      let before = taken[x / 3 * 1_000 + y / 6, default: 0]
      taken[x / 3 * 1_000 + y / 6] = before + 1
      let shift = (x > 60 ? -27 : 27) * before
      return "<i class=\"point \(kind)\(best)\" style=\"left:calc(\(x)% + \(shift)px);"
        + "bottom:\(y)%\""
        + " title=\"\(HTML.text(words(row)))\">\(letter(place))</i>"
    }.joined()
    let middle = Figures.dollars(.init(micros: most / 2))
    return "<div class=\"plot\">\(guides)\(points)</div><div class=\"dates\"><span>$0</span>"
      + "<span>\(middle)</span><span>\(Figures.dollars(.init(micros: most)))</span></div>"
  }

  private func words(_ row: SimulationResult.Row) -> String {
    let lag = row.lag.map { Figures.span(milliseconds: $0.p99) } ?? "no lag"
    return "window \(row.settings.window) s, threshold \(row.settings.threshold), at once"
      + " \(row.settings.concurrency), ledger \(row.settings.ledger):"
      + " \(Figures.dollars(row.total)), 99 % within \(lag)"
  }

  // MARK: - The table

  /// A column; where it is the same everywhere, some are left out.
  private struct Column {
    var name: String
    var isShown = true
    var cell: (Int, SimulationResult.Row) -> String
  }

  private var columns: [Column] {
    func path(_ place: Int, _ member: String) -> String { "configurations.\(place).\(member)" }
    func count(_ name: String, _ member: String, _ value: KeyPath<WhatIfOutcome, Int>) -> Column {
      Column(name: name) { ReportPage.count($1.outcome[keyPath: value], path($0, member)) }
    }
    let usesTable = result.rows.contains { $0.settings.ledger != .off }
    return [
      Column(name: "") { place, _ in
        "<b\(place == result.best ? " class=\"good\"" : "")>\(letter(place))</b>"
      },
      Column(name: "Window") { HTML.figure("\($1.settings.window)", path($0, "window")) + " s" },
      Column(name: "Threshold") {
        HTML.figure("\($1.settings.threshold)", path($0, "threshold"))
      },
      Column(name: "At once", isShown: Set(result.rows.map(\.settings.concurrency)).count > 1) {
        HTML.figure("\($1.settings.concurrency)", path($0, "concurrency"))
      },
      Column(name: "Ledger", isShown: usesTable) {
        HTML.figure($1.settings.ledger.rawValue, path($0, "ledger.mode"))
      },
      count("Paths", "paths", \.paths),
      Column(name: "Billed") { ReportPage.dollars($1.billed, path($0, "billedDollars")) },
      Column(name: "With table", isShown: usesTable) {
        ReportPage.dollars($1.total, path($0, "totalDollars"))
      },
      count("Wildcards", "wildcards", \.wildcards), count("Collateral", "collateral", \.collateral),
      Column(name: "Lag, 50 %") { ReportPage.span($1.lag?.p50, path($0, "lag.p50")) },
      Column(name: "99 %") { ReportPage.span($1.lag?.p99, path($0, "lag.p99")) },
      count("Runs", "invocations", \.invocations), count("Refused", "throttled", \.throttled),
      count("Dead", "deadLetters", \.deadLetters),
    ].filter(\.isShown)
  }

  private var table: String {
    let columns = columns
    return HTML.table(
      columns.map(\.name),
      result.rows.enumerated().map { place, row in columns.map { $0.cell(place, row) } })
  }

  private static let style = """
    .point{position:absolute;width:1.5rem;height:1.5rem;margin:0 0 -.75rem -.75rem;border-radius:50%;
    font:600 .8rem/1.35rem sans-serif;text-align:center;border:2px solid var(--s0);color:var(--page);
    background:var(--s0)}
    .ring{background:var(--card);color:var(--s0)}
    .best{border-color:var(--good);background:var(--good);color:var(--page);z-index:1}
    .ring.best{background:var(--card);color:var(--good)}
    .card{margin-bottom:1rem}
    .chart .plot{height:18rem;margin-right:1rem;cursor:default}
    pre{margin:.5rem 0 0;overflow-x:auto}
    th:first-child{min-width:2rem}
    """
}

/// A scale of times on which each step is about ten times the one below.
struct LagScale {
  /// A step, and how high it stands.
  struct Guide {
    var value: Double
    var height: Double
  }

  private let steps: [Double]

  /// The steps, in milliseconds: they end at units that people know.
  private static let all = [
    10.0, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 360_000_000,
  ]

  /// Takes the steps around some times, in milliseconds.
  init(_ values: [Double]) {
    let least = max(values.min() ?? 10, LagScale.all[0])
    let most = values.max() ?? 10_000
    let first = LagScale.all.lastIndex { $0 <= least } ?? 0
    let last = LagScale.all.firstIndex { $0 >= most } ?? LagScale.all.count - 1
    steps = Array(LagScale.all[first...max(first + 1, last)])
  }

  /// The steps with their heights.
  var guides: [Guide] { steps.map { Guide(value: $0, height: share($0)) } }

  /// The height of a time, from 0 to 1.
  ///
  /// Straight from step to step is near enough to a logarithm, once it is bent by a root.
  func share(_ value: Double) -> Double {
    guard let low = steps.first, let high = steps.last else { return 0 }
    let value = min(max(value, low), high)
    let step = steps.lastIndex { $0 <= value } ?? 0
    guard step < steps.count - 1 else { return 1 }
    let part = (value - steps[step]) / (steps[step + 1] - steps[step])
    return (Double(step) + part.squareRoot()) / Double(steps.count - 1)
  }
}
