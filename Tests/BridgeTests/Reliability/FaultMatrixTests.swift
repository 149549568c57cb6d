import JSON
import LambdaRuntime
import LocalCloud
import Testing

/// Every fault on every call in every mode, once and for ever: what is called, what is answered,
/// what is handed back, that its redelivery completes the work without doing any of it twice, and
/// that the process then handles a healthy event.
@Suite("The fault matrix")
struct FaultMatrixTests {
  @Test("has a row for every fault, once and for ever")
  func isWhole() {
    let rows = FaultMatrix.rows.map { "\($0.kind) \($0.isForEver)" }
    #expect(Set(rows).count == rows.count)
    #expect(rows.count == 2 * FaultKind.allCases.count)
    #expect(FaultCell.all.count == 792)
    print("The fault matrix has \(FaultCell.all.count) cells.")
  }

  @Test("nothing is lost and nothing is done twice", arguments: FaultCell.all)
  func cell(_ cell: FaultCell) throws {
    let world = try FaultWorld(environment(cell), change: cell.prepare)
    world.script(cell.row.kind, on: cell.call, times: cell.row.isForEver ? 1_000 : 1)

    let answer = world.handle(cell.mode == .direct ? FaultEvent.direct : FaultEvent.batch())
    #expect(world.transport.attempts.filter { $0.value > 0 } == cell.calls.filter { $0.value > 0 })
    #expect(world.fake.invalidations.count == cell.invalidations)
    #expect(Set(world.transport.bodies).count <= 1, "a retry is the same request")
    expect(answer, cell)

    // What is handed back comes again when the fault has passed.
    world.mend()
    world.clock.pass(.seconds(60))
    if let again = redelivery(of: answer, cell) {
      #expect(isSuccess(world.handle(again), cell.mode))
    }
    #expect(world.paths == ["/a.jpg"])

    // No fault leaves anything in the process that stands in the way of other work.
    world.clock.pass(.seconds(60))
    #expect(isSuccess(world.handle(FaultEvent.healthy(cell.mode)), cell.mode))
    #expect(world.paths == ["/a.jpg", "/b.jpg"])

    // A queue may deliver everything once more, to somebody who knows nothing of it.
    try world.startCold()
    world.clock.pass(.seconds(60))
    let duplicate = world.handle(cell.mode == .direct ? FaultEvent.direct : FaultEvent.batch())
    #expect(isSuccess(duplicate, cell.mode))
    #expect(world.paths == ["/a.jpg", "/b.jpg"])
  }

  private func environment(_ cell: FaultCell) -> [String: String] {
    cell.settings.merging(["SQS_FAILURES": cell.mode == .queueReports ? "report" : "throw"]) { $1 }
  }

  private func expect(_ answer: Result<[UInt8], FunctionError>, _ cell: FaultCell) {
    guard let expected = cell.effect.error else {
      #expect(isSuccess(answer, cell.mode))
      return
    }
    switch (cell.mode, answer) {
    case (.queueReports, .success(let body)):
      #expect(
        String(decoding: body, as: UTF8.self)
          == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    case (.queueThrows, .failure(let error)), (.direct, .failure(let error)):
      #expect(error.type.rawValue == expected)
    default: Issue.record("\(answer) is no answer of this mode")
    }
  }

  /// The event that comes again; nil when nothing was handed back.
  private func redelivery(
    of answer: Result<[UInt8], FunctionError>, _ cell: FaultCell
  ) -> [UInt8]? {
    guard case .success(let body) = answer else {
      return cell.mode == .direct ? FaultEvent.direct : FaultEvent.batch()
    }
    let items = (try? JSONValue.parse(body))?["batchItemFailures"]?.arrayValue ?? []
    let ids = items.compactMap { $0["itemIdentifier"]?.stringValue }
    return ids.isEmpty ? nil : FaultEvent.batch(ids)
  }

  private func isSuccess(_ answer: Result<[UInt8], FunctionError>, _ mode: DeliveryMode) -> Bool {
    guard case .success(let body) = answer else { return false }
    guard mode == .direct else {
      return String(decoding: body, as: UTF8.self) == #"{"batchItemFailures":[]}"#
    }
    return (try? JSONValue.parse(body))?["distributions"]?.arrayValue != nil
  }
}
