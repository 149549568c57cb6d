import CloudFrontModel
import FunctionSettings
import LambdaRuntime

extension InvocationRecord {
  /// The most distributions that get metrics of their own in one invocation, since each is a line.
  static let mostDistributions = 100

  /// Returns the metrics of the invocation: none where it did nothing or `METRICS` is off, else one
  /// line, and with `METRICS=distributions` another for each distribution.
  ///
  /// In a dry run nothing is billed, created or late, so there are none either.
  ///
  /// - Parameter budgetUsed: the part of the month's budget that is used up, in percent; nil where
  ///   there is none.
  func metrics(_ settings: Settings, budgetUsed: Int64? = nil) -> [EmbeddedMetrics] {
    guard settings.metrics != .off, !isDryRun, didAnything else { return [] }
    let service = (name: "service", value: settings.serviceName)
    func line(
      _ more: [(name: String, value: String)], _ metrics: [EmbeddedMetrics.Metric]
    ) -> EmbeddedMetrics {
      EmbeddedMetrics(
        namespace: settings.metricsNamespace, dimensions: [service] + more, metrics: metrics)
    }
    var totals: [EmbeddedMetrics.Metric] = [
      .init("PathsBilled", .count, [Int64(billedPaths)]),
      .init("PathsSaved", .count, [Int64(savedPaths)]),
      .init("InvalidationsCreated", .count, [Int64(invalidations)]),
      .init("CallsThrottled", .count, [Int64(throttled)]),
      .init("MessagesHandedBack", .count, [Int64(messagesHandedBack)]),
      .init("AcceptLag", .milliseconds, lags),
    ]
    if let budgetUsed { totals.append(.init("MonthlyBudgetUsed", .percent, [budgetUsed])) }
    var lines = [line([], totals)]
    guard settings.metrics == .distributions else { return lines }
    let accepted = Dictionary(
      grouping: outcome.sent.filter { $0.acceptance != nil }, by: \.distribution)
    for (id, sent) in accepted.sorted(by: { $0.key < $1.key }).prefix(Self.mostDistributions) {
      let figures = sent.compactMap(\.figures)
      let billed = sent.reduce(0) { $0 + $1.paths }
      let naive = figures.reduce(0) { $0 + $1.naivePaths }
      lines.append(
        line(
          [("distribution", id.description)],
          [
            .init("PathsBilled", .count, [Int64(billed)]),
            .init("PathsSaved", .count, [Int64(max(0, naive - billed))]),
            .init("InvalidationsCreated", .count, [Int64(sent.count)]),
            .init("AcceptLag", .milliseconds, figures.compactMap(\.lag)),
          ]))
    }
    return lines
  }

  /// Whether anything was sent, saved or handed back; a test event, say, changes no metric.
  private var didAnything: Bool {
    !outcome.sent.isEmpty || naivePaths > 0 || throttled > 0 || messagesHandedBack > 0
  }
}
