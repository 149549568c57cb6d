import Bridge
import CloudFrontModel
import EventPlanning
import Failures
import FunctionSettings
import InvalidationPlanning
import LocalCloud
import Logging
import S3Events
import Testing

@Suite("The details of distributions")
struct DistributionDetailsTests {
  private let source = ScriptedSource()

  private func serving(
    _ id: DistributionID = "E1", root: String? = nil, policy: String? = nil
  ) -> Distribution {
    var distribution = Distribution(
      id: id, origins: [Origin(id: "s3", domainName: "b.s3.amazonaws.com")],
      defaultRootObject: root)
    distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3", cachePolicyID: policy)
    return distribution
  }

  @Test("read the default root object once in the time of a lookup")
  func rootObject() throws {
    source.list = [serving()]
    source.configurations["E1"] = serving(root: "home.html")
    let planner = try source.planner()
    #expect(planner.paths("home.html") == ["E1": ["/", "/home.html"]])
    #expect(planner.paths("home.html") == ["E1": ["/", "/home.html"]])
    #expect(source.asked == ["E1"])
    source.now += .seconds(300)
    _ = planner.paths("home.html")
    #expect(source.asked == ["E1", "E1"])
  }

  @Test("are not guessed where CloudFront doesn't know a listed distribution: it may exist")
  func unknownRootObject() throws {
    source.list = [serving(), serving("E2", root: "")]
    source.configurations["E1"] = serving(root: "home.html")
    source.unknown = ["E1"]
    let planner = try source.planner()
    let event = SampleEvent.s3([SampleEvent.record("home.html", bucket: "b")])
    let planned = planner.plan(event, invocationID: "")
    #expect(planned.failures.map(\.errorType.name) == ["Function.CloudFrontNoSuchDistribution"])
    #expect(planned.plan.distributions.map(\.id) == ["E2"])
    #expect(source.lists == 2)
    // The next delivery finds it, with its own root object.
    source.unknown = []
    #expect(
      planner.paths("home.html") == ["E1": ["/", "/home.html"], "E2": ["/home.html"]])
  }

  @Test("of a distribution that is gone since it was listed lead to a new list, and its successor")
  func goneBeforeDetails() throws {
    source.list = [serving()]
    source.configurations["E1"] = serving(root: "home.html")
    source.successor = serving("E2", root: "")
    let planner = try source.planner()
    #expect(planner.paths("home.html") == ["E2": ["/home.html"]])
    #expect(source.lists == 2)
  }

  @Test("take index.html without the permission, fail nothing, and say so once")
  func denied() throws {
    source.list = [serving()]
    source.refusal = "AccessDenied"
    let planner = try source.planner(["INDEX_DOCUMENTS": "other.html"])
    for _ in 0..<2 { #expect(planner.paths("index.html") == ["E1": ["/", "/index.html"]]) }
    let warnings = source.log.messages(.warning)
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("cloudfront:GetDistributionConfig") == true)
  }

  @Test("are not read of a distribution that is left out")
  func skipped() throws {
    source.list = [serving()]
    source.list[0].isEnabled = false
    let planner = try source.planner()
    let planned = planner.plan(
      SampleEvent.s3([SampleEvent.record("a", bucket: "b")]), invocationID: "")
    #expect(planned.ignored == [.dropped(.disabledDistribution): 1])
    #expect(source.asked.isEmpty)
  }

  @Test("read a cache policy of the account's own once, and know AWS's")
  func policies() throws {
    source.list = [
      serving("E1", root: "", policy: "own"),
      serving("E2", root: "", policy: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
    ]
    source.policies["own"] = CachePolicy(canCache: true, keysOnQueryStrings: true)
    let planner = try source.planner(["QUERY_STRINGS": "auto"])
    for _ in 0..<2 { #expect(planner.paths("a") == ["E1": ["/a*"]]) }
    #expect(source.policiesAsked == ["own"])
  }

  @Test("send what a policy is for that can't be read, and say so once")
  func deniedPolicy() throws {
    source.list = [serving(root: "", policy: "secret")]
    let planner = try source.planner()
    for _ in 0..<2 { #expect(planner.paths("a") == ["E1": ["/a"]]) }
    #expect(source.log.messages(.warning).count == 1)
    let sending = try source.planner(["UNCACHED_PATHS": "send"])
    _ = sending.paths("a")
    #expect(source.policiesAsked == ["secret"])
    // Asked again later, refused in other words: still one warning.
    source.now += .seconds(30)
    #expect(planner.paths("a") == ["E1": ["/a"]])
    #expect(source.policiesAsked.count == 2 && source.log.messages(.warning).count == 1)
  }

  @Test(
    "of before are kept when a permission goes missing, or CloudFront is busy",
    arguments: ["AccessDenied", "Throttling"])
  func deniedLater(refusal: String) throws {
    var site = serving(root: "home.html")
    site.origins[0].originPath = "/site"
    source.list = [serving()]
    source.configurations["E1"] = site
    for (settings, key) in [
      ([:], "home.html"), (["CLOUDFRONT_DISTRIBUTION_ID": "E1"], "site/home.html"),
    ] {
      source.refusal = nil
      let planner = try source.planner(settings)
      let before = planner.paths(key)
      #expect(before == ["E1": ["/", "/home.html"]])
      source.refusal = refusal
      source.now += .seconds(3_600)
      #expect(planner.paths(key) == before)
      // What was missed for a moment is read as soon as it can be.
      source.refusal = nil
      let asked = source.asked.count
      #expect(planner.paths(key) == before)
      #expect(source.asked.count == asked + (refusal == "Throttling" ? 1 : 0))
    }
  }

  @Test("fail where a policy decides on query strings and can't be read for now, and only there")
  func passingPolicy() throws {
    source.list = [serving(root: "", policy: "own")]
    source.policyRefusal = (status: 503, code: "ServiceUnavailable")
    let event = SampleEvent.s3(SampleEvent.record("a", bucket: "b"))
    #expect(try source.planner().plan(event, invocationID: "").failures.isEmpty)
    let planner = try source.planner(["QUERY_STRINGS": "auto"])
    let failed = planner.plan(event, invocationID: "")
    #expect(failed.failures.map(\.errorType.name) == ["Function.CloudFrontServiceUnavailable"])
    #expect(failed.plan.distributions.isEmpty)
    source.policies["own"] = CachePolicy(canCache: true, keysOnQueryStrings: true)
    #expect(planner.paths("a") == ["E1": ["/a*"]])
    // What was read before is good enough.
    source.policies = [:]
    source.now += .seconds(3_600)
    #expect(planner.paths("a") == ["E1": ["/a*"]])
  }

  @Test("of names from outside are remembered for so many")
  func bounded() throws {
    source.refusal = "AccessDenied"
    let planner = try source.planner()
    for number in 0..<10_500 { _ = planner.paths(target: "E\(number)", key: "a") }
    #expect(source.asked.count == 10_500)
    _ = planner.paths(target: "E10499", key: "a")
    #expect(source.asked.count == 10_500)
    _ = planner.paths(target: "E0", key: "a")
    #expect(source.asked.count == 10_501)
  }
}

@Suite("Path rules")
struct PathRulesTests {
  @Test(
    "that can't be used fail with their number and the reason",
    arguments: [
      ("{", "JSON array"), ("{}", "not an array"), ("[1]", "rule 1: it is not an object"),
      (#"[{"key": "a", "exclude": true}, {"paths": ["/"]}]"#, "rule 2: key"),
      (#"[{"key": "a"}]"#, "rule 1: it must have one of"),
      (#"[{"key": "a", "exclude": true, "include": true}]"#, "rule 1: it must have one of"),
      (#"[{"key": "a", "exclude": true, "paths": ["/a"]}]"#, "rule 1: paths can't be combined"),
      (#"[{"key": "a", "exclude": "yes"}]"#, "rule 1: exclude must be true or false"),
      (#"[{"key": "a", "paths": []}]"#, "rule 1: paths must be an array"),
      (#"[{"key": "a", "paths": ["a"]}]"#, "rule 1: the path \"a\": it must start with /"),
      (#"[{"key": "a*", "paths": ["/{2}"]}]"#, "{2} stands for a star"),
      (#"[{"key": "a", "path": "/a"}]"#, "\"path\" is not one of"),
      (#"[{"key": "a", "bucket": 1, "exclude": true}]"#, "rule 1: bucket"),
    ])
  func refused(json: String, problem: String) {
    let error = #expect(throws: SettingsError.self) {
      try Settings(environment: ["PATH_RULES": json])
    }
    #expect(error?.description.hasPrefix("PATH_RULES: ") == true)
    #expect(error?.description.contains(problem) == true)
  }

  @Test("are read in their order")
  func read() throws {
    let settings = try Settings(environment: [
      "PATH_RULES": #"""
      [{"key": "tag/book-notes/index.html", "paths": ["/tag/*"]}, {"key": "tag/*", "exclude": true},
       {"key": "p/*", "bucket": "b", "paths": ["/{1}"], "keepUsual": true},
       {"key": "*", "include": true}]
      """#
    ])
    #expect(
      settings.planning.rules.rules.map(\.pattern.description) == [
        "tag/book-notes/index.html", "tag/*", "p/*", "*",
      ])
    #expect(settings.planning.rules.rules[1].action == .exclude)
    #expect(settings.planning.rules.rules[2].bucket == "b")
    #expect(settings.planning.rules.rules[3].action == .include)
  }

  @Test(
    "and lists of names are checked",
    arguments: [
      ("INDEX_DOCUMENTS", "a/b"), ("INDEX_DOCUMENTS", "a,,b"), ("CLEAN_URL_SUFFIXES", "html"),
      ("CLEAN_URL_SUFFIXES", "."), ("INDEX_FORMS", "bare"), ("INVALIDATION_PRICE", "-1"),
    ])
  func refusedNames(name: String, value: String) {
    #expect(throws: SettingsError.self) { try Settings(environment: [name: value]) }
  }
}
