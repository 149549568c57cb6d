import CloudFrontModel
import InvalidationPlanning
import S3Events

/// The CPU time and the memory of planning, compared with the naive plan in the same process.
struct PlanTiming {
  let changes: Int
  let distributions: Int
  /// The number of behaviors with a pattern in each distribution, all of which lead to the bucket.
  /// With 0, planning knows nothing but the distribution's id.
  let behaviors: Int

  /// Measures both plans. The naive one is a sorted list of unique `/key` paths for each
  /// distribution, without origin paths, index documents, encoding or reasons.
  func figures() -> Figures {
    let keys = (0..<changes).map { "section-\($0 % 10)/part-\($0 % 310)/page-\($0).html" }
    let serving = (0..<distributions).map {
      PlanTiming.serving(DistributionID("E\(10_000 + $0)"), behaviors)
    }
    let items = keys.map { key in
      PlanItem(
        .change(
          ObjectChange(
            bucket: "site", region: "eu-central-1", key: ObjectKey(raw: Array(key.utf8)),
            eventName: "ObjectCreated:Put", sequencer: Sequencer("0A"))),
        serving: serving, group: 0)
    }
    let start = ProcessUse.peakMemory()
    let ours = ProcessUse.fastest { plan(items) }
    let oursPeak = ProcessUse.peakMemory()
    let naiveStart = ProcessUse.forgetPeak()
    let naive = ProcessUse.fastest { naivePlan(keys) }
    let naivePeak = ProcessUse.peakMemory()
    let paths = keys.compactMap { try? InvalidationPath(requested: Array("/\($0)".utf8)) }
    let coalescing = ProcessUse.fastest { Coalescer().coalesce(paths).paths.count }
    var figures = Figures()
    figures.add("changes", changes)
    figures.add("distributions", distributions)
    figures.add("behaviors", behaviors)
    figures.add("naiveMilliseconds", naive.milliseconds)
    figures.add("oursMilliseconds", ours.milliseconds)
    figures.add("coalescingMilliseconds", coalescing.milliseconds)
    figures.add("naiveMebibytes", Double(naivePeak - naiveStart) / 1_024)
    figures.add("oursMebibytes", Double(oursPeak - start) / 1_024)
    figures.add("naivePaths", naive.value)
    figures.add("oursPaths", ours.value)
    return figures
  }

  /// A distribution whose only origin is the bucket `site`.
  static func serving(_ id: DistributionID, _ behaviors: Int) -> ServingDistribution {
    let assumed = ServingDistribution.assumed(id, originPath: "")
    guard behaviors > 0 else { return assumed }
    let policy = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    var distribution = Distribution(
      id: id, domainName: "d111111abcdef8.cloudfront.net",
      origins: [Origin(id: "site", domainName: "site.s3.eu-central-1.amazonaws.com")],
      defaultRootObject: "index.html")
    distribution.defaultBehavior = CacheBehavior(targetOriginID: "site", cachePolicyID: policy)
    distribution.behaviors = (0..<behaviors).map {
      CacheBehavior(
        pathPattern: PathPattern("/section-\($0)/*"), targetOriginID: "site", cachePolicyID: policy)
    }
    return ServingDistribution(distribution, bucket: "site", region: "eu-central-1") ?? assumed
  }

  private func naivePlan(_ keys: [String]) -> Int {
    var batches: [[[UInt8]]] = []
    for _ in 0..<distributions {
      let paths = Set(keys.map { Array("/\($0)".utf8) })
      batches.append(paths.sorted { $0.lexicographicallyPrecedes($1) })
    }
    return batches.reduce(0) { $0 + $1.count }
  }

  private func plan(_ items: [PlanItem]) -> Int {
    InvalidationPlanner().plan(items).distributions.reduce(0) { $0 + $1.paths.count }
  }
}
