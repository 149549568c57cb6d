import AWSClient
import Testing

@Suite("AWSClient, when the process is asked to end")
struct AWSClientEndTests {
  @Test("sends nothing any more")
  func before() throws {
    let world = VirtualWorld()
    let outcome = try world.client(isEndRequested: { true }).outcome()
    guard case .failure(.endRequested) = outcome else {
      Issue.record("\(outcome) is no end")
      return
    }
    #expect(world.requests.isEmpty)
  }

  @Test("makes no further attempt, neither before nor after its backoff", arguments: [0, 1])
  func between(sleeps: Int) throws {
    let world = VirtualWorld()
    world.script = [.status(500)]
    let client = try world.client(isEndRequested: {
      !world.requests.isEmpty && world.sleeps.count >= sleeps
    })
    let outcome = client.outcome()
    #expect(outcome.effort?.ending == .endRequested)
    #expect(world.requests.count == 1 && world.sleeps.count == sleeps)
  }
}
