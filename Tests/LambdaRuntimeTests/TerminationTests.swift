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

  @Test("a sleep lasts as long as it should")
  func sleeps() {
    let start = ContinuousClock.now
    Termination().sleep(.milliseconds(50))
    #expect(ContinuousClock.now - start >= .milliseconds(50))
  }

  @Test("a sleep ends when the end is asked for, and none begins after it", .timeLimit(.minutes(1)))
  func sleepIsCutShort() async {
    let termination = Termination()
    async let slept: Void = termination.sleep(.seconds(3_600))
    // Whether the sleep has begun by then or not.
    termination.workBegins()
    #expect(!termination.request())
    await slept
    termination.sleep(.seconds(3_600))
    #expect(termination.isRequested)
  }
}
