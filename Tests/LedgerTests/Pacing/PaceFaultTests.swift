import LocalCloud
import Testing

@testable import Ledger

@Suite("The pace of an account when something is wrong")
struct PaceFaultTests {
  @Test(
    "a table that does not answer is left alone for a while, and named once",
    arguments: [
      DynamoDBFault.throttle, .internalError, .denied, .missingTable, .resetBeforeAccepting,
      .halfAnswer,
      .hang,
    ])
  func faults(fault: DynamoDBFault) throws {
    let world = try PaceWorld()
    let table = try world.environment(patience: fault == .hang ? .milliseconds(50) : .seconds(20))
    _ = table.ask(PaceWorld.call())
    world.dynamoDB.script(fault, on: .updateItem, times: 9)
    #expect(table.ask(PaceWorld.call()) == .unknown)
    #expect(!table.isInUse)
    let calls = world.writes
    #expect(table.ask(PaceWorld.call()) == .unknown)
    #expect(world.writes == calls)
    world.dynamoDB.dropFaults()
    world.now += 31_000
    #expect(table.ask(PaceWorld.call()).slot != nil)
    world.dynamoDB.script(fault, on: .updateItem, times: 9)
    #expect(table.ask(PaceWorld.call()) == .unknown)
    #expect(!table.isInUse)
    #expect(world.warnings.withLock { $0.count } == 1)
  }

  @Test("a write whose answer is lost costs no more than a place each time it is tried")
  func lostAnswer() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    for _ in 0..<5 { _ = table.ask(PaceWorld.call()) }
    world.dynamoDB.script(.resetAfterAccepting, on: .updateItem)
    let slot = try #require(table.ask(PaceWorld.call()).slot)
    #expect(slot.goAt == world.now + 4_000)
  }

  @Test("a time that only a wrong clock can have written is not waited for")
  func absurd() throws {
    let world = try PaceWorld()
    let wrong = try world.environment()
    let day = PaceCall(plain: .init(cost: 86_400_000, window: 10_000), paths: 1)
    #expect(wrong.ask(day).slot?.goAt == world.now)
    let table = try world.environment()
    #expect(table.ask(PaceWorld.call()).slot?.goAt == world.now)
  }

  @Test("a table that was made anew begins anew, whoever asks", arguments: [0, 1_000, 60_000])
  func madeAnew(later: Int64) throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    for _ in 0..<8 { _ = one.ask(PaceWorld.call()) }
    _ = one.ask(PaceWorld.call()) { _ in PaceWorld.rates(requests: 250, lowered: 1) }
    world.dynamoDB.removeAll()
    world.now += later
    let slot = try #require(one.ask(PaceWorld.call()).slot)
    #expect(slot.goAt == world.now && slot.rates == PaceWorld.rates)
    #expect(other.ask(PaceWorld.call()).slot?.goAt == world.now)
  }

  @Test("a table that can't have its time before the deadline is not asked, and not left alone")
  func nearDeadline() throws {
    let world = try PaceWorld()
    let table = try world.environment(patience: .milliseconds(200))
    _ = table.ask(PaceWorld.call())
    let writes = world.writes
    let soon = Duration.milliseconds(world.now - 1_795_000_000_000 + 150)
    let answer = table.reserve(countsPaths: true, mayWait: [:], deadline: soon) { known in
      (known ?? PaceWorld.rates, PaceWorld.call())
    }
    #expect(answer == .late([.plain], milliseconds: 1_000))
    #expect(table.isInUse && world.writes == writes)
    #expect(world.warnings.withLock { $0.isEmpty })
  }
}
