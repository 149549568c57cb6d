import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct QueryStringWarningTests {
  @Test(
    "A behavior that keeps copies by query string is warned of once where they are ignored",
    arguments: [
      (.ignore, true, true), (.auto, true, false), (.wildcard, true, false),
      (.ignore, false, false),
    ] as [(PlanOptions.QueryStrings, Bool, Bool)])
  func warns(setting: PlanOptions.QueryStrings, isKey: Bool, isWarned: Bool) {
    var options = PlanOptions()
    options.queryStrings = setting
    let keyed = routed {
      $0.defaultBehavior?.ownCaching = CachePolicy(canCache: true, keysOnQueryStrings: isKey)
      $0.behaviors = [behavior("/b*", "s3")]
      $0.behaviors[0].ownCaching = CachePolicy(canCache: true, keysOnQueryStrings: isKey)
    }
    let plan = planned("a", "b", on: keyed, options: options)
    let kinds = plan.distributions.flatMap(\.warnings).map(\.kind)
    #expect(kinds == (isWarned ? [.keepsQueryStrings] : []))
  }

  @Test("The warning about an edge function names both settings that can describe it")
  func namesSettings() {
    let warning = PlanWarning(distribution: "E1", kind: .mayBeRewritten).description
    #expect(warning.contains("INDEX_FORMS=slash,bare") && warning.contains("PATH_RULES"))
  }
}

@Suite struct ErrorCachingTests {
  private func uncached(_ ttl: Int64, code: Int64 = 404) -> Distribution {
    routed {
      $0.defaultBehavior = CacheBehavior(
        targetOriginID: "s3", cachePolicyID: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
      $0.addErrorCaching(code: code, minTTL: ttl)
    }
  }

  private func plan(_ eventName: String, on distribution: Distribution) -> Plan {
    var created = change("a")
    created.eventName = eventName
    return InvalidationPlanner(options: PlanOptions()).plan([
      PlanItem(
        .change(created),
        serving: DistributionSearch.serving(
          bucket: "site", region: "eu-west-1", among: [distribution]))
    ])
  }

  @Test(
    "A new object goes out where its 404 may be kept, though the behavior keeps nothing else",
    arguments: [
      ("ObjectCreated:Put", 404, 300, true), ("Object Created", 403, 11, true),
      ("ObjectCreated:Put", 404, 10, false), ("ObjectCreated:Put", 404, 0, false),
      ("ObjectCreated:Put", 500, 300, false), ("ObjectRemoved:Delete", 404, 300, false),
      ("Object Deleted", 404, 300, false), ("LifecycleExpiration:Delete", 404, 300, false),
      // What is not known never takes a path away.
      ("", 404, 300, true),
    ] as [(String, Int64, Int64, Bool)])
  func sendsCreated(eventName: String, code: Int64, ttl: Int64, isSent: Bool) {
    let plan = plan(eventName, on: uncached(ttl, code: code))
    #expect(plan.texts == (isSent ? ["/a"] : []))
    #expect(plan.ignored.map(\.reason) == (isSent ? [] : [.notCached]))
    #expect(plan.distributions.flatMap(\.paths).allSatisfy { $0.reasons[0].isForCachedError })
  }

  @Test("The longest time counts, of those for 403 and 404")
  func takesLongest() {
    let distribution = routed {
      $0.addErrorCaching(code: 404, minTTL: 60)
      $0.addErrorCaching(code: 403, minTTL: 5)
      $0.addErrorCaching(code: 503, minTTL: 900)
      $0.addErrorCaching(code: 404, minTTL: nil)
    }
    #expect(distribution.missingObjectTTL == 60)
  }

  @Test("Where the behavior keeps copies, the path goes out for those")
  func leavesCached() {
    let plan = planned("a", on: routed { $0.addErrorCaching(code: 404, minTTL: 300) })
    #expect(plan.texts == ["/a"])
    #expect(plan.distributions[0].paths[0].reasons[0].isForCachedError == false)
  }
}

@Suite struct ZeroLifetimesTests {
  @Test("Lifetimes that are all zero, as emulators report them, are warned of once")
  func warns() {
    let zeros = CachePolicy(minTTL: 0, defaultTTL: 0, maxTTL: 0, forwardsQueryStrings: false)
    let emulated = routed {
      $0.defaultBehavior = CacheBehavior(targetOriginID: "s3", ownCaching: zeros)
    }
    let plan = planned("a", "b", on: emulated)
    #expect(plan.ignored.map(\.reason) == [.notCached, .notCached])
    #expect(plan.warnings.map(\.kind) == [.zeroLifetimes])
    // A policy that keeps nothing was chosen by somebody.
    let policy = routed {
      $0.defaultBehavior = CacheBehavior(
        targetOriginID: "s3", cachePolicyID: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
    }
    #expect(planned("a", on: policy).warnings.isEmpty)
  }
}
