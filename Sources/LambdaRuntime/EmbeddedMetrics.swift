import JSON
import Logging

/// Metrics of one moment in CloudWatch's embedded metric format: a log line that CloudWatch Logs
/// turns into metrics, without a call.
///
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package struct EmbeddedMetrics: Equatable, Sendable {
  /// A metric's unit, as CloudWatch spells it.
  package enum Unit: String, Sendable {
    case count = "Count"
    case milliseconds = "Milliseconds"
    case percent = "Percent"
  }

  /// A metric with its values; without any it is left out.
  package struct Metric: Equatable, Sendable {
    package var name: String
    package var unit: Unit
    package var values: [Int64]

    /// Creates a metric.
    package init(_ name: String, _ unit: Unit, _ values: [Int64]) {
      self.name = name
      self.unit = unit
      self.values = values
    }
  }

  /// The most values that a metric may have in one line. Of more, some are left out evenly; the
  /// least and the greatest are kept.
  package static let mostValues = 100

  /// What the metrics are listed under.
  package var namespace: String
  /// The dimensions of every metric, in their order. CloudWatch bills each name with each of their
  /// values.
  package var dimensions: [(name: String, value: String)]
  package var metrics: [Metric]

  /// Creates the metrics of a moment.
  package init(
    namespace: String, dimensions: [(name: String, value: String)], metrics: [Metric]
  ) {
    self.namespace = namespace
    self.dimensions = dimensions
    self.metrics = metrics
  }

  package static func == (left: EmbeddedMetrics, right: EmbeddedMetrics) -> Bool {
    left.namespace == right.namespace && left.metrics == right.metrics
      && left.dimensions.elementsEqual(right.dimensions, by: ==)
  }

  /// Returns the members of the line: the description that CloudWatch reads, and the values that it
  /// names.
  ///
  /// - Parameter milliseconds: the moment, since 1970.
  func members(at milliseconds: Int64) -> [(key: String, value: JSONValue)] {
    let told = metrics.filter { !$0.values.isEmpty }
    let directive: JSONValue = [
      "Namespace": .string(namespace),
      "Dimensions": [.array(dimensions.map { .string($0.name) })],
      "Metrics": .array(
        told.map { ["Name": .string($0.name), "Unit": .string($0.unit.rawValue)] }),
    ]
    var members: [(key: String, value: JSONValue)] = [
      (
        "_aws", ["Timestamp": .integer(milliseconds), "CloudWatchMetrics": [directive]]
      )
    ]
    members += dimensions.map { ($0.name, .string($0.value)) }
    members += told.map { metric in
      let values = EmbeddedMetrics.thinned(metric.values)
      return (
        metric.name,
        values.count == 1 ? .integer(values[0]) : .array(values.map { .integer($0) })
      )
    }
    return members
  }

  private static func thinned(_ values: [Int64]) -> [Int64] {
    guard values.count > mostValues else { return values }
    let sorted = values.sorted()
    return (0..<mostValues).map { sorted[$0 * (sorted.count - 1) / (mostValues - 1)] }
  }
}

/// Writes metrics into the log.
///
/// They don't pass the logger: a level above INFO would leave them out, and they are JSON in a log
/// of text too.
package struct MetricsLog: Sendable {
  private let settings: LogSettings
  private let context: LogContext
  private let sink: LineSink
  private let wallMilliseconds: @Sendable () -> Int64

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - settings: say which level Lambda lets through.
  ///   - context: knows the invocation whose id goes into each line.
  init(
    settings: LogSettings, context: LogContext, sink: LineSink,
    wallMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.settings = settings
    self.context = context
    self.sink = sink
    self.wallMilliseconds = wallMilliseconds
  }

  /// Writes a line of metrics.
  package func put(_ metrics: EmbeddedMetrics) {
    let now = wallMilliseconds()
    // Lambda would drop a line of a lower level than the log's.
    let level = max(settings.level, .info)
    var line = JSONObjectWriter()
    line.add("timestamp", Timestamp.text(now))
    line.add("level", level.lambdaName)
    line.add("message", "Metrics" as String)
    line.add("requestId", context.requestID)
    for (key, value) in metrics.members(at: now) { line.add(key, value) }
    sink.put(line.line(), level, settings.format, now)
  }
}
