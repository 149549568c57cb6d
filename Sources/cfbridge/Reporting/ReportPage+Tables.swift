import ActivityReporting
import InvalidationPlanning

// The parts of the page below the charts; each is empty where there is nothing to tell.
extension ReportPage {
  private static let tallyNames = [
    "Invalidations", "Paths", "Wildcards", "List price", "Saved", "Lag, 50 %", "99 %", "Failures",
  ]

  private func cells(_ tally: Tally, _ path: String) -> [String] {
    [
      ReportPage.count(tally.invalidations, path + ".invalidations"),
      ReportPage.count(tally.paths, path + ".paths"),
      ReportPage.count(tally.wildcards, path + ".wildcards"),
      ReportPage.dollars(ActivityReport.price(of: tally.paths), path + ".dollars"),
      ReportPage.count(tally.saved, path + ".savedPaths"),
      ReportPage.span(tally.lag?.p50, path + ".lag.p50"),
      ReportPage.span(tally.lag?.p99, path + ".lag.p99"),
      ReportPage.count(tally.failures, path + ".failures"),
    ]
  }

  var distributions: String {
    guard !report.distributions.isEmpty else { return "" }
    let rows = report.distributions.enumerated().map { place, one in
      ["\(HTML.text("\(one.id)"))"] + cells(one.tally, "distributions.\(place)")
    }
    return "<h2>Distributions</h2>\n" + HTML.table(["Distribution"] + ReportPage.tallyNames, rows)
  }

  /// The days, folded since they are many.
  var table: String {
    let rows = report.days.enumerated().filter { !$0.element.tally.isEmpty }.map { place, day in
      [HTML.text(day.date)] + cells(day.tally, "days.\(place)")
    }
    guard !rows.isEmpty else { return "" }
    return "<details><summary>Day by day</summary>\n"
      + HTML.table(["Day"] + ReportPage.tallyNames, rows) + "</details>"
  }

  var months: String {
    guard !report.months.isEmpty else { return "" }
    let rows = report.months.enumerated().map { place, month -> String in
      let most = max(month.paths, report.freePaths, 1)
      let free = min(month.paths, report.freePaths) * 100 / most
      let beyond = max(0, month.paths - report.freePaths) * 100 / most
      return """
        <div class="card"><b>\(HTML.text(month.name))</b>: \
        \(ReportPage.count(month.paths, "months.\(place).paths")) paths, the \
        first \(ReportPage.count(report.freePaths, "price.freePaths")) free, billed \
        \(ReportPage.dollars(month.billed, "months.\(place).billedDollars"))
        <div class="meter" style="display:flex"><i class="saved" style="width:\(free)%"></i>\
        <i class="s1" style="width:\(beyond)%"></i></div></div>
        """
    }
    return "<h2>Free paths</h2>\n<div class=\"charts\">\(rows.joined(separator: "\n"))</div>"
  }

  var savings: String {
    let rows = report.savings.enumerated().map { place, saving in
      [
        HTML.text(ReasonWords.words(saving.name)) + bar(saving.count, of: report.savings, "saved"),
        ReportPage.count(saving.count, "savings.\(place).paths"),
        ReportPage.dollars(
          ActivityReport.price(of: saving.count), "savings.\(place).dollars"),
      ]
    }
    return section("Saved, and why", ["Reason", "Paths", "List price"], rows)
  }

  var spared: String {
    let rows = report.spared.enumerated().map { place, reason in
      [
        HTML.text(ReasonWords.words(reason.name)) + bar(reason.count, of: report.spared, "s5"),
        ReportPage.count(reason.count, "spared.\(place).count"),
      ]
    }
    return section("Needed no invalidation", ["Reason", "Changes or paths"], rows)
  }

  var directories: String {
    let rows = report.directories.enumerated().map { place, directory in
      [
        HTML.text(directory.name) + bar(directory.count, of: report.directories, "s0"),
        ReportPage.count(directory.count, "directories.\(place).paths"),
      ]
    }
    return section("Directories", ["Directory", "Paths"], rows)
  }

  var failures: String {
    guard !report.failures.isEmpty else { return "" }
    let parts = report.failures.enumerated().map { place, failure in
      """
      <p class="failure"><b class="bad">\(HTML.text(failure.type))</b>, \
      \(ReportPage.count(failure.count, "failures.\(place).count")), last \
      \(HTML.text(Age.moment(failure.last)))<br>\(HTML.text(failure.message))</p>
      """
    }
    return "<h2>Failures</h2>\n" + parts.joined(separator: "\n")
  }

  private func section(_ title: String, _ names: [String], _ rows: [[String]]) -> String {
    rows.isEmpty
      ? "" : "<section><h2>\(HTML.text(title))</h2>\n\(HTML.table(names, rows))</section>"
  }

  /// A bar as long as a count is in comparison with the largest.
  private func bar(_ count: Int, of all: [ActivityReport.Count], _ color: String) -> String {
    let most = max(1, all.map(\.count).max() ?? 1)
    return "<i class=\"bar \(color)\" style=\"width:\(max(1, count * 100 / most))%\"></i>"
  }
}
