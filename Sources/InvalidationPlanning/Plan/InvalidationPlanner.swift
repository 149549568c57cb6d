import CloudFrontModel
import S3Events

/// Turns changes and requests into one invalidation batch per distribution.
///
/// Pure: the same items give the same plan, in whatever order they stand.
package struct InvalidationPlanner: Sendable {
  private let options: PlanOptions

  /// Creates a planner.
  package init(options: PlanOptions = PlanOptions()) {
    self.options = options
  }

  /// Plans every distribution from the untouched items, and keeps all plans.
  ///
  /// - Parameters:
  ///   - acceptance: what it says yes to is left out as ``DropReason/duplicate``.
  ///   - isTimeUp: asked before each item of each distribution; at a yes, planning stops.
  package func plan(
    _ items: [PlanItem], acceptance: AcceptanceCheck = .nothing, isTimeUp: () -> Bool = { false }
  ) -> Plan {
    var session = PlanningSession(
      items, options: options, acceptance: acceptance, isTimeUp: isTimeUp)
    let plans = session.distributions.compactMap { id in
      session.makePlan(of: id, session.servings(of: id).map(\.serving), isTimeUp: isTimeUp)
    }
    session.finish()
    var plan = session.plan
    plan.distributions = plans
    return plan
  }
}
