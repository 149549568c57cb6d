import S3Events

/// Turns changes and requests into one invalidation batch per distribution.
///
/// Pure: the same items give the same plan, in whatever order they stand.
public struct Planner: Sendable {
  /// CloudFront's quota of single paths in progress per distribution.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
  public static let maxPaths = 3_000
  /// CloudFront's quota of wildcard paths in progress per distribution.
  public static let maxWildcards = 15

  /// Creates a planner.
  public init() {}

  /// Plans every distribution from the untouched items.
  public func plan(_ items: [PlanItem]) -> Plan {
    var plan = Plan()
    var drafts: [String: Draft] = [:]
    for (index, item) in items.enumerated() {
      do {
        let requested = try requestedPaths(of: item)
        var isReached = false
        for serving in item.serving {
          let id = serving.distribution.id
          let found = requested + paths(of: item, on: serving, item: index, draft: &drafts[id])
          for (path, rule, key) in found {
            let reason = PlannedPath.Reason(item: index, rule: rule, key: key)
            drafts[id, default: Draft()].add(path, reason)
          }
          if !found.isEmpty { isReached = true }
        }
        if !isReached {
          let reason: IgnoredReason = item.serving.isEmpty ? .noDistribution : .outsideOriginPath
          plan.ignored.append((item: index, reason: reason))
        }
      } catch {
        plan.failures.append((item: index, error: error))
      }
    }
    plan.distributions = drafts.sorted { $0.key < $1.key }.compactMap { id, draft in
      draft.finished(id: id, items: items)
    }
    return plan
  }

  private typealias Found = (path: InvalidationPath, rule: PathRule, key: ObjectKey?)

  private func requestedPaths(of item: PlanItem) throws(RequestPathError) -> [Found] {
    guard case .request(let request) = item.cause else { return [] }
    var found: [Found] = []
    for path in request.paths {
      do {
        found.append((try InvalidationPath(requested: path), .requested, nil))
      } catch {
        throw RequestPathError(path: String(decoding: path, as: UTF8.self), reason: error)
      }
    }
    return found
  }

  private func paths(
    of item: PlanItem, on serving: ServingDistribution, item index: Int, draft: inout Draft?
  ) -> [Found] {
    let keys: [ObjectKey]
    switch item.cause {
    case .change(let change):
      keys = [change.key]
      if serving.routes.contains(where: { $0.match?.regionAgrees == false }) {
        draft = draft ?? Draft()
        draft?.regionMismatches.insert("\(change.bucket) (\(change.region))")
      }
    case .request(let request): keys = request.keys
    }
    return keys.flatMap { key in
      serving.routes.flatMap { route in
        (ViewerPaths.paths(for: key, originPath: route.originPath) ?? []).map {
          ($0.path, $0.rule, key)
        }
      }
    }
  }
}

/// A distribution's plan while it is gathered.
private struct Draft {
  var paths: [InvalidationPath: [PlannedPath.Reason]] = [:]
  var regionMismatches: Set<String> = []

  mutating func add(_ path: InvalidationPath, _ reason: PlannedPath.Reason) {
    // Two routes of one distribution can show a key under the same path: one reason is enough.
    if paths[path]?.last != reason { paths[path, default: []].append(reason) }
  }

  func finished(id: String, items: [PlanItem]) -> DistributionPlan? {
    guard !paths.isEmpty else { return nil }
    var sent: [PlannedPath] = []
    var deferred: [PlannedPath] = []
    var room = (paths: Planner.maxPaths, wildcards: Planner.maxWildcards)
    for (path, reasons) in paths.sorted(by: { $0.key < $1.key }) {
      let planned = PlannedPath(path: path, reasons: reasons)
      if (path.isWildcard ? room.wildcards : room.paths) == 0 {
        deferred.append(planned)
      } else {
        sent.append(planned)
        if path.isWildcard { room.wildcards -= 1 } else { room.paths -= 1 }
      }
    }
    let contributors = Set(sent.flatMap { $0.reasons.map(\.item) })
    return DistributionPlan(
      id: id, paths: sent, deferred: deferred,
      callerReference: CallerReference(
        distribution: id, paths: sent.map(\.path),
        identities: contributors.map { items[$0].identity }),
      warnings: regionMismatches.sorted().map {
        "An origin of distribution \(id) names another region than the event of bucket \($0):"
          + " CloudFront gets redirects from it. Correct the origin's domain name."
      })
  }
}
