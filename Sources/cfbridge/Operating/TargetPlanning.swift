import Bridge
import Clock
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import Logging

/// Plans keys and paths for the distributions of a target, with the planner of the function.
struct TargetPlanning {
  let target: Target
  let client: CloudFrontClient
  /// The settings, of which those that choose distributions don't count: the target does.
  let settings: Settings

  init(_ target: Target, _ client: CloudFrontClient, _ settings: Settings) {
    self.target = target
    self.client = client
    var settings = settings
    settings.distributionIDs = []
    settings.takesRequests = true
    self.settings = settings
  }

  /// What is planned.
  enum Subject {
    /// Object keys: the function's own rules decide which paths show them.
    case keys([String])
    /// Paths as somebody spelled them, each of which is sent.
    case paths([String])
  }

  /// Plans a subject; one plan for each event that the function would have had.
  func plans(_ subject: Subject, explains: Bool = false) -> [EventPlan] {
    switch subject {
    case .keys(let keys):
      return events(member: "keys", keys).map { plan($0, settings, explains) }
    case .paths(let paths):
      var exact = settings
      // What somebody spells out is sent as it is, and nothing wider in its place.
      exact.planning.coalescing.threshold = 0
      exact.planning.coalescing.maxPaths = TargetPlanning.pathsPerBatch
      exact.planning.coalescing.maxWildcards = TargetPlanning.wildcardsPerBatch
      return TargetPlanning.batches(paths).flatMap { batch in
        events(member: "paths", batch).map { plan($0, exact, explains) }
      }
    }
  }

  /// Plans paths with the settings as they are, wildcards in the place of many paths included.
  func coalesced(_ paths: [String]) -> [EventPlan] {
    TargetPlanning.batches(paths).flatMap { batch in
      events(member: "paths", batch).map { plan($0, settings, false) }
    }
  }

  /// What CloudFront takes in one batch.
  private static let pathsPerBatch = 3_000
  private static let wildcardsPerBatch = 15

  /// Splits paths into what CloudFront takes at once.
  private static func batches(_ paths: [String]) -> [[String]] {
    var batches: [[String]] = [[]]
    var (plain, wildcards) = (0, 0)
    for path in paths {
      let isWildcard = path.utf8.last == UInt8(ascii: "*")
      if isWildcard ? wildcards == wildcardsPerBatch : plain == pathsPerBatch {
        batches.append([])
        (plain, wildcards) = (0, 0)
      }
      if isWildcard { wildcards += 1 } else { plain += 1 }
      batches[batches.count - 1].append(path)
    }
    return batches
  }

  /// The events that ask for it: one for a bucket, whose routes the planner knows, or else one for
  /// each distribution.
  private func events(member: String, _ texts: [String]) -> [[UInt8]] {
    let names = target.bucket.map { [$0] } ?? target.distributions.map { "\($0.id)" }
    return names.map { name in
      let request: JSONValue = .object([
        (key: "target", value: .string(name)),
        (key: member, value: .array(texts.map { .string($0) })),
      ])
      let event: JSONValue = ["invalidationRequest": request]
      return event.encoded()
    }
  }

  private func plan(_ event: [UInt8], _ settings: Settings, _ explains: Bool) -> EventPlan {
    EventPlanner(
      settings: settings, source: KnownDistributions(target.distributions, client), time: .system,
      logger: Logger(label: "cfbridge") { _ in WarningLog() }, explains: explains
    ).plan(event, invocationID: "")
  }
}

/// The distributions that were found already; CloudFront is asked only for what a list leaves out.
private final class KnownDistributions: DistributionSource {
  private let known: [Distribution]
  private let client: CloudFrontClient

  init(_ known: [Distribution], _ client: CloudFrontClient) {
    self.known = known
    self.client = client
  }

  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution] { known }

  func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    // GetDistribution has told the default root object already; the list never does.
    if let distribution = known.first(where: { $0.id == id && $0.defaultRootObject != nil }) {
      return distribution
    }
    return try client.distribution(id: id, deadline: deadline)
  }

  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    try client.cachePolicy(id: id, deadline: deadline)
  }
}
