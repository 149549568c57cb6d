import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("Urgent requests")
struct UrgentRequestTests {
  /// A pace of one request in two seconds, whose burst is used up.
  private var spent: SendingPace {
    var pace = SendingPace(createRate: 0.5, shares: 1, now: .zero)
    for _ in 0..<SendingPace.burst {
      pace.take(SendingPace.Cost(paths: 1, wildcards: 0), at: .zero)
    }
    return pace
  }

  @Test("go out first, in a request of their own, and each path once")
  func first() throws {
    let cloudFront = ScriptedCloudFront()
    let parts = try cloudFront.sendBatch(keys: ["a", "b", "z"], urgent: ["u", "b"])
    #expect(cloudFront.requests == [["/b", "/u"], ["/a", "/z"]])
    #expect(parts.accepted == ["/a", "/b", "/u", "/z"])
    #expect(Set(parts.map(\.callerReference)).count == 2)
  }

  @Test("alone take one request, with the plan's own caller reference")
  func alone() throws {
    let cloudFront = ScriptedCloudFront()
    let urgent = try cloudFront.sendBatch(keys: [], urgent: ["u", "v"])
    #expect(cloudFront.requests == [["/u", "/v"]])
    #expect(urgent.count == 1)
  }

  @Test("do not wait for a token where all others have to")
  func reserve() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = spent
    var times: [Duration] = []
    cloudFront.refusal = { [clock = cloudFront.clock] _ in
      times.append(clock.now)
      return nil
    }
    #expect(try cloudFront.sendBatch(keys: ["a"], urgent: ["u"]).accepted.count == 2)
    #expect(cloudFront.requests == [["/u"], ["/a"]])
    // The one token in advance is paid back first.
    #expect(times.first == .zero)
    #expect(times.last.map { $0 >= .seconds(4) && $0 < .seconds(5) } == true, "\(times)")
  }

  @Test("are sent where the deadline leaves no time for the others")
  func deadline() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = spent
    let parts = try cloudFront.sendBatch(keys: ["a"], urgent: ["u"], deadline: .seconds(1))
    #expect(parts.accepted == ["/u"] && parts.refused == ["/a"])
    #expect(cloudFront.latecomers == 1)
  }

  @Test("that need another attempt come before what has waited longer")
  func retried() throws {
    let cloudFront = ScriptedCloudFront()
    var refused = false
    cloudFront.refusal = { paths in
      if paths.count > 1 { return ScriptedCloudFront.tooLarge }
      if paths == ["/u"], !refused {
        refused = true
        return ScriptedCloudFront.unavailable
      }
      return nil
    }
    let parts = try cloudFront.sendBatch(keys: ["a", "b"], urgent: ["u", "v"])
    #expect(parts.accepted == ["/a", "/b", "/u", "/v"])
    // Both halves of the urgent batch come before the others, which are not due any earlier.
    #expect(Array(cloudFront.requests.prefix(3)) == [["/u", "/v"], ["/u"], ["/v"]])
  }
}
