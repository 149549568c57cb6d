import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import InvalidationSending
import S3Events

/// One round of handling an event: the plan, the requests and their results.
struct Round {
  /// One request for a distribution, with its result.
  struct Sent {
    var distribution: DistributionID
    var part: BatchSender.Part

    /// Nil when CloudFront refused the request or never answered it.
    var acceptance: Acceptance? {
      if case .success(let acceptance) = part.result { acceptance } else { nil }
    }

    var paths: [InvalidationPath] { part.paths.map(\.path) }

    /// The first paths, at most 50 and at most 16 KiB, so that they fit into a log line.
    var firstPaths: ArraySlice<InvalidationPath> {
      var bytes = 0
      return paths.prefix(50).prefix { path in
        bytes += path.bytes.count
        return bytes <= 16 << 10
      }
    }
  }

  let planning: PlanningRound
  /// The requests, in the order of the plan's distributions.
  private(set) var sent: [Sent] = []
  /// The distributions that CloudFront says do not exist; empty in the last round, where they count
  /// as failures.
  private(set) var gone: Set<DistributionID> = []
  /// The failures of planning and of sending.
  private(set) var failures: MessageFailures

  /// Sorts the results of a round into requests, missing distributions and failures.
  ///
  /// - Parameters:
  ///   - parts: the results of each distribution's batch, in the order of the plan.
  ///   - isLast: whether no round follows, so that a missing distribution is a failure.
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

  /// The paths that CloudFront accepted, each with its change and its distribution.
  var accepted: [(path: InvalidationPath, change: ChangeIdentity, distribution: DistributionID)] {
    sent.filter { $0.acceptance != nil }.flatMap { sent in
      sent.part.paths.flatMap(\.reasons).map { reason in
        (reason.path, planning.items[reason.item].identity, sent.distribution)
      }
    }
  }

  /// Records the failure of a request for every message that needed its paths.
  private mutating func noteFailure(of part: BatchSender.Part) {
    guard case .failure(let error) = part.result else { return }
    var description = error.description
    if part.paths.count == 1, let only = part.paths.first {
      let key = only.reasons.first?.key.map { ", from the key \($0.visible)" } ?? ""
      description += " The path is \(only.path)\(key)."
      if let refused = only.refusedSpelling {
        description += " CloudFront refused the spelling \(refused) before."
      }
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
