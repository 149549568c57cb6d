import CloudFrontModel
package import EventPlanning
package import InvalidationPlanning
import S3Events

/// The plan of one event in words: what changed, which paths follow from it, and why.
package struct PlanText {
  private let planned: EventPlan

  /// Puts a plan into words.
  package init(planned: EventPlan) {
    self.planned = planned
  }

  /// How many items or paths of a kind are shown before the rest is only counted.
  private static let shown = 20

  /// What arrived.
  package var heading: String {
    let messages = planned.event.messages.count
    let source =
      switch planned.event.source {
      case .s3: "from S3"
      case .sqs: "from SQS, \(messages) message\(messages == 1 ? "" : "s")"
      case .sns: "from SNS"
      case .eventBridge: "from EventBridge"
      case .invalidationRequest: "an invalidation request"
      case .unrecognized: "not recognised"
      }
    let records = planned.event.recordCount
    return "\(source), \(records) record\(records == 1 ? "" : "s")"
  }

  /// One line per change or request.
  package var items: [String] {
    PlanText.limited(
      planned.items.map { item in
        switch item.cause {
        case .change(let change):
          "\(change.eventName.padded(to: 38)) s3://\(change.bucket)/\(change.key.visible)"
        case .request(let request):
          "\("invalidation request".padded(to: 38)) \(request.target)"
        }
      })
  }

  /// One line per path of a distribution: the path, and why it is there.
  package func paths(of distribution: DistributionPlan) -> [String] {
    let width = min(distribution.paths.map { $0.path.bytes.count }.max() ?? 0, 44)
    return PlanText.limited(
      distribution.paths.map { planned in
        guard planned.replaced.isEmpty else {
          return planned.path.description.padded(to: width)
            + "  instead of \(planned.replaced.count) paths"
        }
        let reasons = Set(planned.reasons.map(PlanText.words)).sorted()
        let more = reasons.count > 1 ? " and \(reasons.count - 1) more" : ""
        return planned.path.description.padded(to: width) + "  " + (reasons.first ?? "") + more
      })
  }

  /// One line per reason for which something needs nothing.
  package var ignored: [String] {
    planned.ignored.sorted { $0.key < $1.key }.map { reason, count in
      "\(count) \(reason.rawValue): \(PlanExplanation.words(reason))"
    }
  }

  /// One line per failure.
  package var failures: [String] {
    planned.failures.map { failure in
      "\(failure.errorType): \(failure.description)"
    }
  }

  private static func words(_ reason: PlannedPath.Reason) -> String {
    PlanExplanation.words(
      reason.rule, key: reason.key.map { $0.visible } ?? "",
      rule: reason.ruleNumber)
  }

  private static func limited(_ lines: [String]) -> [String] {
    guard lines.count > shown else { return lines }
    return lines.prefix(shown) + ["… and \(lines.count - shown) more"]
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
