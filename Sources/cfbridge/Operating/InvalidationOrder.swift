import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import JSON
import PlanReporting

/// The batches that one run sends, with their cost.
struct InvalidationOrder {
  /// One call of CreateInvalidation.
  struct Batch {
    var title: String
    var batch: InvalidationBatch
    var cost: InvalidationCost
    var rows: [PlanText.Row]
    var warnings: [String]
  }

  private(set) var batches: [Batch] = []
  /// What leads to no path, in words.
  private let ignored: [String]
  private let cost: PlanCost

  /// Gathers the batches of some plans, each with a caller reference of its own.
  ///
  /// - Parameter reference: the caller reference to use; nil makes one that no other run has.
  init(_ plans: [EventPlan], for target: Target, reference: String?) {
    var cost = PlanCost()
    for plan in plans { cost.add(plan.plan) }
    self.cost = cost
    ignored = plans.flatMap { PlanText(planned: $0).ignored }
    let base = reference ?? "cfbridge-" + InvalidationOrder.freshText()
    var used: [DistributionID: Int] = [:]
    for plan in plans {
      let text = PlanText(planned: plan)
      for part in plan.plan.distributions {
        let number = used[part.id, default: 0]
        used[part.id] = number + 1
        let title = target.distributions.first { $0.id == part.id }?.title ?? "\(part.id)"
        batches.append(
          Batch(
            title: title,
            batch: InvalidationBatch(
              distribution: part.id, items: part.paths.map { .path($0.path) },
              callerReference: CallerReference(number == 0 ? base : "\(base)-\(number + 1)")),
            cost: part.cost, rows: text.paths(of: part),
            warnings: part.warnings.map(\.description)))
      }
    }
  }

  /// A text that no other run makes.
  static func freshText() -> String {
    let random = UInt64.random(in: .min ... .max)
    let digits = String(random, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// What all batches cost at list price.
  var dollars: Dollars { Dollars(micros: batches.reduce(0) { $0 + $1.cost.dollars.micros }) }
  /// How many distributions forget something.
  var distributionCount: Int { Set(batches.map(\.batch.distribution)).count }
  /// Whether a whole cache is emptied.
  var hasRootWildcard: Bool {
    batches.contains { $0.batch.items.contains { $0.bytes.elementsEqual("/*".utf8) } }
  }

  /// What is sent, in a few words.
  var summary: String {
    let paths = batches.reduce(0) { $0 + $1.cost.billedPaths }
    return "\(Counted.words(paths, "path")) to"
      + " \(Counted.words(distributionCount, "distribution")), $\(dollars)"
  }

  /// Prints what would be sent.
  func show(_ output: OperatorOptions, dryRun: Bool) {
    if output.json {
      for batch in batches { Output.write(batch.json.line) }
      return
    }
    let screen = output.screen
    let layout = screen.layout
    var lines: [String] = []
    for batch in batches {
      lines.append("distribution \(screen.paint(batch.title, .bold))")
      lines += layout.rows("  path     ", batch.rows, limit: 44)
      lines += batch.warnings.flatMap { layout.line("  warning  ", $0) }
    }
    lines += ignored.flatMap { layout.line("ignored    ", $0) }
    if !batches.isEmpty { lines += layout.line("cost       ", cost.words) }
    screen.print(lines)
  }
}

extension InvalidationOrder.Batch {
  /// The batch as JSON, before it is sent.
  var json: JSONValue {
    [
      "distribution": .string("\(batch.distribution)"),
      "paths": .array(batch.items.map { .string("\($0)") }),
      "callerReference": .string("\(batch.callerReference)"),
      "billedPaths": .integer(Int64(cost.billedPaths)),
      "dollars": .string("\(cost.dollars)"),
    ]
  }
}
