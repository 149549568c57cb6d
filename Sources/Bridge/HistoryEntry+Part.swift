import CloudFrontAPI
import InvalidationPlanning
import InvalidationSending
import Ledger

extension HistoryEntry {
  /// The entry of a request's result; nil for one that was never made, since its messages are
  /// delivered again.
  ///
  /// - Parameter now: in milliseconds since 1970.
  init?(_ part: BatchSender.Part, of plan: DistributionPlan, _ items: [PlanItem], at now: Int64) {
    guard part.attempts > 0 else { return nil }
    var id: String?
    var failure: Failure?
    switch part.result {
    case .success(.accepted(let invalidation)): id = invalidation.id
    case .success(.withheld): return nil
    case .failure(let error):
      failure = Failure(type: "\(error.errorType)", text: error.description)
    }
    self.init(
      distribution: plan.id, at: now, callerReference: "\(part.callerReference)", id: id,
      failure: failure, attempts: part.attempts, paths: part.paths.map(\.path),
      eventAt: part.items.compactMap { items[$0].cause.time }.min())
  }
}
