import CLibrary
import Testing

@Suite("The retry of interrupted calls")
struct InterruptionTests {
  @Test("makes the call again while a signal interrupts it, and no longer")
  func retries() {
    var answers = [(-1, EINTR), (-1, EINTR), (7, 0), (8, 0)]
    let result = retryingIfInterrupted { () -> Int in
      let (result, code) = answers.removeFirst()
      errno = code
      return result
    }
    #expect(result == 7)
    #expect(answers.count == 1)
  }

  @Test("gives back any other failure at once")
  func otherFailures() {
    var calls = 0
    let result = retryingIfInterrupted { () -> Int32 in
      calls += 1
      errno = EBADF
      return -1
    }
    #expect(result == -1 && errno == EBADF && calls == 1)
  }
}
