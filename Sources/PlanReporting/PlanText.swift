import CloudFrontModel
package import EventPlanning
package import InvalidationPlanning
import S3Events

/// The plan of one event in words: what changed, which paths follow from it, and why.
package struct PlanText {
  /// A subject and a statement about it, for the command line to lay out.
  package struct Row: Equatable {
    /// The event's name or the path; rows of one list align what follows it.
    package var subject: String
    /// The statement, in pieces that no line break may split.
    package var pieces: [String]
  }

  private let planned: EventPlan
  private let names: KeyNames

  /// Puts a plan into words.
  package init(planned: EventPlan) {
    self.planned = planned
    names = KeyNames(planned)
  }

  /// How many items or paths of a kind are shown before the rest is only counted.
  private static let shown = 20

  /// What arrived.
  package var heading: String {
    let messages = planned.event.messages.count
    let source =
      switch planned.event.source {
      case .s3: "from S3"
      case .sqs: "from SQS, \(Counted.words(messages, "message"))"
      case .sns: "from SNS"
      case .eventBridge: "from EventBridge"
      case .pipes: "from EventBridge Pipes"
      case .failedInvocation: "from a failed invocation"
      case .invalidationRequest: "an invalidation request"
      case .unrecognized: "not recognised"
      }
    let records = planned.event.recordCount
    return "\(source), \(Counted.words(records, "record"))"
  }

  /// One row per change or request: what happened, and to what.
  package var items: [Row] {
    PlanText.limited(planned.items) { item in
      switch item.cause {
      case .change(let change):
        Row(
          subject: "\(change.eventName)",
          pieces: ["s3://\(change.bucket)/\(names.name(change.key))"])
      case .request(let request):
        Row(
          subject: request.isUrgent ? "urgent request" : "invalidation request",
          pieces: [request.target])
      }
    }
  }

  /// One row per path of a distribution: the path, and why it is there.
  package func paths(of distribution: DistributionPlan) -> [Row] {
    PlanText.limited(distribution.paths) { planned in
      let path = planned.path.description
      guard planned.replaced.isEmpty else {
        return Row(
          subject: path, pieces: ["instead of", Counted.words(planned.replaced.count, "path")])
      }
      let reasons = told(planned.reasons)
      let more = reasons.count > 1 ? " and \(reasons.count - 1) more" : ""
      let words = (reasons.first ?? "") + more
      return Row(subject: path, pieces: words.split(separator: " ").map(String.init))
    }
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

  /// One reason per key in words, sorted. A path that was cut is sent for the key and for the cut:
  /// the second reason says more, so the plain one gives way to it.
  private func told(_ reasons: [PlannedPath.Reason]) -> [String] {
    var ofKey: [ObjectKey?: PlannedPath.Reason] = [:]
    for reason in reasons {
      ofKey[reason.key] = ofKey[reason.key].flatMap { $0.rule == .key ? nil : $0 } ?? reason
    }
    let words = ofKey.values.map { reason in
      PlanExplanation.words(
        reason.rule, key: reason.key.map { names.name($0) } ?? "", rule: reason.ruleNumber)
    }
    return Set(words).sorted()
  }

  private static func limited<Element>(
    _ elements: [Element], _ row: (Element) -> Row
  ) -> [Row] {
    let rows = elements.prefix(shown).map(row)
    guard elements.count > shown else { return rows }
    return rows + [Row(subject: "… and \(elements.count - shown) more", pieces: [])]
  }
}
