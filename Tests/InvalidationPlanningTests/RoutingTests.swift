import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

/// A distribution with the bucket's origin `s3` and another one, `api`; nothing but `s3` answers
/// unless told.
func routed(
  _ behaviors: [CacheBehavior] = [], target: String = "s3", path: String = "",
  change: (inout Distribution) -> Void = { _ in }
) -> Distribution {
  var distribution = Distribution(
    id: "E1",
    origins: [
      Origin(id: "s3", domainName: siteHost, originPath: path),
      Origin(id: "api", domainName: "api.example.com"),
    ], defaultRootObject: "")
  distribution.defaultBehavior = CacheBehavior(targetOriginID: target)
  distribution.behaviors = behaviors
  change(&distribution)
  return distribution
}

func behavior(_ pattern: String, _ target: String, edge: Bool = false) -> CacheBehavior {
  CacheBehavior(pathPattern: PathPattern(pattern), targetOriginID: target, mayRewrite: edge)
}

func planned(
  _ keys: String..., on distributions: Distribution..., options: PlanOptions = PlanOptions()
) -> Plan {
  var options = options
  options.keepsDropped = true
  return InvalidationPlanner(options: options).plan(
    keys.map { name in
      let change = change(name)
      return PlanItem(
        .change(change),
        serving: DistributionSearch.serving(
          bucket: change.bucket, region: change.region, among: distributions))
    })
}

extension Plan {
  /// The paths of the only distribution, as text.
  var texts: [String] { distributions.first?.paths.map(\.path.description) ?? [] }
}

@Suite struct RoutingTests {
  @Test("A path counts only where the first behavior that matches asks the bucket's origin")
  func followsBehaviors() {
    let target = routed([
      behavior("/api/static/*", "s3"), behavior("api/*", "api"), behavior("*.JPG", "api"),
      behavior("/v?/x", "api"),
    ])
    let plan = planned(
      "api/static/a.js", "api/b", "c.jpg", "d.JPG", "v1/x", "v10/x", on: target)
    #expect(plan.texts == ["/api/static/a.js", "/c.jpg", "/v10/x"])
    #expect(plan.ignored.map(\.item) == [1, 3, 4])
    #expect(plan.ignored.map(\.reason) == [.unreachable, .unreachable, .unreachable])
    #expect(plan.dropped.map(\.behavior) == ["api/*", "*.JPG", "/v?/x"])
    #expect(plan.droppedCounts == [.unreachable: 3])
  }

  @Test("Each spelling of a key is routed by itself")
  func routesSpellings() {
    let plan = planned("docs/index.html", on: routed([behavior("/docs/", "api")]))
    #expect(plan.texts == ["/docs/index.html"])
    #expect(plan.dropped.map { $0.path?.description } == ["/docs/"])
    #expect(plan.ignored.isEmpty)
  }

  @Test("A behavior may target a group that has the origin as a member")
  func followsGroups() {
    let group = routed(target: "g") {
      $0.originGroups = [OriginGroup(id: "g", members: ["api", "s3"])]
    }
    #expect(planned("a", on: group).texts == ["/a"])
    let other = routed(target: "g") { $0.originGroups = [OriginGroup(id: "g", members: ["api"])] }
    #expect(planned("a", on: other).texts.isEmpty)
  }

  @Test("Unknown behaviors count every path as reachable")
  func acceptsUnknownBehaviors() {
    let unknown = routed([behavior("*", "api")]) { $0.defaultBehavior = nil }
    #expect(planned("a", on: unknown).texts == ["/a"])
    let untargeted = routed(target: "")
    #expect(planned("a", on: untargeted).texts == ["/a"])
  }

  @Test("The path is matched without its origin path, normalised, in either spelling")
  func matchesSpellings() {
    let target = routed(
      [behavior("/a?b", "s3"), behavior("/x/y", "s3")], target: "api", path: "/p")
    // One byte, and one letter that is two bytes or six characters of escapes.
    #expect(planned("p/a~b", on: target).texts == ["/a%7Eb"])
    #expect(planned("p/x//y", on: target).texts == ["/x//y"])
    #expect(planned("p/x/./y", on: target).texts == ["/x/./y"])
    #expect(planned("p/q/../x/y", on: target).texts == ["/q/../x/y"])
    #expect(planned("p/other", on: target).texts.isEmpty)
    #expect(planned("x/y", on: target).ignored.map(\.reason) == [.outsideOriginPath])
  }

  @Test(
    "A pattern that begins with a wildcard counts in the reading that reaches the origin",
    arguments: [
      ("*/index.html", "index.html", ["/index.html"]), ("*/api/*", "api/x", ["/api/x"]),
      ("?/x", "x", ["/x"]), ("?a", "a", ["/a"]), ("**/x", "x", ["/x"]),
      // Both readings lead to the other origin.
      ("*/index.html", "a/index.html", []), ("/*/x", "a/x", []), ("*.html", "a.html", []),
      ("*", "a", []),
      // Neither does.
      ("/*/index.html", "index.html", ["/index.html"]), ("?a", "ba/c", ["/ba/c"]),
    ] as [(String, String, [String])])
  func readsLeadingWildcards(pattern: String, key: String, paths: [String]) {
    var options = PlanOptions()
    options.indexDocuments = []
    #expect(planned(key, on: routed([behavior(pattern, "api")]), options: options).texts == paths)
    // And where it is the pattern that leads here, one reading is enough as well.
    let here = routed([behavior(pattern, "s3")], target: "api")
    let reaches = PathPattern(pattern).matches(Array("/\(key)".utf8))
    #expect(planned(key, on: here, options: options).texts == (reaches ? ["/\(key)"] : []))
  }

  @Test("A pattern that only the encoded spelling matches leads to its origin too")
  func matchesEncodedSpelling() {
    // The letter has two bytes, and six characters when it is encoded.
    let target = routed([behavior("/caf??????", "s3")], target: "api")
    #expect(planned("café", on: target).texts == ["/caf%C3%A9"])
    #expect(planned("cafés", on: target).texts.isEmpty)
  }

  @Test("Two origins on one bucket: what one doesn't show, the other may")
  func mergesOrigins() {
    let both = routed([behavior("/v1/*", "old")], target: "s3") {
      $0.origins.append(Origin(id: "old", domainName: siteHost))
    }
    let plan = planned("v1/a", "b", on: both)
    #expect(plan.texts == ["/b", "/v1/a"])
    #expect(plan.dropped.isEmpty)
    #expect(plan.distributions[0].paths.map { $0.reasons[0].origin } == ["s3", "old"])
    #expect(plan.distributions[0].paths.map { $0.reasons[0].behavior } == ["Default (*)", "/v1/*"])
  }

  @Test(
    "Where an edge function may rewrite, the plain path goes out with one warning",
    arguments: [
      // On the behavior that answers, on one that asks the origin, on neither.
      ([behavior("/a/*", "api", edge: true)], ["/a/x"], 1),
      ([behavior("/a/*", "api"), behavior("/b/*", "s3", edge: true)], ["/a/x"], 1),
      ([behavior("/a/*", "api"), behavior("/b/*", "api", edge: true)], [], 0),
    ] as [([CacheBehavior], [String], Int)])
  func keepsRewritten(behaviors: [CacheBehavior], paths: [String], warnings: Int) {
    let plan = planned("a/x", on: routed(behaviors))
    #expect(plan.texts == paths)
    #expect(plan.distributions.flatMap(\.warnings).count == warnings)
  }

  @Test("A path that is shown for errors elsewhere is warned of")
  func warnsOfErrorPages() {
    let plan = planned("errors/404.html", "a", on: routed { $0.errorPages = ["/errors/404.html"] })
    #expect(plan.distributions[0].warnings.map(\.description).count == 1)
    #expect(plan.distributions[0].warnings[0].description.contains("/*") == true)
  }
}

@Suite struct DistributionKindTests {
  @Test("Disabled and tenant-only distributions are left out, and say so")
  func skips() {
    let disabled = routed { $0.isEnabled = false }
    let tenants = routed { $0.connectionMode = .tenantOnly }
    let staging = routed { $0.isStaging = true }
    #expect(planned("a", on: disabled).ignored.map(\.reason) == [.disabledDistribution])
    let plan = planned("a", on: tenants)
    #expect(plan.ignored.map(\.reason) == [.tenantOnlyDistribution])
    #expect(plan.warnings.count == 1)
    #expect(planned("a", on: staging).texts == ["/a"])
  }

  @Test("Settings turn disabled ones in and staging ones out, tenants never in")
  func obeysOptions() {
    var options = PlanOptions()
    options.includesDisabled = true
    options.includesStaging = false
    #expect(planned("a", on: routed { $0.isEnabled = false }, options: options).texts == ["/a"])
    #expect(
      planned("a", on: routed { $0.isStaging = true }, options: options).ignored.map(\.reason)
        == [.stagingDistribution])
    let tenants = routed { $0.connectionMode = .tenantOnly }
    #expect(planned("a", on: tenants, options: options).texts.isEmpty)
  }

  @Test("An item that one distribution leaves out and another sends is not ignored")
  func countsItemsOnce() {
    var second = routed()
    second.id = "E2"
    let plan = planned("a", on: routed { $0.isEnabled = false }, second)
    #expect(plan.ignored.isEmpty)
    #expect(plan.droppedCounts == [.disabledDistribution: 1])
  }

  private static let disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

  @Test(
    "What a behavior keeps no copies of is not sent; what isn't known is",
    arguments: [
      (CacheBehavior(targetOriginID: "s3", cachePolicyID: disabled), false),
      (CacheBehavior(targetOriginID: "s3", cachePolicyID: "own-0"), false),
      (CacheBehavior(targetOriginID: "s3", cachePolicyID: "own-1"), true),
      (CacheBehavior(targetOriginID: "s3", cachePolicyID: "unknown"), true),
      (CacheBehavior(targetOriginID: "s3"), true),
      (
        CacheBehavior(
          targetOriginID: "s3",
          ownCaching: CachePolicy(
            minTTL: 0, defaultTTL: 0, maxTTL: 0, forwardsQueryStrings: false)), false
      ),
      // A policy wins over legacy settings that an emulator fills with zeros.
      (
        CacheBehavior(
          targetOriginID: "s3", cachePolicyID: "own-1",
          ownCaching: CachePolicy(
            minTTL: 0, defaultTTL: 0, maxTTL: 0, forwardsQueryStrings: false)), true
      ),
    ] as [(CacheBehavior, Bool)])
  func dropsUncached(behavior: CacheBehavior, isSent: Bool) {
    let target = routed {
      $0.defaultBehavior = behavior
      $0.cachePolicies = [
        "own-0": CachePolicy(maxTTL: 0, queryStrings: nil),
        "own-1": CachePolicy(maxTTL: 60, queryStrings: nil),
      ]
    }
    let plan = planned("a", on: target)
    #expect(plan.texts == (isSent ? ["/a"] : []))
    #expect(plan.ignored.map(\.reason) == (isSent ? [] : [.notCached]))
    var options = PlanOptions()
    options.sendsUncached = true
    #expect(planned("a", on: target, options: options).texts == ["/a"])
  }
}

@Suite struct RootObjectTests {
  private func plan(_ key: String, root: String?, path: String = "") -> [String] {
    planned(key, on: routed(path: path) { $0.defaultRootObject = root }).texts
  }

  @Test(
    "The key that is the default root object also gives the root",
    arguments: [
      ("home.html", "home.html", ["/", "/home.html"]),
      ("home.html", nil, ["/home.html"]), ("home.html", "", ["/home.html"]),
      ("site/start.html", "site/start.html", ["/", "/site/start.html"]),
      ("site/index.html", "site/index.html", ["/", "/site/", "/site/index.html"]),
      ("index.html", "", ["/", "/index.html"]), ("index.html", nil, ["/", "/index.html"]),
      ("index.html", "home.html", ["/", "/index.html"]),
      ("a/home.html", "home.html", ["/a/home.html"]),
    ] as [(String, String?, [String])])
  func addsRoot(key: String, root: String?, paths: [String]) {
    #expect(plan(key, root: root) == paths)
  }

  @Test("The root object is compared after the origin path")
  func stripsOriginPath() {
    #expect(plan("prod/home.html", root: "home.html", path: "/prod") == ["/", "/home.html"])
  }

  @Test("Without a known root object index.html is taken, whatever the index documents")
  func fallsBack() {
    var options = PlanOptions()
    options.indexDocuments = ["default.html"]
    let unknown = routed { $0.defaultRootObject = nil }
    #expect(planned("index.html", on: unknown, options: options).texts == ["/", "/index.html"])
    #expect(planned("index.html", on: routed(), options: options).texts == ["/index.html"])
  }

  @Test("A behavior for the root object's own path leads to the root too")
  func routesRoot() {
    let target = routed([behavior("/home.html", "s3")], target: "api") {
      $0.defaultRootObject = "home.html"
    }
    #expect(planned("home.html", on: target).texts == ["/", "/home.html"])
  }

  @Test("Where the root's own behavior keeps no copies, that of the root object may keep some")
  func routesUncachedRoot() {
    for (origin, paths) in [("s3", ["/", "/home.html"]), ("api", [])] {
      let target = routed([behavior("*.html", origin)]) {
        $0.defaultRootObject = "home.html"
        $0.defaultBehavior?.cachePolicyID = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
      }
      #expect(planned("home.html", on: target).texts == paths)
    }
  }
}
