import CloudFrontModel
import InvalidationPlanning
import S3Events
import Testing

@Suite("Planning one distribution after the other")
struct PlanningSessionTests {
  private func distribution(_ id: String, path: String = "") -> Distribution {
    var distribution = Distribution(
      id: DistributionID(id), domainName: "\(id).cloudfront.net", aliases: ["\(id).example.com"],
      origins: [Origin(id: "s3", domainName: "site.s3.amazonaws.com", originPath: path)],
      defaultRootObject: "index.html")
    distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3")
    return distribution
  }

  private func items(_ keys: [String], on known: [Distribution], group: Int?) -> [PlanItem] {
    let serving = DistributionSearch.serving(bucket: "site", region: "", among: known)
    return keys.map { key in
      let change = ObjectChange(
        bucket: "site", region: "", key: ObjectKey(raw: Array(key.utf8)),
        eventName: "ObjectCreated:Put", sequencer: Sequencer("1"),
        eventTime: "2026-11-20T18:04:0\(key.utf8.count % 10).000Z")
      return PlanItem(.change(change), serving: serving, group: group)
    }
  }

  private let keys = ["a/index.html", "a/b.css", "c", "x*y", "index.html", "other/d"]

  /// What can be compared of plans.
  private func facts(_ plan: Plan) -> [String] {
    plan.distributions.map { plan in
      "\(plan.id) \(plan.callerReference) \(plan.cost.billedPaths) \(plan.version?.id ?? "") "
        + plan.paths.map { "\($0.path): \($0.reasons.map(\.item))" }.joined(separator: ", ")
    } + plan.ignored.map { "\($0.item) \($0.reason)" }
      + plan.droppedCounts.map { "\($0.key) \($0.value)" }.sorted()
  }

  @Test("one distribution of each form stands for all", arguments: [nil, 0])
  func forms(group: Int?) {
    let known = (0..<40).map { distribution("E\(100 + $0)", path: $0 % 3 == 0 ? "/a" : "") }
    let reduced = PlanItem.withOneOfEachForm(items(keys, on: known, group: group))
    #expect(reduced.map(\.serving.count) == Array(repeating: 2, count: keys.count))
    let plans = InvalidationPlanner().plan(reduced).distributions
    #expect(plans.map(\.id) == ["E100", "E101"])
    let all = InvalidationPlanner().plan(items(keys, on: known, group: group)).distributions
    #expect(Set(all.map { $0.paths.map(\.path) }) == Set(plans.map { $0.paths.map(\.path) }))
  }

  @Test("what is still to be told leaves out what was accepted, without planning it for good")
  func open() {
    let known = ["E100", "E200"].map { distribution($0) }
    let items = items(["a", "b"], on: known, group: 0)
    let session = PlanningSession(
      items, options: PlanOptions(),
      acceptance: AcceptanceCheck(
        knows: { $0 == "E100" }, isAccepted: { _, path, _ in "\(path)" == "/a" }))
    func open(_ id: DistributionID) -> Set<Int> {
      session.open(of: id, { session.servings(of: id).map(\.serving) }, isTimeUp: { false })
    }
    #expect(open("E100") == [1])
    #expect(open("E200") == [0, 1])
    #expect(session.plan.droppedCounts.isEmpty)
  }

  @Test("what a delivery counts leaves out what all distributions of a set accepted since")
  func counted() {
    let known = ["E100", "E200"].map { distribution($0) }
    func counted(_ covering: [DistributionID: Set<String>]) -> Int? {
      let items = items(["a", "b"], on: known, group: 0).map {
        PlanItem($0.cause, sentAt: 1, serving: $0.serving, group: $0.group)
      }
      let session = PlanningSession(
        items, options: PlanOptions(),
        acceptance: AcceptanceCheck(
          knows: { covering[$0] != nil }, isAccepted: { _, _, _ in true },
          covers: { _, path, sentAt, id in sentAt == 1 && covering[id]?.contains("\(path)") == true
          }))
      #expect(session.sets == [["E100", "E200"]])
      return session.sample(
        of: session.sets[0], session.servings(of: "E100").map(\.serving), isTimeUp: { false })?
        .paths.count
    }
    #expect(counted([:]) == 2)
    #expect(counted(["E100": ["/a", "/b"]]) == 2)
    #expect(counted(["E100": ["/a", "/b"], "E200": ["/b"]]) == 1)
    #expect(counted(["E100": ["/a", "/b"], "E200": ["/a", "/b"]]) == nil)
  }

  @Test("equal distributions get the plan that each would get alone")
  func shared() {
    let known = (0..<40).map { distribution("E\(100 + $0)", path: $0 % 3 == 0 ? "/a" : "") }
    let together = InvalidationPlanner().plan(items(keys, on: known, group: 0))
    #expect(together.distributions.count == 40)
    #expect(together.distributions.count { $0.repeated == nil } == 2)
    #expect(Set(together.distributions.compactMap(\.repeated)) == ["E100", "E101"])
    // Without a group, and for somebody who knows something of each, nothing is shared.
    let knowing = AcceptanceCheck(knows: { _ in true }, isAccepted: { _, _, _ in false })
    let apart = InvalidationPlanner().plan(
      items(keys, on: known, group: nil), acceptance: knowing)
    #expect(facts(together) == facts(apart))
    for id in known.map(\.id) {
      let alone = InvalidationPlanner().plan(
        items(keys, on: known.filter { $0.id == id }, group: 0))
      #expect(facts(alone).first == facts(together).first { $0.hasPrefix("\(id) ") })
    }
  }

  @Test("what was accepted is left out of its own distribution alone")
  func accepted() {
    let known = ["E1", "E2", "E3"].map { distribution($0) }
    let check = AcceptanceCheck(
      knows: { $0 == "E2" }, isAccepted: { _, path, version in path.description == "/c" })
    let plan = InvalidationPlanner().plan(
      items(["c", "d"], on: known, group: 0), acceptance: check)
    #expect(plan.distributions.map(\.paths.count) == [2, 1, 2])
    #expect(plan.droppedCounts == [.duplicate: 1])
  }

  @Test("the oldest change of a distribution is that of all items it serves")
  func oldest() {
    let known = [distribution("E1")]
    var session = PlanningSession(
      items(["aaaaa", "aa", "aaa"], on: known, group: 0), options: PlanOptions())
    let (first, none) = (session.oldestChange(of: "E1"), session.oldestChange(of: "E2"))
    #expect(first == 1_795_197_842_000 && none == nil)
  }

  @Test("stops at the end of the time, and says which items are left")
  func time() {
    let known = ["E1", "E2"].map { distribution($0) }
    let all = items(keys, on: known, group: 0)
    var looks = 0
    var session = PlanningSession(all, options: PlanOptions())
    let first = session.makePlan(of: "E1", session.servings(of: "E1").map(\.serving))
    #expect(first != nil)
    let second = session.makePlan(
      of: "E2", [ServingDistribution(distribution("E2", path: "/a"), routes: [])],
      isTimeUp: {
        looks += 1
        return looks > 3
      })
    #expect(second == nil && session.plan.unplanned == Set(all.indices))
  }
}
