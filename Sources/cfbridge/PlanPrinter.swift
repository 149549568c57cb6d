import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import LambdaRuntime
import PlanReporting

/// Prints plans, one after the other, and at the end where the distributions came from and what all
/// of it costs.
struct PlanPrinter {
  let source: PlanSource
  let json: Bool
  let explains: Bool
  /// What the plans shown so far call for; nil when they are in order.
  private(set) var status: CommandFailure.Status?
  private var cost = PlanCost()
  private let settings: Settings
  private let savings: ImmutableSavings
  private let pace: (Plan) -> PlanPace?

  /// - Parameter tellsPace: whether the function is to send the plans, whose pace is told then.
  init(
    _ source: PlanSource, _ settings: Settings, json: Bool, explains: Bool = false,
    tellsPace: Bool = false
  ) {
    self.settings = settings
    savings = ImmutableSavings(settings, source)
    self.source = source
    let isShared = ProcessEnvironment.current["RATE_SHARES"].map { !$0.isEmpty } ?? false
    pace = { plan in
      tellsPace ? PlanPace(plan, settings: settings, isShared: isShared) : nil
    }
    self.json = json
    self.explains = explains
  }

  /// Prints a plan.
  ///
  /// - Parameter heading: what was planned, where it was no event.
  mutating func show(_ report: PlanReport, heading: String? = nil) {
    if report.hasFailed { status = .failed }
    var own = PlanCost()
    if let plan = report.planned?.plan {
      own.add(plan)
      cost.add(plan)
    }
    guard !json else {
      let saved = ImmutableSavings(settings, source)
      if let planned = report.planned { saved.add(planned) }
      var members: JSONValue = ["cost": own.json, "source": .string(source.kind.rawValue)]
      if let pace = report.planned.flatMap({ pace($0.plan) }) {
        members = members.adding(["pace": pace.json])
      }
      report.json.adding(members).adding(saved.json).write(sortedKeys: true) { Output.write($0) }
      Output.write([0x0A])
      return
    }
    if let planned = report.planned { savings.add(planned) }
    Output.write(text(report, heading: heading))
  }

  /// Ends the output for people.
  func close() {
    guard !json else { return }
    let layout = TextLayout(width: Output.width(of: .standard))
    Output.write(
      layout.text(
        layout.line("distributions: ", source.words, indent: 2),
        layout.line("cost: ", cost.words, indent: 2)
          + (savings.words.map { layout.line("names: ", $0, indent: 2) } ?? [])))
  }

  private func text(_ report: PlanReport, heading: String?) -> String {
    let layout = TextLayout(width: Output.width(of: .standard))
    guard let planned = report.planned else {
      return layout.text([report.file], layout.line("  failed   ", report.unreadable ?? ""))
    }
    let text = PlanText(planned: planned)
    var lines = ["\(report.file): \(heading ?? text.heading)"]
    lines += layout.rows("  change   ", text.items, limit: 22)
    if explains {
      lines += PlanExplanation(planned).lines.flatMap { layout.explained($0) }
    }
    // Distributions that share a plan share its lines too.
    var shared: [DistributionID: [String]] = [:]
    for distribution in planned.plan.distributions where !explains {
      let id = distribution.repeated ?? distribution.id
      let rows =
        shared[id] ?? layout.rows("    path   ", text.paths(of: distribution), limit: 44)
      shared[id] = rows
      lines.append("  distribution \(distribution.id)")
      lines += rows
    }
    lines += text.ignored.flatMap { layout.line("  ignored  ", $0) }
    lines += text.failures.flatMap { layout.line("  failed   ", $0) }
    if let pace = pace(planned.plan) { lines += layout.line("  pace     ", pace.words) }
    return layout.text(lines)
  }
}
