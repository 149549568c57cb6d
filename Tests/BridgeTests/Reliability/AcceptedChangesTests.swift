import LocalCloud
import S3Events
import Testing

@testable import Bridge

@Suite("The memory of accepted changes")
struct AcceptedChangesTests {
  private func identity(_ key: String, occurrence: [String?] = ["2026-11-20"]) -> ChangeIdentity {
    ObjectChange(
      bucket: "b", region: "", key: ObjectKey(raw: Array(key.utf8)), kind: .created,
      eventName: "ObjectCreated:Put", occurrence: occurrence
    ).identity
  }

  @Test("knows a change on the distribution it was accepted for, and on no other")
  func perDistribution() {
    var changes = AcceptedChanges()
    changes.insert(identity("a"), on: "E1")
    #expect(changes.contains(identity("a"), on: "E1"))
    #expect(!changes.contains(identity("a"), on: "E2"))
    #expect(!changes.contains(identity("b"), on: "E1"))
    changes.forget("E1")
    #expect(!changes.contains(identity("a"), on: "E1"))
    #expect(changes.count == 0 && changes.bytes == 0)
  }

  @Test("forgets the oldest first when there are too many")
  func count() {
    var changes = AcceptedChanges(maxCount: 3, maxBytes: 1 << 20)
    for number in 0..<20 { changes.insert(identity("k\(number)"), on: "E1") }
    let known = (0..<20).filter { changes.contains(identity("k\($0)"), on: "E1") }
    #expect(known == [17, 18, 19] && changes.count == 3)
  }

  @Test("takes no more bytes than it may, however long the keys and many the distributions")
  func bytes() {
    var changes = AcceptedChanges()
    let long = String(repeating: "k", count: 1_024)
    for number in 0..<10_000 { changes.insert(identity("\(long)\(number)"), on: "E\(number % 7)") }
    #expect(changes.bytes <= 8 << 20)
    #expect(changes.contains(identity("\(long)9999"), on: "E\(9_999 % 7)"))
    #expect(!changes.contains(identity("\(long)0"), on: "E0"))
  }

  @Test(
    "never remembers a change that nothing tells from the next one of its object",
    arguments: [[String?](), [nil, nil], ["", nil]])
  func indistinct(occurrence: [String?]) {
    var changes = AcceptedChanges()
    changes.insert(identity("a", occurrence: occurrence), on: "E1")
    #expect(changes.count == 0)
  }

  @Test("a duplicate that comes in another batch adds no path; what was refused is not remembered")
  func regrouped() throws {
    let world = try FaultWorld(["SQS_FAILURES": "report"])
    func message(_ key: String) -> (id: String, body: String) {
      (key, FaultEvent.notification(key: key, sequencer: "01"))
    }
    world.script(.denied, on: .create, times: 1)
    _ = world.handle(FaultEvent.queue([message("a"), message("b")]))
    _ = world.handle(FaultEvent.queue([message("a"), message("c")]))
    _ = world.handle(FaultEvent.queue([message("a"), message("b"), message("c")]))
    #expect(world.fake.invalidations.map(\.paths) == [["/a", "/c"], ["/b"]])
  }
}
