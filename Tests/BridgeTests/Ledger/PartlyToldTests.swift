import CloudFrontModel
import JSON
import LambdaRuntime
import LocalCloud
import Testing

@Suite("A ledger and what goes back in part")
struct PartlyToldTests {
  /// Some distributions of the bucket.
  private static func distributions(_ count: Int) -> [Distribution] {
    (0..<count).map { number in
      var distribution = Distribution(
        id: DistributionID("E\(10_000 + number)"), domainName: "d\(number).cloudfront.net",
        origins: [
          Origin(id: "s3", domainName: "\(SampleEvent.site).s3.us-west-2.amazonaws.com")
        ])
      distribution.defaultBehavior = CacheBehavior(targetOriginID: "s3")
      return distribution
    }
  }

  private static func world(
    _ count: Int, skips: Bool = false, _ environment: [String: String] = [:]
  ) throws -> LedgerBridgeWorld {
    try LedgerBridgeWorld(skips: skips, environment, distributions: distributions(count))
  }

  /// The distributions that the records of accepted changes name as those that lag.
  private static func lagging(_ ledger: LedgerBridgeWorld) -> [[Substring]] {
    ledger.table.items.compactMap { item in
      guard item["sk"] == .text("accepted"), case .text(let value)? = item["v"] else { return nil }
      let words = value.split(separator: " ")
      return words.count == 5 ? words[4].split(separator: ",") : []
    }
  }

  @Test(
    "another environment tells only those that were not told", arguments: [false, true])
  func refused(skips: Bool) throws {
    let ledger = try Self.world(10, skips: skips)
    let changes = ["a.txt", "b.txt"].map { ledger.record($0, 1, "A") }
    // Three distributions refuse.
    for _ in 0..<3 { ledger.world.cloudFront.script(.denied, on: .createInvalidation) }
    #expect(ledger.world.handle(SampleEvent.s3(changes)).error != nil)
    #expect(ledger.paid.count == 14)
    #expect(Self.lagging(ledger).map(\.count).sorted() == [0, 3, 3])
    #expect(Self.lagging(ledger).joined().allSatisfy { $0.hasSuffix("/1024") })
    // Now one does.
    try ledger.world.startCold()
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    #expect(ledger.world.handle(SampleEvent.s3(changes)).error != nil)
    #expect(ledger.paid.count == 18)
    #expect(Self.lagging(ledger).map(\.count).sorted() == [0, 1, 1])
    try ledger.world.startCold()
    #expect(ledger.world.handle(SampleEvent.s3(changes)).error == nil)
    #expect(ledger.paid.count == 20)
    #expect(Self.lagging(ledger).map(\.count) == [0, 0, 0])
    #expect(Set(ledger.world.invalidated.values.map(\.count)).isSubset(of: [1, 2]))
    // Whoever gets it once more pays nothing.
    try ledger.world.startCold()
    #expect(ledger.world.handle(SampleEvent.s3(changes)).error == nil)
    #expect(ledger.paid.count == 20)
  }

  @Test("a newer change is for all of them again, those that lag included")
  func newer() throws {
    let ledger = try Self.world(6)
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    let one = ledger.record("a.txt", 1, "A")
    #expect(ledger.world.handle(SampleEvent.s3(one)).error != nil)
    #expect(ledger.paid.count == 5)
    try ledger.world.startCold()
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    let two = ledger.record("a.txt", 2, "B")
    #expect(ledger.world.handle(SampleEvent.s3(one, two)).error != nil)
    #expect(ledger.paid.count == 10)
    try ledger.world.startCold()
    #expect(ledger.world.handle(SampleEvent.s3(one, two)).error == nil)
    #expect(ledger.paid.count == 11)
  }

  @Test("where more lag than a record may name, slices with several of them do")
  func many() throws {
    let ledger = try Self.world(160, ["CREATE_RATE": "0.25"])
    let before = Self.lagging(ledger).count
    let change = ledger.record("a.txt", 1, "A")
    #expect(ledger.world.handle(SampleEvent.s3(change), timeLeft: .seconds(300)).error != nil)
    let told = ledger.paid.count
    #expect((60..<96).contains(told))
    #expect(Self.lagging(ledger).count == before + 1)
    #expect(Self.lagging(ledger).allSatisfy { $0.count <= 64 })
    #expect(Self.lagging(ledger).contains { !$0.isEmpty && !$0[0].hasSuffix("/1024") })
    // Those that share a slice with one that lags are told again, and no others.
    try ledger.world.startCold()
    #expect(ledger.world.handle(SampleEvent.s3(change), timeLeft: .seconds(900)).error == nil)
    let invalidated = ledger.world.invalidated.mapValues { $0.count { $0 == ["/a.txt"] } }
    #expect(invalidated.values.allSatisfy { $0 >= 1 })
    #expect(invalidated.values.count { $0 == 1 } > 160 - told / 2)
  }

  @Test("nothing is noted of what could not be recorded, and nothing of a bucket half looked up")
  func unrecorded() throws {
    let ledger = try Self.world(4, skips: true)
    ledger.table.script(.denied, on: .putItem)
    ledger.world.cloudFront.script(.denied, on: .createInvalidation)
    let change = ledger.record("a.txt", 1, "A")
    #expect(ledger.world.handle(SampleEvent.s3(change)).error != nil)
    #expect(Self.lagging(ledger).map(\.count) == [0])
  }
}
