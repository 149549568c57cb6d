import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import JSON
import S3Events

extension PlanReport {
  /// The members that `--explain` adds: the reasons of each path, what was dropped, the warnings.
  var explanation: JSONValue {
    guard let plan = planned?.plan else { return [:] }
    let warnings = plan.warnings.sorted() + plan.distributions.flatMap(\.warnings)
    return [
      "reasons": .array(plan.distributions.map(PlanReport.reasons)),
      "dropped": .array(plan.dropped.map(PlanReport.dropped)),
      "warnings": .array(warnings.map { .string($0.description) }),
    ]
  }

  private static func reasons(_ distribution: DistributionPlan) -> JSONValue {
    [
      "id": .string(distribution.id.description),
      "paths": .array(
        distribution.paths.map { path in
          [
            "path": .string(path.path.description),
            "because": .array(path.reasons.map(cause)),
            "instead": .array(path.replaced.map { .string($0.description) }),
          ]
        }),
      "billedPaths": .integer(Int64(distribution.cost.billedPaths)),
      "uncoalescedPaths": .integer(Int64(distribution.cost.uncoalescedPaths)),
      "dollars": .string(distribution.cost.dollars.description),
    ]
  }

  private static func cause(_ reason: PlannedPath.Reason) -> JSONValue {
    members([
      ("rule", .string(reason.rule.rawValue)), ("key", text(reason.key?.description)),
      ("origin", text(reason.origin)), ("behavior", text(reason.behavior)),
      ("pathRule", reason.ruleNumber.map { .integer(Int64($0)) }),
      ("plus", text(reason.plus?.rawValue)),
      ("cachedError", reason.isForCachedError ? .bool(true) : nil),
    ])
  }

  private static func dropped(_ dropped: DroppedPath) -> JSONValue {
    members([
      ("distribution", .string(dropped.distribution.description)),
      ("reason", .string(dropped.reason.rawValue)), ("key", text(dropped.key?.description)),
      ("path", text(dropped.path?.description)), ("behavior", text(dropped.behavior)),
      ("coveredBy", text(dropped.coveredBy?.description)),
    ])
  }

  private static func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }

  /// An object without the members that have no value.
  private static func members(_ all: [(String, JSONValue?)]) -> JSONValue {
    .object(all.compactMap { key, value in value.map { (key, $0) } })
  }
}
