import Testing

@testable import prove

@Suite("The simulation's own routing") struct ViewerPathsTests {
  private typealias Behavior = SimulatedDistribution.Behavior

  private func distribution(
    _ behaviors: [Behavior] = [], last: Behavior = Behavior(target: "bucket"),
    rootObject: String = "", group: [String] = [], isWebsite: Bool = false
  ) -> SimulatedDistribution {
    SimulatedDistribution(
      id: "E1",
      origins: [
        .init(
          id: "bucket", bucket: "media", domainName: "", path: "/a%20b", folder: "/a b",
          isWebsite: isWebsite),
        .init(id: "api", bucket: nil, domainName: "", path: "", folder: ""),
      ], group: group, rootObject: rootObject, behaviors: behaviors + [last], createdAt: .zero)
  }

  private func paths(
    _ key: String, on distribution: SimulatedDistribution
  ) -> (owed: [String], tolerated: [String]) {
    let paths = ViewerPaths(of: Array(key.utf8), in: "media", on: distribution)
    func text(_ paths: Set<[UInt8]>) -> [String] {
      paths.map { path in
        String(decoding: path.map { $0 == ViewerPaths.rawPlus ? 0x5E : $0 }, as: UTF8.self)
      }.sorted()
    }
    return (owed: text(paths.owed), tolerated: text(paths.tolerated))
  }

  @Test("takes the origin's folder off a key, and owes nothing outside of it")
  func folder() {
    #expect(paths("a b/x", on: distribution()).owed == ["/x"])
    #expect(paths("a/x", on: distribution()).owed == [])
    #expect(ViewerPaths(of: Array("a b/x".utf8), in: "other", on: distribution()).owed == [])
  }

  @Test("knows index documents and root objects")
  func documents() {
    let home = distribution(rootObject: "home.html")
    #expect(paths("a b/home.html", on: home).owed == ["/", "/home.html"])
    #expect(paths("a b/d/index.html", on: home).owed == ["/d/", "/d/index.html"])
    #expect(
      paths("a b/d/index.html", on: distribution(isWebsite: true)).owed
        == ["/d", "/d/", "/d/index.html"])
  }

  @Test("asks the first behavior that matches, in every reading that AWS leaves open")
  func behaviors() {
    let api = distribution([Behavior(pattern: "*.jpg", target: "api")])
    #expect(paths("a b/x.jpg", on: api).owed == [])
    #expect(paths("a b/x.png", on: api).owed == ["/x.png"])
    let ambiguous = distribution([Behavior(pattern: "*/x", target: "api")])
    #expect(paths("a b/x", on: ambiguous).owed == ["/x"])
    #expect(paths("a b/d/x", on: ambiguous).owed == [])
    let encoded = Behavior(pattern: "??????", target: "bucket")
    let elsewhere = Behavior(target: "api")
    #expect(paths("a b/é", on: distribution([encoded], last: elsewhere)).owed == ["/é"])
    #expect(paths("a b/e", on: distribution([encoded], last: elsewhere)).owed == [])
    let member = Behavior(target: SimulatedDistribution.groupID)
    #expect(
      paths("a b/x", on: distribution(last: member, group: ["api", "bucket"])).owed == ["/x"])
    #expect(paths("a b/x", on: distribution(last: member, group: ["api"])).owed == [])
  }

  @Test("owes nothing where no copy is kept")
  func caching() {
    for (caching, owed, tolerated) in [
      (Behavior.Caching.managedOff, [], []), (.legacyOff, [], []), (.ownOff, [], ["/x"]),
      (.own, ["/x"], []), (.legacy, ["/x"], []),
    ] as [(Behavior.Caching, [String], [String])] {
      let found = paths(
        "a b/x", on: distribution(last: Behavior(target: "bucket", caching: caching)))
      #expect(found.owed == owed && found.tolerated == tolerated, "\(caching)")
    }
  }

  @Test("owes a raw plus besides %2B where somebody may take it for one, written ^ here")
  func pluses() {
    #expect(paths("a b/1+2", on: distribution()).owed == ["/1+2"])
    #expect(paths("a b/1+2", on: distribution(isWebsite: true)).owed == ["/1+2", "/1^2"])
    let edge = distribution(last: Behavior(target: "bucket", hasFunction: true))
    #expect(paths("a b/1+2", on: edge).owed == ["/1+2", "/1^2"])
    #expect(ViewerPaths.decode("/1%2B2+3") == Array("/1+2\0".utf8) + Array("3".utf8))
  }

  @Test("follows code at the edge to where it may lead")
  func edge() {
    let leads = distribution([
      Behavior(pattern: "x*", target: "api"),
      Behavior(pattern: "y*", target: "bucket", hasEdgeLambda: true),
    ])
    #expect(paths("a b/x", on: leads).owed == ["/x"])
    let leaves = distribution(
      [
        Behavior(pattern: "x*", target: "api"),
        Behavior(pattern: "y*", target: "api", hasFunction: true),
      ])
    #expect(paths("a b/x", on: leaves).owed == [])
  }
}
