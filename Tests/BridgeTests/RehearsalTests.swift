import Bridge
import JSON
import Testing

@Suite("Rehearsal")
struct RehearsalTests {
  @Test("goes all the way through the handler, each time anew")
  func run() throws {
    for _ in 0..<2 {
      let done = try #require(Rehearsal.run())
      #expect(try JSONValue.parse(done.answer) == ["batchItemFailures": []])
      #expect(done.invalidations == 1)
    }
  }
}
