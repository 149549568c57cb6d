import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import OperatorAPI
import PlanReporting
import S3Events

/// What must be covered by an invalidation, and what needs none.
struct Expectation {
  /// A path of one distribution that an invalidation must cover.
  struct Open: Hashable {
    var distribution: DistributionID
    var path: InvalidationPath
    /// The path or key that somebody named.
    var subject: String
  }

  /// What is to be covered.
  private(set) var open: [Open] = []
  /// What needs nothing, with the reason.
  private(set) var done: [(subject: String, reason: String)] = []

  /// Plans paths and keys as the function does.
  static func plan(
    paths: [String], keys: [String], _ planning: TargetPlanning, _ source: FunctionSource
  ) throws(CommandFailure) -> Expectation {
    var expectation = Expectation()
    guard !planning.settings.isDryRun else {
      let reason = "the function sends nothing, since DRY_RUN is set (\(source.name))"
      expectation.done = (paths + keys).map { (subject: $0, reason: reason) }
      return expectation
    }
    for key in keys { try expectation.add(key: key, planning) }
    for path in paths { try expectation.add(path: path, planning) }
    return expectation
  }

  /// Adds every path under which viewers see a key.
  private mutating func add(
    key: String, _ planning: TargetPlanning
  ) throws(CommandFailure) {
    let plans = planning.plans(.keys([key]), explains: true)
    try Expectation.refuse(plans)
    let paths = plans.flatMap { plan in
      plan.plan.distributions.flatMap { part in
        part.paths.map { Open(distribution: part.id, path: $0.path, subject: key) }
      }
    }
    open += paths
    guard paths.isEmpty else { return }
    let reason = Expectation.reason(plans).map { PlanExplanation.words($0) }
    done.append((subject: key, reason: reason ?? "it leads to no path"))
  }

  /// Adds a viewer path. The keys that would be shown under it tell whether the function sends it
  /// at all.
  private mutating func add(
    path: String, _ planning: TargetPlanning
  ) throws(CommandFailure) {
    let asked: InvalidationPath
    do {
      asked = try InvalidationPath(requested: Array(path.utf8))
    } catch {
      throw CommandFailure(.usage, "--path \(path): \(error)")
    }
    var reason: IgnoredReason?
    for keys in Expectation.keys(showing: asked, planning) {
      let plans = keys.flatMap { planning.plans(.keys([$0]), explains: true) }
      try Expectation.refuse(plans)
      let sent = plans.flatMap(\.plan.distributions).filter { part in
        part.paths.contains { InvalidatedPath(bytes: $0.path.bytes).covers(asked) }
      }
      open += Set(sent.map(\.id)).sorted().map {
        Open(distribution: $0, path: asked, subject: path)
      }
      guard sent.isEmpty else { return }
      let dropped = plans.flatMap(\.plan.dropped).first { $0.path == asked }
      reason = dropped.map { .dropped($0.reason) } ?? Expectation.reason(plans)
      // The key of that name decides; only where no origin shows it, one of a folder may.
      guard reason == .dropped(.outsideOriginPath) else { break }
    }
    if let reason {
      return done.append((subject: path, reason: PlanExplanation.words(reason)))
    }
    // A wildcard has no key: somebody expects it as it is.
    open += planning.target.distributions.map {
      Open(distribution: $0.id, path: asked, subject: path)
    }
  }

  /// The keys that may be shown under a path, those first whose name is the path: then those with
  /// an origin path before it. For a directory they are its index documents.
  private static func keys(
    showing path: InvalidationPath, _ planning: TargetPlanning
  ) -> [[String]] {
    guard !path.isWildcard else { return [] }
    let plain = PathEncoding.decode(Array(path.bytes.prefix(path.countBeforeQuery)))
    let text = String(decoding: plain, as: UTF8.self)
    let ends = text.hasSuffix("/") ? planning.settings.planning.indexDocuments : [""]
    let origins = planning.target.distributions.flatMap(\.origins)
    let folders = Set(origins.map(\.originPath)).subtracting([""]).sorted()
    return ([""] + folders).map { folder in
      ends.map { String((folder + text + $0).drop { $0 == "/" }) }.filter { !$0.isEmpty }
    }
  }

  private static func reason(_ plans: [EventPlan]) -> IgnoredReason? {
    plans.flatMap { $0.ignored.keys.sorted() }.first
  }

  private static func refuse(_ plans: [EventPlan]) throws(CommandFailure) {
    guard let failure = plans.flatMap(\.failures).first else { return }
    throw CommandFailure(.failed, failure.description)
  }
}
