import CloudFrontModel
import InvalidationPlanning
import S3Events
import Testing

@testable import InvalidationSending

@Suite("The messages that a delivery takes on")
struct AdmissionTests {
  /// The paths of one distribution that some keys lead to, a message each.
  private func paths(_ keys: [String], threshold: Int = 10) -> [PlannedPath] {
    var options = PlanOptions()
    options.coalescing.threshold = threshold
    let items = keys.enumerated().map { number, key in
      let change = ObjectChange(
        bucket: "b", region: "", key: ObjectKey(raw: Array(key.utf8)),
        eventName: "ObjectCreated:Put", sequencer: Sequencer("1\(number)"))
      return PlanItem(.change(change), serving: [.assumed("E1", originPath: "")])
    }
    return InvalidationPlanner(options: options).plan(items).distributions.flatMap(\.paths)
  }

  private func waiting(
    _ samples: [Admission.Sample], _ room: Admission.Room, order: some Sequence<Int>
  ) -> Set<Int> {
    let distributions = samples.reduce(0) { $0 + $1.distributions }
    return Admission(room, distributions: distributions).waiting(
      samples, order: Array(order), messageOfItem: Array(0..<1_000))
  }

  private let singles = (0..<100).map { "d\($0)/a" }

  @Test("none waits where there is room for all")
  func room() {
    let room = Admission.Room(requests: 100, paths: 2_000, wildcards: 0)
    #expect(waiting([(paths(singles), 20)], room, order: 0..<100).isEmpty)
  }

  @Test("those that come last wait where there is no room for all")
  func order() {
    let room = Admission.Room(requests: 100, paths: 1_010, wildcards: 0)
    #expect(waiting([(paths(singles), 20)], room, order: 0..<100) == Set(50..<100))
    #expect(waiting([(paths(singles), 20)], room, order: (0..<100).reversed()) == Set(0..<50))
  }

  @Test("the first one never waits")
  func first() {
    let room = Admission.Room(requests: 100, paths: 0, wildcards: 0)
    #expect(waiting([(paths(["a", "b", "c"]), 20)], room, order: [1, 0, 2]) == [0, 2])
  }

  @Test("what a wildcard replaces comes along with it")
  func wildcards() {
    let keys = (0..<20).map { "x/\($0)" } + (0..<20).map { "y/\($0)" } + singles
    let planned = paths(keys)
    #expect(planned.count(where: \.path.isWildcard) == 2)
    let room = Admission.Room(requests: 100, paths: 100, wildcards: 15)
    let left = waiting([(planned, 10)], room, order: 0..<140)
    #expect(left == Set(20..<40).union(50..<140))
  }

  @Test("a message that is too large lets smaller ones pass")
  func large() {
    let planned = paths(singles)
    let room = Admission.Room(requests: 100, paths: 25, wildcards: 0)
    // The second message has 90 of the items.
    let left = Admission(room, distributions: 1).waiting(
      [(planned, 1)], order: [0, 1, 2],
      messageOfItem: (0..<100).map { $0 < 5 ? 0 : $0 < 95 ? 1 : 2 })
    #expect(left == [1])
  }

  @Test("distributions for which there are no requests don't count, since they wait anyway")
  func requests() {
    let planned = paths(singles)
    let room = Admission.Room(requests: 10, paths: 1_000, wildcards: 0)
    #expect(waiting([(planned, 300)], room, order: 0..<100).isEmpty)
    let less = Admission.Room(requests: 10, paths: 500, wildcards: 0)
    #expect(waiting([(planned, 300)], less, order: 0..<100) == Set(50..<100))
  }

  @Test("each set of distributions counts with its own messages")
  func sets() {
    let all = paths(singles)
    let room = Admission.Room(requests: 100, paths: 300, wildcards: 0)
    let samples: [Admission.Sample] = [
      (all.filter { $0.reasons[0].item < 50 }, 2), (all.filter { $0.reasons[0].item >= 50 }, 10),
    ]
    // A hundred for the first fifty, and twenty times ten.
    #expect(waiting(samples, room, order: 0..<100) == Set(70..<100))
  }

  /// What waits for requests of three messages: for two, eight and one of them.
  private func resting(
    _ requests: Int, rested: Int = 20, order: [Int] = [0, 1, 2], urgent: Set<Int> = []
  ) -> [Int] {
    let open: [Set<Int>] =
      [[0, 1], [0, 1]] + Array(repeating: [1], count: 6) + [[2]]
    return Admission.waiting(
      open: open, order: order, requests: requests, rested: rested,
      isUrgent: { urgent.contains($0) })
  }

  @Test("those wait for whose distributions there are no requests, and all that come after them")
  func requestsOfAll() {
    #expect(resting(9) == [])
    #expect(resting(8) == [2])
    #expect(resting(7) == [1, 2])
    #expect(resting(1) == [0, 1, 2])
    #expect(resting(3, order: [2, 0, 1]) == [1])
    // What needs no request that is not made anyway comes along.
    #expect(resting(8, order: [1, 2, 0]) == [2])
  }

  @Test("none waits for requests that a rest does not bring")
  func requestsAfterRest() {
    #expect(resting(5, rested: 8) == [1, 2])
    #expect(resting(5, rested: 7) == [])
  }

  @Test("what is urgent never waits, and its requests are its own")
  func urgentRequests() {
    #expect(resting(2, urgent: [2]) == [0, 1])
    #expect(resting(3, urgent: [2]) == [1])
    #expect(resting(1, urgent: [1]) == [0, 2])
  }

  @Test("no plan is needed where there is room whatever it is")
  func surely() {
    let room = Admission.Room(requests: 100, paths: 4_000, wildcards: 24)
    let admission = Admission(room, distributions: 2)
    #expect(admission.hasRoom(for: Array(repeating: 2, count: 1_000), mostWildcards: 12))
    #expect(!admission.hasRoom(for: Array(repeating: 2, count: 1_001), mostWildcards: 12))
    #expect(!admission.hasRoom(for: Array(repeating: 2, count: 1_000), mostWildcards: 13))
    #expect(admission.hasRoom(for: Array(repeating: 2, count: 12), mostWildcards: 15))
  }
}
