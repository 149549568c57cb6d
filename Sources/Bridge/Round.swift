import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import InvalidationSending
import S3Events

/// One round of handling an event: what was planned, and what became of it.
struct Round {
  /// What became of one request for a distribution.
  struct Sent {
    var distribution: DistributionID
    var part: BatchSender.Part

    /// What CloudFront made of it; nil when it was not accepted.
    var acceptance: Acceptance? {
      if case .success(let acceptance) = part.result { acceptance } else { nil }
    }

    /// The paths.
    var paths: [InvalidationPath] { part.paths.map(\.path) }

    /// The first paths, at most 50 and 16 KiB: what one log line can show.
    var firstPaths: ArraySlice<InvalidationPath> {
      var bytes = 0
      return paths.prefix(50).prefix { path in
        bytes += path.bytes.count
        return bytes <= 16 << 10
      }
    }
  }

  /// What was planned.
  let planning: PlanningRound
  /// What was sent, in the order of the plan's distributions.
  private(set) var sent: [Sent] = []
  /// The distributions that CloudFront says do not exist, where another round looks for others.
  private(set) var gone: Set<DistributionID> = []
  /// What failed, while it was planned and while it was sent.
  private(set) var failures: MessageFailures

  /// Takes stock of what was sent.
  ///
  /// - Parameters:
  ///   - parts: what became of each distribution's batch, in the order of the plan.
  ///   - isLast: whether a distribution that is gone is a failure, since no round follows.
  init(_ planning: PlanningRound, parts: [[BatchSender.Part]], isLast: Bool) {
    self.planning = planning
    failures = planning.failures
    for (batch, parts) in zip(planning.plan.distributions, parts) {
      for part in parts {
        if !isLast, part.isGone {
          gone.insert(batch.id)
        } else {
          sent.append(Sent(distribution: batch.id, part: part))
          noteFailure(of: part)
        }
      }
    }
  }

  /// The paths that were accepted, each with the change it is for and the distribution.
  var accepted: [(path: InvalidationPath, change: ChangeIdentity, distribution: DistributionID)] {
    sent.filter { $0.acceptance != nil }.flatMap { sent in
      sent.part.paths.flatMap(\.reasons).map { reason in
        (reason.path, planning.items[reason.item].identity, sent.distribution)
      }
    }
  }

  /// Fails the messages whose changes a request leaves uncovered.
  private mutating func noteFailure(of part: BatchSender.Part) {
    guard case .failure(let error) = part.result else { return }
    var description = error.description
    if part.paths.count == 1, let only = part.paths.first {
      let key = only.reasons.first?.key.map { ", from the key \($0.visible)" } ?? ""
      description += " The path is \(only.path)\(key)."
    }
    for message in planning.messages(of: part.items) {
      failures.add(message, error.errorType, description)
    }
  }
}

extension BatchSender.Part {
  /// Whether CloudFront says that the distribution does not exist.
  fileprivate var isGone: Bool {
    if case .failure(let error) = result { error.refusal == .noSuchDistribution } else { false }
  }
}
