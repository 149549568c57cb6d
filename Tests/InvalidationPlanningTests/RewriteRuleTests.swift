import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct KeyPatternTests {
  @Test(
    "A star stands for any characters, all but the last for as few as possible",
    arguments: [
      ("a", "a", []), ("a", "ab", nil), ("a", "", nil), ("*", "", [""]), ("*", "a/b", ["a/b"]),
      ("tag/*", "tag/x/y", ["x/y"]), ("tag/*", "tags/x", nil), ("*.md", "a.md.md", ["a.md"]),
      ("*/*.md", "a/b/c.md", ["a", "b/c"]), ("a*a", "a", nil), ("a*a", "aa", [""]),
      ("*b*b*", "abbb", ["a", "", "b"]), ("**", "x", ["", "x"]), ("a?", "a?", []),
      ("a?", "ab", nil), ("é*", "éa", ["a"]),
      // A star or a backslash that stands for itself.
      ("a\\*b", "a*b", []), ("a\\*b", "axb", nil), ("\\**", "*x", ["x"]), ("\\**", "x", nil),
      ("a\\\\*", "a\\b", ["b"]), ("a\\b*", "a\\bc", ["c"]), ("a\\", "a\\", []),
    ] as [(String, String, [String]?)])
  func captures(pattern: String, name: String, expected: [String]?) {
    let captures = KeyPattern(pattern).captures(of: key(name))
    #expect(captures?.map { String(decoding: $0, as: UTF8.self) } == expected)
  }
}

@Suite struct LiteralTextTests {
  @Test("A text is found where looking at every place in turn finds it")
  func agreesWithPlainSearch() {
    var generator = SeededGenerator(seed: 9)
    func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
      (0..<Int.random(in: counts, using: &generator)).map { _ in
        UInt8.random(in: 97...98, using: &generator)
      }
    }
    for _ in 0..<5_000 {
      let text = bytes(0...5)
      let key = bytes(0...14).dropFirst(Int.random(in: 0...2, using: &generator))
      let places = Array(key.indices) + [key.endIndex]
      let expected = places.first { key[$0...].starts(with: text) }
      #expect(LiteralText(text).firstIndex(in: key) == expected, "\(text) in \(key)")
    }
  }

  @Test("A key that nearly matches everywhere takes time linear in it")
  func isLinear() {
    let count = 20_000
    let pattern = KeyPattern("*" + String(repeating: "a", count: count / 2) + "b*")
    let name = key(String(repeating: "a", count: count))
    var captures: [[UInt8]]? = []
    let time = ContinuousClock().measure { captures = pattern.captures(of: name) }
    #expect(captures == nil)
    // Milliseconds; trying each place in turn takes 100 million comparisons.
    #expect(time < .seconds(1))
  }
}

@Suite struct PathTemplateTests {
  private func path(
    _ template: String, _ pattern: String, _ name: String
  ) throws -> String {
    let pattern = KeyPattern(pattern)
    let template = try PathTemplate(template, for: pattern)
    let captures = try #require(pattern.captures(of: key(name)))
    return template.path(
      key: Array(name.utf8), captures: captures, viewerPath: Array("/\(name)".utf8)
    ).path.description
  }

  @Test(
    "A template makes a path of parts of the key",
    arguments: [
      ("/tag/*", "tag/*", "tag/x", "/tag/*"), ("/{1}", "posts/*.md", "posts/a b.md", "/a%20b"),
      ("/{2}/{1}/", "*/*.md", "de/x.md", "/x/de/"), ("/p/{key}", "*", "a%b", "/p/a%25b"),
      ("/{path}", "*", "a/b", "/a/b"), ("/a b%20c", "x", "x", "/a%20b%20c"),
      ("/{1}*", "*", "x", "/x*"), ("/{1}/more", "*", "a*b", "/a*"), ("/#{1}", "*", "t", "/%23t"),
      // The template's own ? begins the query string; the key's never does.
      ("/{1}?*", "img/*", "img/a.jpg", "/a.jpg?*"), ("/{1}?v=1", "*", "a?b", "/a%3Fb?v=1"),
      ("/s?q={1}&p=1", "*", "a&b=c+d?", "/s?q=a%26b%3Dc%2Bd%3F&p=1"),
      ("/{1}&x", "*", "a&b", "/a&b&x"),
    ] as [(String, String, String, String)])
  func renders(template: String, pattern: String, name: String, expected: String) throws {
    #expect(try path(template, pattern, name) == expected)
  }

  @Test(
    "A template that can make no path says why",
    arguments: [
      ("tag/*", PathTemplateError.path(.noLeadingSlash)), ("#tag", .path(.noLeadingSlash)),
      ("{1}", .path(.noLeadingSlash)), ("/a*b", .path(.wildcardInside)),
      ("/*{1}", .path(.wildcardInside)), ("/**", .path(.wildcardInside)),
      ("/%zz", .path(.brokenEscape)), ("/{1", .unclosed), ("/{0}", .unknown("0")),
      ("/{name}", .unknown("name")), ("/{2}", .missingCapture(2, 1)),
    ] as [(String, PathTemplateError)])
  func refuses(template: String, error: PathTemplateError) {
    #expect(throws: error) { try PathTemplate(template, for: KeyPattern("*")) }
  }
}

@Suite struct RewriteRulesTests {
  private func rule(
    _ pattern: String, _ paths: [String], bucket: String? = nil, keepsUsual: Bool = false
  ) throws -> RewriteRule {
    let pattern = KeyPattern(pattern)
    return RewriteRule(
      pattern, bucket: bucket,
      action: .paths(
        try paths.map { try PathTemplate($0, for: pattern) }, keepsUsual: keepsUsual))
  }

  private func plan(
    _ key: String, _ rules: [RewriteRule], on target: Distribution = routed()
  ) -> Plan {
    var options = PlanOptions()
    options.rules = RewriteRules(rules)
    return planned(key, on: target, options: options)
  }

  @Test(
    "The worked example: tags are left out, except the one page that stands for all of them",
    arguments: [
      ("tag/book-notes/index.html", ["/tag/*"]), ("tag/swift/index.html", []),
      ("about/index.html", ["/about/", "/about/index.html"]),
    ] as [(String, [String])])
  func worksExample(key: String, paths: [String]) throws {
    let plan = plan(
      key,
      [
        try rule("tag/book-notes/index.html", ["/tag/*"]),
        RewriteRule(KeyPattern("tag/*"), action: .exclude),
      ])
    #expect(plan.texts == paths)
    #expect(plan.ignored.map(\.reason) == (paths.isEmpty ? [.excluded] : []))
  }

  @Test("Where any rule includes, the rest is excluded")
  func includes() {
    let rules = [RewriteRule(KeyPattern("public/*"), action: .include)]
    #expect(plan("public/a", rules).texts == ["/public/a"])
    #expect(plan("private/a", rules).ignored.map(\.reason) == [.excluded])
  }

  @Test("A rule can add to the usual paths, and be about one bucket alone")
  func addsAndRestricts() throws {
    let adding = [try rule("*.md", ["/{1}"], keepsUsual: true)]
    #expect(plan("a.md", adding).texts == ["/a", "/a.md"])
    #expect(plan("a.md", [try rule("*.md", ["/{1}"], bucket: "other")]).texts == ["/a.md"])
    #expect(plan("a.md", [try rule("*.md", ["/{1}"], bucket: "site")]).texts == ["/a"])
  }

  @Test("A rule's path needs an origin that has the key, and no behavior")
  func obeysOriginPath() throws {
    let rules = [try rule("p/*.md", ["/{1}", "/{path}"])]
    let elsewhere = routed([behavior("*", "api")], path: "/p")
    #expect(plan("p/a.md", rules, on: elsewhere).texts == ["/a", "/a.md"])
    #expect(
      plan("p/a.md", rules, on: routed(path: "/q")).ignored.map(\.reason) == [.outsideOriginPath])
  }

  @Test("The reason names the rule")
  func namesRule() throws {
    let plan = plan("a.md", [try rule("x", ["/x"]), try rule("*.md", ["/{1}"])])
    let reason = try #require(plan.distributions.first?.paths.first?.reasons.first)
    #expect(reason.rule == .rewritten)
    #expect(reason.ruleNumber == 2)
    #expect(reason.origin == "s3")
  }
}
