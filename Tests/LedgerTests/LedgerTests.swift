import DynamoDBAPI
import LocalCloud
import S3Events
import Testing

@testable import Ledger

@Suite("The ledger")
struct LedgerTests {
  static let a1 = LedgerWorld.upload(1, "A")
  static let b2 = LedgerWorld.upload(2, "B")
  static let a3 = LedgerWorld.upload(3, "A")

  @Test("tells one environment what another one had accepted", arguments: [false, true])
  func covered(skips: Bool) throws {
    let world = try LedgerWorld()
    let (one, other) = (try world.ledger(skips: skips), try world.ledger(skips: skips))
    world.settle(one)
    #expect(one.handle(Self.b2) == [.send(mark: nil)])
    #expect(other.handle(Self.b2) == [.covered])
    #expect(other.handle(Self.a1) == [.covered])
    #expect(other.handle(Self.a3) == [.send(mark: nil)])
  }

  @Test("writes nothing before it sends where nothing is skipped, and no `seen` at all")
  func sendRecordsNothing() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: false)
    world.settle(ledger)
    let reading = ledger.consult([Self.a1])
    #expect(world.table.items.map { $0["sk"] } == [.text("era")])
    #expect(ledger.accept([0], of: reading, deadline: nil) == nil)
    #expect(Set(world.table.items.map { $0["sk"] }) == [.text("era"), .text("accepted")])
    #expect(world.table.calls(of: .updateItem).isEmpty)
  }

  @Test("skips an upload of the bytes there were, and answers a redelivery alike")
  func unchanged() throws {
    let world = try LedgerWorld()
    let (one, other) = (try world.ledger(skips: true), try world.ledger(skips: true))
    world.settle(one)
    #expect(one.handle(Self.a1) == [.send(mark: nil)])
    #expect(other.handle(Self.a3) == [.unchanged])
    #expect(one.handle(Self.a3) == [.unchanged])
    // A late one is sent with a reference of its own.
    guard case .send(mark: .some)? = other.handle(Self.b2).first else {
      Issue.record("2 is late")
      return
    }
  }

  @Test("decides anew on what somebody else wrote between its read and its write")
  func race() throws {
    let world = try LedgerWorld()
    let (one, other) = (try world.ledger(skips: true), try world.ledger(skips: true))
    world.settle(one)
    one.handle(Self.a1)
    world.before("PutItem") { other.handle(Self.b2) }
    #expect(one.handle(Self.a3) == [.send(mark: nil)])
    // And the first to record an object is one alone.
    let (x, y) = (LedgerWorld.upload(1, "A", of: "n"), LedgerWorld.upload(2, "A", of: "n"))
    world.before("PutItem") { other.handle(x) }
    #expect(one.handle(y) == [.unchanged])
  }

  @Test("trusts nothing when settings change, and what happened before for a while after it")
  func eras() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: true)
    world.settle(ledger)
    ledger.handle(Self.b2)
    #expect(ledger.consult([Self.b2], as: "G").verdicts == [.send(mark: nil)])
    #expect(ledger.consult([Self.b2], as: "G").verdicts == [.send(mark: nil)])
    #expect(ledger.consult([Self.b2], as: "F").verdicts == [.send(mark: nil)])
    #expect(ledger.handle(LedgerWorld.upload(4, "B")) == [.send(mark: nil)])
  }

  @Test("trusts nothing in a table that was made anew")
  func newTable() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: true)
    world.settle(ledger)
    ledger.handle(Self.b2)
    world.table.removeAll()
    #expect(ledger.handle(Self.a1) == [.send(mark: nil)])
    #expect(ledger.handle(Self.a3) == [.send(mark: nil)])
  }

  @Test("keeps no name of an object or a bucket in the table, and lets all but eras expire")
  func items() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: true)
    world.settle(ledger)
    ledger.handle(LedgerWorld.upload(1, "A", of: "secret/name.html"))
    let text = "\(world.table.items)"
    for name in ["secret", "name.html", "\"b\""] { #expect(!text.contains(name)) }
    for item in world.table.items {
      #expect((item["ttl"] == nil) == (item["sk"] == .text("era")))
    }
  }

  @Test("notes as accepted what was sent and recorded, whatever else of the object was not")
  func partial() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: true)
    world.settle(ledger)
    let reading = ledger.consult([Self.a1, Self.b2, LedgerWorld.upload(1, "A", of: "n")])
    #expect(ledger.accept([0, 2], of: reading, deadline: nil) == nil)
    #expect(ledger.consult([Self.a1]).verdicts == [.covered])
    #expect(ledger.consult([Self.b2]).verdicts != [.covered])
    #expect(ledger.consult([LedgerWorld.upload(1, "A", of: "n")]).verdicts == [.covered])
    world.table.script(.denied, on: .putItem)
    let lost = ledger.consult([LedgerWorld.upload(1, "A", of: "m")])
    #expect(lost.unrecorded == [0])
    _ = ledger.accept([0], of: lost, deadline: nil)
    #expect(ledger.consult([LedgerWorld.upload(1, "A", of: "m")]).verdicts == [.send(mark: nil)])
  }

  // MARK: - What goes wrong

  static let faults: [DynamoDBFault] = [
    .throttle, .internalError, .denied, .missingTable, .resetBeforeAccepting,
    .resetAfterAccepting, .halfAnswer, .hang, .slow(.seconds(2)), .unprocessed,
  ]

  @Test("goes on without a table that does not answer where nothing is skipped", arguments: faults)
  func sendsOn(fault: DynamoDBFault) throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: false)
    world.settle(ledger)
    ledger.handle(Self.b2)
    world.table.script(fault, on: .batchGetItem, times: 9)
    let reading = ledger.consult([Self.b2])
    #expect(reading.verdicts == [.send(mark: nil)])
    #expect(reading.unrecorded.isEmpty)
    #expect(reading.problem != nil)
    world.table.dropFaults()
    world.table.script(fault, on: .batchWriteItem, times: 9)
    #expect(ledger.accept([0], of: ledger.consult([Self.a3]), deadline: nil) != nil)
  }

  @Test("has a change come again that it could not record", arguments: faults)
  func unrecorded(fault: DynamoDBFault) throws {
    guard fault != .unprocessed else { return }
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: true)
    world.settle(ledger)
    ledger.handle(Self.a1)
    for operation in [DynamoDBOperation.batchGetItem, .putItem] {
      world.table.script(fault, on: operation, times: 9)
      let reading = ledger.consult([Self.a3])
      #expect(reading.verdicts == [.send(mark: nil)])
      #expect(reading.unrecorded == [0])
      #expect(reading.problem != nil)
      world.table.dropFaults()
    }
    #expect(ledger.consult([Self.a3]).unrecorded.isEmpty)
  }

  @Test("asks for 2,000 objects in 21 calls, and notes them in 80")
  func calls() throws {
    let world = try LedgerWorld()
    let ledger = try world.ledger(skips: false)
    let changes = (0..<2_000).map { LedgerWorld.upload(1, "A", of: "\($0)") }
    let reading = ledger.consult(changes)
    #expect(ledger.accept(Set(changes.indices), of: reading, deadline: nil) == nil)
    #expect(world.table.calls(of: .batchGetItem).count == 21)
    #expect(world.table.calls(of: .batchWriteItem).count == 80)
  }
}
