import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

// What ROOT_WILDCARD rules.
extension InvalidationPlannerTests {
  @Test(
    "A key that only /* would cover fails by name unless /* is allowed, and the others go out",
    arguments: [
      ("*", CoalescingOptions.RootWildcard.never, false), ("*promo.html", .never, false),
      ("*", .lastResort, false), ("*promo.html", .lastResort, false), ("*", .allowed, true),
    ])
  func forcedRootWildcard(
    name: String, setting: CoalescingOptions.RootWildcard, isSent: Bool
  ) throws {
    var options = PlanOptions()
    options.coalescing = CoalescingOptions(rootWildcard: setting)
    let plan = plan(
      [change(name), change("page.html"), change("d/*x")],
      on: [distribution("E1", (siteHost, ""))], options: options)
    #expect(
      plan.distributions[0].paths.map(\.path.description)
        == (isSent ? ["/*"] : ["/d/*", "/page.html"]))
    #expect(plan.failures.map(\.item) == (isSent ? [] : [0]))
    #expect(plan.ignored.isEmpty)
    let words = plan.failures.map(\.error.description).joined()
    #expect(isSent || words.contains("key \(name) on distribution E1"))
    #expect(isSent || words.contains("ROOT_WILDCARD=\(setting.rawValue)"))
  }

  @Test(
    "A rule's template that a key cuts to /* obeys ROOT_WILDCARD; one that spells it is refused by never alone"
  )
  func rootWildcardOfRules() throws {
    func plan(_ template: String, _ name: String, _ setting: CoalescingOptions.RootWildcard) throws
      -> Plan
    {
      var options = PlanOptions()
      options.coalescing = CoalescingOptions(rootWildcard: setting)
      let pattern = KeyPattern("posts/*")
      options.rules = RewriteRules([
        RewriteRule(
          pattern, action: .paths([try PathTemplate(template, for: pattern)], keepsUsual: false))
      ])
      return self.plan(
        [change("posts/\(name)")], on: [distribution("E1", (siteHost, ""))], options: options)
    }
    #expect(try plan("/{1}", "*a", .lastResort).failures.count == 1)
    #expect(try plan("/{1}", "*a", .lastResort).distributions.isEmpty)
    #expect(try plan("/{1}", "*a", .allowed).failures.isEmpty)
    #expect(try plan("/*", "a", .lastResort).distributions.first?.paths.count == 1)
    #expect(try plan("/*", "a", .never).failures.count == 1)
  }

  @Test(
    "A worker's own /* is refused by never alone",
    arguments: CoalescingOptions.RootWildcard.allCases)
  func requestedRootWildcard(setting: CoalescingOptions.RootWildcard) {
    var options = PlanOptions()
    options.coalescing = CoalescingOptions(rootWildcard: setting)
    let request = InvalidationRequest(
      target: "E1", paths: [Array("/*".utf8), Array("/a".utf8)], keys: [], id: "1")
    let item = PlanItem(.request(request), serving: [.assumed("E1", originPath: "")])
    let plan = InvalidationPlanner(options: options).plan([item])
    let sent = plan.distributions.first?.paths.map(\.path.description)
    #expect(sent == (setting == .never ? ["/a"] : ["/*"]))
    #expect(plan.failures.count == (setting == .never ? 1 : 0))
  }
}
