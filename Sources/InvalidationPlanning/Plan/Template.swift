import CloudFrontModel
import S3Events

/// A plan that serves every distribution of a form.
struct Template {
  let form: Form
  /// The plan of the first such distribution; nil when there was nothing to send.
  let made: DistributionPlan?
  let dropped: [DropReason: Int]
  /// Lazily made, since most plans serve one distribution.
  private let basis = LazyBasis()

  init(form: Form, plan: DistributionPlan?, dropped: [DropReason: Int]) {
    self.form = form
    made = plan
    self.dropped = dropped
  }

  func plan(
    for id: DistributionID, _ items: [PlanItem], _ memory: SharedMemory
  ) -> DistributionPlan? {
    guard var plan = made else { return nil }
    plan.callerReference = CallerReference(
      distribution: id,
      basis.value {
        let contributors = Set(plan.paths.flatMap { $0.reasons.map(\.item) })
        return CallerReference.Basis(
          paths: plan.paths.map(\.path),
          identities: contributors.map { memory.identity(of: $0, among: items) })
      })
    plan.repeated = plan.id
    plan.id = id
    plan.version?.id = id
    plan.warnings = plan.warnings.map { PlanWarning(distribution: id, kind: $0.kind) }.sorted()
    return plan
  }

  private final class LazyBasis {
    private var made: CallerReference.Basis?

    func value(_ make: () -> CallerReference.Basis) -> CallerReference.Basis {
      let basis = made ?? make()
      made = basis
      return basis
    }
  }
}
