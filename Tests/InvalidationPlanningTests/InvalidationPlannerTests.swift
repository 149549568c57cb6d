import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

func change(
  _ name: String, bucket: String = "site", region: String = "eu-west-1", sequencer: String? = "01",
  occurrence: [String?] = []
) -> ObjectChange {
  ObjectChange(
    bucket: bucket, region: region, key: key(name),
    eventName: "ObjectCreated:Put", sequencer: sequencer.flatMap { Sequencer($0) },
    occurrence: occurrence)
}

func distribution(
  _ id: DistributionID, _ origins: (host: String, path: String)..., aliases: [String] = []
) -> Distribution {
  Distribution(
    id: id, domainName: "\(id.description.lowercased()).cloudfront.net", aliases: aliases,
    origins: origins.enumerated().map { index, origin in
      Origin(id: "o\(index)", domainName: origin.host, originPath: origin.path)
    })
}

let siteHost = "site.s3.eu-west-1.amazonaws.com"

@Suite struct InvalidationPlannerTests {
  func plan(
    _ changes: [ObjectChange], on distributions: [Distribution],
    options: PlanOptions = PlanOptions()
  ) -> Plan {
    InvalidationPlanner(options: options).plan(
      changes.map { change in
        PlanItem(
          .change(change),
          serving: DistributionSearch.serving(
            bucket: change.bucket, region: change.region, among: distributions))
      })
  }

  @Test("All matching distributions are planned, each from the untouched changes")
  func plansEveryDistribution() {
    let plan = plan(
      [change("prod/index.html"), change("prod/a b.css")],
      on: [
        distribution("E2", (siteHost, "/prod")), distribution("E1", (siteHost, "")),
        distribution("E3", ("other.s3.eu-west-1.amazonaws.com", "")),
      ])
    #expect(plan.distributions.map(\.id) == ["E1", "E2"])
    #expect(
      plan.distributions[0].paths.map(\.path.description) == [
        "/prod/", "/prod/a%20b.css", "/prod/index.html",
      ])
    #expect(
      plan.distributions[1].paths.map(\.path.description) == ["/", "/a%20b.css", "/index.html"])
    #expect(plan.ignored.isEmpty)
  }

  @Test("A path that several changes lead to is sent once, with every reason")
  func deduplicates() {
    let plan = plan(
      [change("a", sequencer: "01"), change("a", sequencer: "02"), change("b")],
      on: [distribution("E1", (siteHost, ""))])
    #expect(plan.distributions[0].paths.map(\.path.description) == ["/a", "/b"])
    #expect(plan.distributions[0].paths[0].reasons.map(\.item) == [0, 1])
    #expect(plan.distributions[0].contributors == [0, 1, 2])
  }

  @Test("Composed and decomposed letters are two paths")
  func keepsUnicodeForms() {
    let plan = plan(
      [change("caf\u{E9}"), change("cafe\u{301}")], on: [distribution("E1", (siteHost, ""))])
    #expect(
      plan.distributions[0].paths.map(\.path.description) == ["/cafe%CC%81", "/caf%C3%A9"].sorted())
  }

  @Test("Two origins on one bucket give the paths of both")
  func plansEveryOrigin() {
    let plan = plan(
      [change("v1/a.js"), change("b.js")],
      on: [distribution("E1", (siteHost, ""), (siteHost, "/v1"))])
    #expect(
      plan.distributions[0].paths.map(\.path.description) == ["/a.js", "/b.js", "/v1/a.js"])
  }

  @Test("What leads to no path says why")
  func explainsIgnored() {
    let plan = plan(
      [change("a"), change("b", bucket: "other"), change("prod/c")],
      on: [distribution("E1", (siteHost, "/prod"))])
    #expect(plan.ignored.map(\.item) == [0, 1])
    #expect(plan.ignored.map(\.reason) == [.outsideOriginPath, .noDistribution])
    #expect(plan.distributions.map(\.contributors) == [[2]])
  }

  @Test("An origin in another region is planned and warned of")
  func warnsOfRegions() {
    let plan = plan([change("a", region: "us-east-1")], on: [distribution("E1", (siteHost, ""))])
    #expect(plan.distributions[0].paths.count == 1)
    #expect(plan.distributions[0].warnings.count == 1)
    #expect(plan.distributions[0].warnings.first?.description.contains("site (us-east-1)") == true)
  }

  @Test("A wildcard replaces many paths, with the reasons of all of them")
  func coalesces() {
    let changes = (0..<10).map { change("a/\($0)") } + [change("b")]
    let batch = plan(changes, on: [distribution("E1", (siteHost, ""))]).distributions[0]
    #expect(batch.paths.map(\.path.description) == ["/a/*", "/b"])
    #expect(batch.paths[0].replaced.count == 10)
    #expect(batch.paths[0].reasons.map(\.item) == Array(0..<10))
    #expect(batch.contributors == Set(0..<11))
    #expect(batch.cost == InvalidationCost(billedPaths: 2, uncoalescedPaths: 11))
  }

  @Test("A path that a wildcard of the same batch covers is dropped, and counts as covered")
  func subsumes() {
    let plan = plan([change("a*"), change("a/b")], on: [distribution("E1", (siteHost, ""))])
    #expect(plan.distributions[0].paths.map(\.path.description) == ["/a*"])
    #expect(plan.distributions[0].contributors == [0, 1])
    #expect(plan.ignored.isEmpty)
    #expect(plan.droppedCounts == [.subsumed: 1])
  }

  @Test("The plan does not depend on the order of the changes")
  func ignoresOrder() {
    let changes = ["b/index.html", "a", "c*d", "z"].map { change($0) }
    let target = [distribution("E1", (siteHost, "")), distribution("E2", (siteHost, "/b"))]
    let forward = plan(changes, on: target)
    let backward = plan(changes.reversed(), on: target)
    #expect(forward.distributions.map(\.id) == backward.distributions.map(\.id))
    #expect(
      forward.distributions.map { $0.paths.map(\.path) }
        == backward.distributions.map { $0.paths.map(\.path) })
    #expect(
      forward.distributions.map(\.callerReference)
        == backward.distributions.map(\.callerReference))
  }
}

@Suite struct RequestPlanningTests {
  private let known = [
    distribution("E1", (siteHost, "/prod"), aliases: ["www.example.com"]),
    distribution("E2", (siteHost, ""), ("api.example.com", "")),
  ]

  private func plan(target: String, paths: [String] = [], keys: [String] = []) -> Plan {
    let request = InvalidationRequest(
      target: target, paths: paths.map { Array($0.utf8) }, keys: keys.map(key), id: "r")
    return InvalidationPlanner().plan([
      PlanItem(
        .request(request), serving: DistributionSearch.serving(target: target, among: known))
    ])
  }

  @Test(
    "A target is an id, a domain name, an alias or a bucket",
    arguments: [
      ("E1", ["E1"]), ("e2.cloudfront.net", ["E2"]), ("WWW.example.com", ["E1"]),
      ("site", ["E1", "E2"]), ("nowhere", []),
    ])
  func resolvesTargets(target: String, ids: [DistributionID]) {
    let plan = plan(target: target, paths: ["/x"])
    #expect(plan.distributions.map(\.id) == ids)
    #expect(plan.ignored.map(\.reason) == (ids.isEmpty ? [.noDistribution] : []))
  }

  @Test("Keys are mapped like changes, paths go as they are")
  func mapsKeys() {
    let plan = plan(target: "site", paths: ["/x y", "/z/*"], keys: ["prod/index.html"])
    #expect(
      plan.distributions.map { $0.paths.map(\.path.description) } == [
        ["/", "/index.html", "/x%20y", "/z/*"],
        ["/prod/", "/prod/index.html", "/x%20y", "/z/*"],
      ])
  }

  @Test("Keys for a distribution that was named go through its S3 origins")
  func mapsKeysOfNamed() {
    let plan = plan(target: "E2", keys: ["a"])
    #expect(plan.distributions.map { $0.paths.map(\.path.description) } == [["/a"]])
  }

  @Test("A bad path fails the request, and its good ones are sent")
  func refusesBadPaths() {
    let plan = plan(target: "E1", paths: ["/ok", "nope", "/fine", "no"])
    #expect(plan.distributions.map { $0.paths.map(\.path.description) } == [["/fine", "/ok"]])
    #expect(plan.failures.map(\.item) == [0, 0])
    #expect(
      plan.failures.map(\.error) == [
        .requestPath("nope", .noLeadingSlash), .requestPath("no", .noLeadingSlash),
      ])
    #expect(plan.ignored.isEmpty)
  }

  @Test("A request of bad paths alone fails, and tells ten of them")
  func refusesBadPathsAlone() {
    let plan = plan(target: "E1", paths: (0..<1000).map { "no\($0)" })
    #expect(plan.distributions.isEmpty)
    #expect(plan.failures.count == 10)
    #expect(plan.ignored.isEmpty)
  }
}

@Suite struct CallerReferenceTests {
  private func reference(_ changes: [ObjectChange], on id: DistributionID = "E1")
    -> CallerReference?
  {
    InvalidationPlanner().plan(
      changes.map {
        PlanItem(
          .change($0),
          serving: DistributionSearch.serving(
            bucket: "site", region: "eu-west-1", among: [distribution(id, (siteHost, ""))]))
      }
    ).distributions.first?.callerReference
  }

  @Test("One event twice gives one reference")
  func isIdempotent() throws {
    let once = try #require(reference([change("a")]))
    #expect(reference([change("a"), change("a")]) == once)
    #expect(once.description.count == 63)
    #expect(once.description.hasPrefix("v1-"))
  }

  @Test("Two writes give two references, without a sequencer too")
  func tellsWritesApart() {
    let references = [
      reference([change("a", sequencer: "01")]), reference([change("a", sequencer: "02")]),
      reference([change("a", sequencer: nil, occurrence: ["10:00", "R1"])]),
      reference([change("a", sequencer: nil, occurrence: ["10:00", "R2"])]),
      reference([change("a", sequencer: "01")], on: "E2"),
      reference([change("a"), change("b")]),
    ]
    #expect(Set(references.map { $0?.description }).count == references.count)
  }

  @Test("Changes that contribute no path to a distribution don't count in its reference")
  func digestsContributorsOnly() {
    let target = [distribution("E1", (siteHost, "/prod"))]
    func plan(_ changes: [ObjectChange]) -> CallerReference? {
      InvalidationPlanner().plan(
        changes.map {
          PlanItem(
            .change($0),
            serving: DistributionSearch.serving(
              bucket: $0.bucket, region: $0.region, among: target))
        }
      ).distributions.first?.callerReference
    }
    #expect(plan([change("prod/a")]) == plan([change("prod/a"), change("elsewhere")]))
    #expect(plan([change("prod/a")]) != nil)
  }
}

extension DistributionPlan {
  /// The items that contribute a path that is sent.
  var contributors: Set<Int> { Set(paths.flatMap { $0.reasons.map(\.item) }) }
}
