import ActivityReporting
import InvalidationPlanning
import JSON

/// A report as one page that needs nothing else.
///
/// Every figure names its place in the report's JSON, which the page has; a test compares both.
struct ReportPage {
  let report: ActivityReport
  let source: String
  let json: JSONValue

  /// The most distributions with a colour of their own.
  static let mostColors = 5

  /// The page.
  var html: String {
    let days = report.days
    let period = days.first.map { "\($0.date) to \(days[days.count - 1].date), UTC" } ?? "no days"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>Invalidations, \(HTML.text(period))</title>
      <style>
      \(PageStyle.text)
      </style>
      </head>
      <body>
      <h1>What was invalidated</h1>
      <p class="faint">\(HTML.text(period)), from \(HTML.text(source))</p>
      \(tiles)
      <div class="charts">
      \(charts.map(\.html).joined(separator: "\n"))
      </div>
      \(failures)
      \(months)
      \(distributions)
      <div class="pair">
      <div>
      \(savings)
      \(spared)
      </div>
      \(directories)
      </div>
      \(table)
      <p class="faint">Dollars are at list price, $\(InvalidationCost.listPrice) a path. Saved is what \
      a function would have been billed that sends the paths of every change alone, each time it is \
      delivered.</p>
      <script type="application/json" id="data">\(HTML.data(json))</script>
      <script>
      \(PageScript.text)
      </script>
      </body>
      </html>

      """
  }

  // MARK: - Figures

  static func count(_ number: Int, _ path: String) -> String {
    HTML.figure(Figures.count(number), path)
  }

  static func dollars(_ amount: Dollars, _ path: String) -> String {
    HTML.figure(Figures.dollars(amount), path)
  }

  static func span(_ milliseconds: Int64?, _ path: String) -> String {
    milliseconds.map { HTML.figure(Figures.span(milliseconds: $0), path) } ?? "–"
  }

  private var tiles: String {
    let total = report.total
    func tile(_ name: String, _ figure: String, _ small: String, _ style: String = "") -> String {
      "<div class=\"tile\"><span class=\"name\">\(name)</span><b class=\"\(style)\">\(figure)</b>"
        + "<small>\(small)</small></div>"
    }
    var tiles = [
      tile(
        "Paths", ReportPage.count(total.paths, "totals.paths"),
        ReportPage.count(total.invalidations, "totals.invalidations") + " invalidations, "
          + ReportPage.count(total.wildcards, "totals.wildcards") + " wildcards"),
      tile(
        "Billed", ReportPage.dollars(report.billed, "totals.billedDollars"),
        ReportPage.dollars(report.listDollars, "totals.dollars") + " without the free paths"),
      report.knowsSavings
        ? tile(
          "Saved", ReportPage.dollars(ActivityReport.price(of: total.saved), "totals.savedDollars"),
          ReportPage.count(total.saved, "totals.savedPaths") + " paths", "good")
        : tile("Saved", "–", "not in the source"),
      tile(
        "Lag, half within", ReportPage.span(total.lag?.p50, "totals.lag.p50"),
        "99 % within " + ReportPage.span(total.lag?.p99, "totals.lag.p99")),
      tile(
        "Failures", ReportPage.count(total.failures, "totals.failures"),
        ReportPage.count(total.throttled, "totals.throttled") + " calls throttled",
        total.failures > 0 ? "bad" : ""),
    ]
    if total.withheld > 0 {
      tiles.append(
        tile(
          "Dry run", ReportPage.count(total.withheld, "totals.withheldPaths"),
          "paths planned, not sent"))
    }
    return "<div class=\"tiles\">\(tiles.joined(separator: "\n"))</div>"
  }

  // MARK: - Charts

  private var charts: [PageChart] {
    let days = report.days
    let dates = days.map(\.date)
    func whole(_ value: Double) -> String {
      value == value.rounded() ? Figures.count(Int(value)) : "\(value)"
    }
    var series = report.distributions.prefix(ReportPage.mostColors).enumerated().map { place, one in
      PageChart.Series(
        name: "\(one.id)", color: "s\(place)", values: days.map { Double($0.paths[place]) })
    }
    if report.distributions.count > ReportPage.mostColors {
      series.append(
        PageChart.Series(
          name: "\(report.distributions.count - ReportPage.mostColors) others", color: "s5",
          values: days.map { day in
            Double(day.paths.dropFirst(ReportPage.mostColors).reduce(0, +))
          }))
    }
    let one = { (name: String, color: String, value: (Tally) -> Int) in
      [PageChart.Series(name: name, color: color, values: days.map { Double(value($0.tally)) })]
    }
    return [
      PageChart(
        "paths", "Paths a day", note: "each is billed beyond the free ones", dates: dates, series,
        label: whole),
      PageChart(
        "saved", "Saved paths a day", note: "shared, under a wildcard, or delivered again",
        dates: dates, one("saved", "saved", \.saved), label: whole),
      PageChart(
        "lag", "Lag", note: "from a change to the acceptance of its invalidation", dates: dates,
        spans: days.map { day in
          day.tally.lag.map { lag in
            PageChart.Span(low: Double(lag.p50), mark: Double(lag.p50), high: Double(lag.p99))
          }
        }, label: { Figures.span(milliseconds: Int64($0)) }),
      PageChart(
        "failures", "Failures a day", note: "each message that was not done", dates: dates,
        one("failures", "failed", \.failures), label: whole),
    ]
  }
}
