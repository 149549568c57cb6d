import CloudFrontModel
import LocalCloud
import Testing

@testable import Ledger

@Suite("The history of invalidations")
struct HistoryTableTests {
  private func entry(
    _ reference: String, on distribution: DistributionID = "E1", at: Int64, paths: Int = 2,
    failure: HistoryEntry.Failure? = nil
  ) -> HistoryEntry {
    HistoryEntry(
      distribution: distribution, at: at, callerReference: reference,
      id: failure == nil ? "I" + reference : nil, failure: failure, attempts: 2,
      paths: (0..<paths).map { InvalidationPath(encoded: Array("/p\($0)".utf8)) }
        + [InvalidationPath(encoded: Array("/dir/*".utf8))],
      eventAt: at - 4_000)
  }

  @Test("has what was accepted and what was refused, newest first per distribution")
  func newestFirst() throws {
    let world = try PaceWorld()
    let table = try world.history()
    let refused = HistoryEntry.Failure(type: "Function.CloudFrontAccessDenied", text: "No: \"x\".")
    let entries = [
      entry("a", at: world.now), entry("b", at: world.now + 5, failure: refused),
      entry("c", at: world.now + 9), entry("d", on: "E2", at: world.now + 7),
    ]
    table.add(entries, deadline: nil)
    #expect(try table.entries(of: "E1", limit: 10) == [entries[2], entries[1], entries[0]])
    #expect(try table.entries(of: "E1", limit: 2) == [entries[2], entries[1]])
    #expect(try table.entries(of: "E2", limit: 10) == [entries[3]])
    #expect(try table.entries(of: "E3", limit: 10).isEmpty)
    #expect(entries[0].paths == 2 && entries[0].wildcards == 1)
    #expect(world.dynamoDB.calls(of: .batchWriteItem).count == 1)
  }

  @Test("keeps the counts of a large batch and a few of its paths")
  func sample() throws {
    let world = try PaceWorld()
    let table = try world.history()
    table.add([entry("a", at: world.now, paths: 2_999)], deadline: nil)
    let read = try #require(try table.entries(of: "E1", limit: 1).first)
    #expect(read.paths == 2_999 && read.wildcards == 1)
    #expect(read.sample == (0..<10).map { "/p\($0)" })
  }

  @Test("notes the completion once, and deletes an entry after its time")
  func completion() throws {
    let world = try PaceWorld()
    let table = try world.history()
    table.add([entry("a", at: world.now)], deadline: nil)
    let read = try #require(try table.entries(of: "E1", limit: 1).first)
    #expect(read.completedAt == nil)
    try table.note(completed: read, at: world.now + 60_000)
    try table.note(completed: read, at: world.now + 90_000)
    #expect(try table.entries(of: "E1", limit: 1).first?.completedAt == world.now + 60_000)
    world.now += 91 * 86_400_000
    world.dynamoDB.deleteExpired()
    try table.note(completed: read, at: world.now)
    #expect(world.dynamoDB.items.isEmpty)
  }

  @Test("has gaps where the table does not answer, which is said once")
  func faults() throws {
    let world = try PaceWorld()
    let table = try world.history()
    world.dynamoDB.script(.denied, on: .batchWriteItem, times: 9)
    table.add([entry("a", at: world.now)], deadline: nil)
    let calls = world.dynamoDB.calls(of: .batchWriteItem).count
    table.add([entry("b", at: world.now)], deadline: nil)
    #expect(world.dynamoDB.calls(of: .batchWriteItem).count == calls)
    world.dynamoDB.dropFaults()
    world.now += 31_000
    table.add([entry("c", at: world.now)], deadline: nil)
    #expect(try table.entries(of: "E1", limit: 9).map(\.callerReference) == ["c"])
    #expect(world.warnings.withLock { $0.count } == 1)
  }
}
