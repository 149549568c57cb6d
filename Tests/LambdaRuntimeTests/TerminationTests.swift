import Testing

@testable import LambdaRuntime

@Suite("Termination")
struct TerminationTests {
  @Test("an idle process may end at once, a busy one not")
  func idleAndBusy() {
    let idle = Termination()
    #expect(idle.idleBegins())
    #expect(idle.request())

    let busy = Termination()
    #expect(busy.idleBegins())
    busy.workBegins()
    #expect(!busy.isRequested)
    #expect(!busy.request())
    #expect(busy.isRequested)
    #expect(!busy.idleBegins(), "it does not wait again")
  }

  @Test("a process that has not begun to wait yet ends before it does")
  func beforeFirstWait() {
    let termination = Termination()
    #expect(!termination.request())
    #expect(!termination.idleBegins())
  }
}
