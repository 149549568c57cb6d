import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import S3Events

extension BatchSender {
  /// Prepares the call of a request. Its caller reference is the plan's where it has all paths of
  /// the plan, otherwise one of its own.
  func creation(
    of request: Request, in plan: DistributionPlan, _ identity: (Int) -> ChangeIdentity
  ) -> Creation {
    let paths = request.paths.map(\.path)
    var reference = plan.callerReference
    if paths != plan.paths.map(\.path) {
      reference = CallerReference(
        distribution: plan.id, paths: paths,
        identities: PlannedPath.items(of: request.paths).map(identity))
    }
    let batch = InvalidationBatch(
      distribution: plan.id, items: paths.map { .path($0) }, callerReference: reference)
    return Creation(
      reference: reference, pending: channel.pending(batch, deadline: deadline))
  }
}

extension BatchSender.Creation {
  /// Makes the next attempt.
  ///
  /// - Returns: the acceptance, nil when another attempt must follow, or the error that ends it.
  mutating func answer() -> Result<Acceptance?, CloudFrontError> {
    do throws(CloudFrontError) {
      return .success(try pending.attempt())
    } catch {
      return .failure(error)
    }
  }
}
