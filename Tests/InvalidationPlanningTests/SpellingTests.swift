import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct IndexFormTests {
  private func paths(
    _ key: String, website: Bool = false, _ change: (inout PlanOptions) -> Void = { _ in }
  ) -> [String] {
    var options = PlanOptions()
    change(&options)
    let host = website ? "site.s3-website.eu-west-1.amazonaws.com" : siteHost
    return planned(
      key, on: routed { $0.origins[0].domainName = host }, options: options
    ).texts
  }

  @Test("A website endpoint shows a directory with and without its slash, a REST one with it")
  func differsByEndpoint() {
    #expect(paths("d/index.html", website: true) == ["/d", "/d/", "/d/index.html"])
    #expect(paths("d/index.html") == ["/d/", "/d/index.html"])
    #expect(paths("index.html", website: true) == ["/", "/index.html"])
  }

  @Test("A setting decides for both kinds of endpoint")
  func obeysForms() {
    #expect(
      paths("d/index.html") { $0.indexForms = .slashAndBare } == ["/d", "/d/", "/d/index.html"])
    #expect(
      paths("d/index.html", website: true) { $0.indexForms = .slash } == ["/d/", "/d/index.html"])
  }

  @Test("Index documents have the names that a setting gives")
  func obeysNames() {
    let change = { (options: inout PlanOptions) in
      options.indexDocuments = ["index.html", "default.htm"]
    }
    #expect(paths("d/default.htm", change) == ["/d/", "/d/default.htm"])
    #expect(paths("d/index.html", change) == ["/d/", "/d/index.html"])
    #expect(paths("d/mydefault.htm", change) == ["/d/mydefault.htm"])
  }

  @Test(
    "Viewers may leave out an ending",
    arguments: [
      ("about.html", ["/about", "/about.html"]), ("d/about.html", ["/d/about", "/d/about.html"]),
      ("d/index.html", ["/d/", "/d/index.html"]), (".html", ["/.html"]), ("d/.html", ["/d/.html"]),
      ("about.htm", ["/about.htm"]),
    ] as [(String, [String])])
  func dropsEndings(key: String, expected: [String]) {
    #expect(paths(key) { $0.cleanURLSuffixes = [".html"] } == expected)
  }
}

@Suite struct HostileKeyTests {
  private func plan(_ bytes: [UInt8], _ options: PlanOptions = PlanOptions()) -> [PlannedPath] {
    let hostile = ObjectChange(
      bucket: "site", region: "eu-west-1", key: ObjectKey(raw: bytes),
      eventName: "ObjectCreated:Put", sequencer: Sequencer("01"))
    return InvalidationPlanner(options: options).plan([
      PlanItem(
        .change(hostile),
        serving: DistributionSearch.serving(
          bucket: "site", region: "eu-west-1", among: [routed()]))
    ]).distributions.flatMap(\.paths)
  }

  @Test(
    "A key that looks like something else stays a path",
    arguments: [
      ("#tag", "/%23tag"), ("a?b=c", "/a%3Fb=c"), ("100%", "/100%25"), ("a%2Ab", "/a%252Ab"),
      ("/lead", "//lead"), ("a//b", "/a//b"), ("./a", "/./a"), ("a/../b", "/a/../b"),
      ("..", "/.."), ("dir/", "/dir/"), ("\u{0}\u{1F}\u{7F}", "/%00%1F%7F"), ("a\nb", "/a%0Ab"),
      ("~user/x", "/%7Euser/x"), ("", "/"),
    ] as [(String, String)])
  func staysPath(name: String, path: String) {
    let paths = plan(Array(name.utf8))
    #expect(paths.map(\.path.description) == [path])
    #expect(paths.map { $0.reasons.map(\.rule) } == [[.key]])
  }

  @Test("Bytes that are not UTF-8 are encoded one by one")
  func keepsBytes() {
    #expect(plan([0xC3, 0x28, 0xFF]).map(\.path.description) == ["/%C3(%FF"])
  }

  @Test("A star and a path that is too long become the wildcard that covers them, with the reason")
  func cuts() {
    #expect(plan(Array("a/b*c/index.html".utf8)).map(\.path.description) == ["/a/b*"])
    #expect(plan(Array("a*".utf8)).first?.reasons.first?.rule == .wildcardCut)
    let long = plan(Array(repeating: UInt8(ascii: "a"), count: 4_001))
    #expect(long.map(\.path.bytes.count) == [4_000])
    #expect(long.first?.path.isWildcard == true)
    #expect(long.first?.reasons.first?.rule == .lengthCut)
  }

  @Test("By setting a tilde also gives the wildcard before it, but never the whole distribution")
  func cutsTildes() {
    var options = PlanOptions()
    options.cutsTildes = true
    #expect(
      plan(Array("js/run~1.js".utf8), options).map(\.path.description)
        == ["/js/run*"])
    #expect(plan(Array("~a".utf8), options).map(\.path.description) == ["/%7Ea"])
    #expect(plan(Array("a*~".utf8), options).map(\.path.description) == ["/a*"])
  }

  @Test("No key of any bytes gives anything but a path, with a star only where one was cut")
  func neverEscapes() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let alphabet = Array("*~?#%/.. \u{0}aé".utf8) + [0xFF, 0xC0]
    for _ in 0..<3_000 {
      let bytes = (0..<Int(next() % 12)).map { _ in alphabet[Int(next()) % alphabet.count] }
      for planned in plan(bytes) {
        let path = planned.path.bytes
        #expect(path.first == UInt8(ascii: "/"))
        #expect(path.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"~?#\\\"<>{}|^`[]".utf8.contains($0) })
        #expect(!path.dropLast().contains(UInt8(ascii: "*")))
        #expect(planned.path.isWildcard == bytes.contains(UInt8(ascii: "*")))
      }
    }
  }
}

@Suite struct QueryStringTests {
  private func paths(_ key: String, _ mode: PlanOptions.QueryStrings, keyed: Bool?) -> [String] {
    var options = PlanOptions()
    options.queryStrings = mode
    let target = routed {
      $0.defaultBehavior?.ownCaching = keyed.map {
        CachePolicy(canCache: true, keysOnQueryStrings: $0)
      }
    }
    return planned(key, on: target, options: options).texts
  }

  @Test(
    "Copies that a query string sets apart are covered as the setting says",
    arguments: [
      ("a.jpg", .ignore, true, ["/a.jpg"]), ("a.jpg", .wildcard, nil, ["/a.jpg*"]),
      ("a.jpg", .auto, true, ["/a.jpg*"]), ("a.jpg", .auto, false, ["/a.jpg"]),
      ("a.jpg", .auto, nil, ["/a.jpg"]), ("a*b", .wildcard, nil, ["/a*"]),
      // Never the whole directory, let alone the whole distribution.
      ("index.html", .wildcard, nil, ["/", "/?*", "/index.html*"]),
      ("d/", .wildcard, nil, ["/d/", "/d/?*"]),
    ] as [(String, PlanOptions.QueryStrings, Bool?, [String])])
  func covers(key: String, mode: PlanOptions.QueryStrings, keyed: Bool?, expected: [String]) {
    #expect(paths(key, mode, keyed: keyed) == expected)
  }
}
