import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct PlusTests {
  private func plan(
    _ keys: [String], _ forms: PlanOptions.PlusForms = .auto,
    on change: (inout Distribution) -> Void = { _ in },
    options: (inout PlanOptions) -> Void = { _ in }
  ) -> DistributionPlan? {
    var planOptions = PlanOptions()
    planOptions.plusForms = forms
    options(&planOptions)
    let distribution = routed(change: change)
    return InvalidationPlanner(options: planOptions).plan(
      keys.map { name in
        PlanItem(
          .change(PlusTests.change(name)),
          serving: DistributionSearch.serving(
            bucket: "site", region: "eu-west-1", among: [distribution]))
      }
    ).distributions.first
  }

  private static func change(_ name: String) -> ObjectChange {
    ObjectChange(
      bucket: "site", region: "eu-west-1", key: ObjectKey(raw: Array(name.utf8)),
      eventName: "ObjectCreated:Put", sequencer: Sequencer("01"))
  }

  private func texts(_ plan: DistributionPlan?) -> [String] {
    plan?.paths.map(\.path.description) ?? []
  }

  private static let website: @Sendable (inout Distribution) -> Void = {
    $0.origins[0].domainName = "site.s3-website.eu-west-1.amazonaws.com"
  }
  private static let function: @Sendable (inout Distribution) -> Void = {
    $0.behaviors = [behavior("/api/*", "api", edge: true)]
  }
  private static let unknown: @Sendable (inout Distribution) -> Void = { $0.defaultBehavior = nil }

  @Test("S3's REST endpoint finds a key with a plus only as %2B, so that alone is sent")
  func encodes() {
    let plan = plan(["g++ x.deb", "plain"])
    #expect(texts(plan) == ["/g%2B%2B%20x.deb", "/plain"])
    #expect(plan?.paths.map { $0.reasons[0].plus } == [.encodedForREST, nil])
  }

  @Test("Where another spelling may reach the object, both are sent, and the plan says why")
  func sendsBoth() {
    let both = ["/a%2Bb", "/a+b"]
    let cases: [(DistributionPlan?, PlusSpelling)] = [
      (plan(["a+b"], on: PlusTests.website), .bothForOrigin),
      (plan(["a+b"], on: PlusTests.function), .bothForFunctions),
      (plan(["a+b"], on: PlusTests.unknown), .bothForFunctions), (plan(["a+b"], .both), .bothAsSet),
    ]
    for (plan, why) in cases {
      #expect(texts(plan) == both)
      #expect(plan?.paths.map { $0.reasons[0].plus } == [why, why])
      #expect(plan?.cost.billedPaths == 2)
    }
    #expect(texts(plan(["a+b"], .encoded, on: PlusTests.website)) == ["/a%2Bb"])
  }

  @Test("A distribution that only a setting names is not known to be S3's REST endpoint")
  func sendsBothWhenAssumed() {
    let plan = InvalidationPlanner(options: PlanOptions()).plan([
      PlanItem(
        .change(PlusTests.change("a+b")), serving: [.assumed("E1", originPath: "")])
    ]).distributions.first
    #expect(texts(plan) == ["/a%2Bb", "/a+b"])
  }

  @Test("Every path of the key has both spellings, cuts and index documents too")
  func spellsEveryPath() {
    #expect(
      texts(plan(["c++/index.html"], .both)) == [
        "/c%2B%2B/", "/c%2B%2B/index.html", "/c++/", "/c++/index.html",
      ])
    #expect(texts(plan(["a+b*c+d"], .both)) == ["/a%2Bb*", "/a+b*"])
    #expect(texts(plan(["a*b+c"], .both)) == ["/a*"])
    let query = plan(["a+b"], .both, options: { $0.queryStrings = .wildcard })
    #expect(texts(query) == ["/a%2Bb*", "/a+b*"])
    let tilde = plan(["a+b~c"], .encoded, options: { $0.cutsTildes = true })
    #expect(texts(tilde) == ["/a%2Bb*"])
  }

  @Test("A rule's template spells the key's part so, and keeps its own text")
  func spellsTemplates() throws {
    let pattern = KeyPattern("*")
    let template = try PathTemplate("/x+y/{1}?v={1}", for: pattern)
    let rules: (inout PlanOptions) -> Void = {
      $0.rules = RewriteRules([
        RewriteRule(pattern, action: .paths([template], keepsUsual: false))
      ])
    }
    #expect(texts(plan(["a+b"], options: rules)) == ["/x+y/a%2Bb?v=a%2Bb"])
    #expect(
      texts(plan(["a+b"], .both, options: rules))
        == ["/x+y/a%2Bb?v=a%2Bb", "/x+y/a+b?v=a%2Bb"])
  }

  @Test(
    "Two spellings of a key count once towards the threshold, and twice on the bill",
    arguments: [(9, 18), (10, 1)])
  func countsOnce(keys: Int, billed: Int) {
    let plan = plan((0..<keys).map { "d/\($0)+x" }, .both)
    #expect(plan?.cost.billedPaths == billed)
    #expect(plan?.cost.uncoalescedPaths == 2 * keys)
  }

  @Test("A second spelling counts by itself where another key asks for it")
  func countsRequested() throws {
    let asked = InvalidationRequest(
      target: "E1", paths: [Array("/d/0+x".utf8)], keys: [], id: "r")
    var options = PlanOptions()
    options.plusForms = .both
    options.coalescing.threshold = 2
    let serving = DistributionSearch.serving(
      bucket: "site", region: "eu-west-1", among: [routed()])
    let change = PlanItem(.change(PlusTests.change("d/0+x")), serving: serving)
    let planner = InvalidationPlanner(options: options)
    #expect(texts(planner.plan([change]).distributions.first) == ["/d/0%2Bx", "/d/0+x"])
    let both = planner.plan([change, PlanItem(.request(asked), serving: serving)])
    #expect(texts(both.distributions.first) == ["/d/*"])
  }

  @Test("A behavior whose pattern matches the encoded plus leads to its origin")
  func routesEncoded() {
    let plan = plan(["a+b"]) {
      $0.behaviors = [behavior("/a%2Bb", "s3")]
      $0.defaultBehavior = CacheBehavior(targetOriginID: "api")
    }
    #expect(texts(plan) == ["/a%2Bb"])
  }
}
