/// A chart with a column for each day, as HTML around an SVG that may be stretched.
///
/// The SVG has shapes alone, so that the labels keep their size on a phone.
struct PageChart {
  /// A series of columns, which stand on those of the series before.
  struct Series {
    var name: String
    /// A class of the style sheet that colours it.
    var color: String
    var values: [Double]
  }

  /// A span of a column, from one value to another, with a mark in it.
  struct Span {
    var low: Double
    var mark: Double
    var high: Double
  }

  /// A line across the chart with its label.
  struct Guide {
    var height: Double
    var label: String
  }

  let id: String
  let title: String
  let note: String
  let dates: [String]
  private let legend: [(name: String, color: String)]
  private let guides: [Guide]
  private let shapes: String

  /// The height of the SVG, in its own units.
  private static let height = 100.0
  private static let column = 10.0

  /// Creates a chart of stacked columns.
  init(
    _ id: String, _ title: String, note: String, dates: [String], _ series: [Series],
    label: (Double) -> String
  ) {
    (self.id, self.title, self.note, self.dates) = (id, title, note, dates)
    legend = series.count > 1 ? series.map { ($0.name, $0.color) } : []
    let sums = dates.indices.map { day in series.reduce(0) { $0 + $1.values[day] } }
    let top = PageChart.roundedUp(sums.max() ?? 0)
    var shapes = ""
    for day in dates.indices {
      var base = 0.0
      for one in series where one.values[day] > 0 {
        let size = one.values[day] / top * PageChart.height
        shapes += PageChart.rectangle(day, bottom: base, size: size, one.color)
        base += size
      }
    }
    self.shapes = shapes
    guides = [0, 0.5, 1].map { part in Guide(height: part, label: label(top * part)) }
  }

  /// Creates a chart of spans on a logarithmic scale.
  init(
    _ id: String, _ title: String, note: String, dates: [String], spans: [Span?],
    label: (Double) -> String
  ) {
    (self.id, self.title, self.note, self.dates) = (id, title, note, dates)
    legend = [("half within", "mark"), ("from half to 99 %", "span")]
    let scale = LagScale(spans.compactMap { $0 }.flatMap { [$0.low, $0.high] })
    shapes = spans.enumerated().compactMap { day, span -> String? in
      guard let span else { return nil }
      let (low, mark, high) = (
        scale.share(span.low), scale.share(span.mark), scale.share(span.high)
      )
      return PageChart.rectangle(
        day, bottom: low * PageChart.height, size: max(1, (high - low) * PageChart.height), "span")
        + PageChart.rectangle(
          day, bottom: max(0, mark * PageChart.height - 1.2), size: 2.4, "mark")
    }.joined()
    guides = scale.guides.map { Guide(height: $0.height, label: label($0.value)) }
  }

  /// The chart as HTML.
  var html: String {
    let width = Double(max(1, dates.count)) * PageChart.column
    let lines = guides.map { guide in
      "<div class=\"guide\" style=\"bottom:\(PageChart.number(guide.height * 100))%\">"
        + "<span>\(HTML.text(guide.label))</span></div>"
    }.joined()
    let key = legend.map { name, color in
      "<li><i class=\"\(color)\"></i>\(HTML.text(name))</li>"
    }.joined()
    return """
      <figure class="chart" data-chart="\(id)" tabindex="0">
      <figcaption><b>\(HTML.text(title))</b> <span>\(HTML.text(note))</span></figcaption>
      <div class="plot">\(lines)
      <svg viewBox="0 0 \(PageChart.number(width)) 100" preserveAspectRatio="none" role="img" \
      aria-label="\(HTML.text(title)), by day">\(shapes)</svg></div>
      <div class="dates">\(labels)</div>\(key.isEmpty ? "" : "<ul class=\"legend\">\(key)</ul>")
      </figure>
      """
  }

  private var labels: String {
    let chosen =
      dates.count < 3 ? dates : [dates[0], dates[dates.count / 2], dates[dates.count - 1]]
    return chosen.map { "<span>\(HTML.text($0))</span>" }.joined()
  }

  private static func rectangle(
    _ day: Int, bottom: Double, size: Double, _ color: String
  ) -> String {
    let x = number(Double(day) * column + 1)
    let y = number(height - bottom - size)
    return "<rect class=\"\(color)\" x=\"\(x)\" y=\"\(y)\" width=\"8\" height=\"\(number(size))\"/>"
  }

  /// A number with at most two decimals.
  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return rest == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
  }

  /// The next of 1, 2, 4, 5 or 10 times a power of ten.
  private static func roundedUp(_ value: Double) -> Double {
    guard value > 0 else { return 1 }
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    while power > value { power /= 10 }
    return [1, 2, 4, 5, 10].map { $0 * power }.first { $0 >= value } ?? value
  }
}
