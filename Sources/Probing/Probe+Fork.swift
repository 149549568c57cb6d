import CLibrary

extension Probe {
  /// A probe that tries the pieces in a forked copy of the process.
  ///
  /// The copy writes one byte after each piece. When it ends early, the bytes tell which piece it
  /// was at. It has the memory of the process and only the thread that called, so the work must be
  /// pure: it may neither use a connection nor log nor take a lock that another thread may hold.
  ///
  /// `fork`, `pipe`, `poll`, `waitpid`; on Darwin, where Swift has no `fork`, nothing is tried.
  package static var forking: Probe { Probe(attemptInFork) }

  private static func attemptInFork(
    _ pieces: ArraySlice<Int>, _ limit: Duration, _ work: (Int) -> Void
  ) -> Int? {
    #if canImport(Darwin)
      return nil
    #else
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      let child = fork()
      guard child != -1 else {
        close(ends[0])
        close(ends[1])
        return nil
      }
      if child == 0 {
        close(ends[0])
        var mark: UInt8 = 1
        for piece in pieces {
          work(piece)
          _ = retryingIfInterrupted { write(ends[1], &mark, 1) }
        }
        _exit(0)
      }
      close(ends[1])
      let finished = countMarks(from: ends[0], limit: limit)
      // It has ended by itself, or it hangs.
      kill(child, SIGKILL)
      close(ends[0])
      var status: Int32 = 0
      _ = retryingIfInterrupted { waitpid(child, &status, 0) }
      return min(finished, pieces.count)
    #endif
  }

  /// Counts the bytes that come out of a pipe until it ends or none comes within a time.
  private static func countMarks(from pipe: Int32, limit: Duration) -> Int {
    var count = 0
    var marks = [UInt8](repeating: 0, count: 4_096)
    let milliseconds = Int32(clamping: Int64(limit / .milliseconds(1)))
    while true {
      var state = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      guard retryingIfInterrupted({ poll(&state, 1, milliseconds) }) > 0 else { return count }
      let length = retryingIfInterrupted { read(pipe, &marks, marks.count) }
      guard length > 0 else { return count }
      count += length
    }
  }
}
