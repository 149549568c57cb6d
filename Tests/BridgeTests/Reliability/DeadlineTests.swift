import LocalCloud
import Testing

/// Nothing starts, waits or is waited for past the deadline less its margin, whatever goes wrong.
@Suite("The deadline and the pacing, in virtual time")
struct DeadlineTests {
  @Test("is kept by every call under every fault", arguments: FaultCell.all.filter(isMeant))
  func kept(cell: FaultCell) throws {
    let world = try FaultWorld(cell.settings, change: cell.prepare)
    world.script(cell.row.kind, on: cell.call, times: 1_000)
    guard case .failure = world.handle(FaultEvent.batch(), timeLeft: .seconds(5)) else {
      #expect(cell.effect.error == nil)
      return
    }
    #expect(world.clock.now <= .seconds(2))
    world.mend()
    #expect(throws: Never.self) { try world.handle(FaultEvent.batch()).get() }
    #expect(world.paths == ["/a.jpg"])
  }

  private static func isMeant(_ cell: FaultCell) -> Bool {
    cell.row.isForEver && cell.mode == .queueThrows
  }

  @Test("starts nothing when the margin is all that is left")
  func nothing() throws {
    let world = try FaultWorld()
    guard case .failure = world.handle(FaultEvent.batch(), timeLeft: .seconds(3)) else {
      Issue.record("an event was handled without time")
      return
    }
    #expect(world.fake.calls.isEmpty)
  }

  @Test("after a freeze of a day, a burst and no more goes out at once")
  func freeze() throws {
    let world = try FaultWorld(["CREATE_RATE": "0.5"])
    func change(_ number: Int) -> [UInt8] {
      Array(FaultEvent.notification(key: "k\(number)", sequencer: "01").utf8)
    }
    for number in 0..<5 { _ = world.handle(change(number)) }
    world.clock.pass(.seconds(86_400))
    #expect(world.clock.sleeps.isEmpty)
    for number in 5..<12 { _ = world.handle(change(number)) }
    #expect(world.fake.invalidations.count == 12)
    #expect(world.clock.sleeps == [.seconds(2), .seconds(2)])
  }
}
