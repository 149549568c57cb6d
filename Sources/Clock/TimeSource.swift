import CLibrary

/// The clocks and the sleep, injected beside the transport, so that the same code runs on a
/// virtual clock. Nothing else in the program blocks or reads the time.
public struct TimeSource {
  /// Milliseconds since 1970-01-01T00:00:00Z; may jump.
  public var wallMilliseconds: () -> Int64
  /// Time since an arbitrary start; never goes back.
  public var monotonic: () -> Duration
  /// Blocks for this long.
  public var sleep: (Duration) -> Void

  /// Creates a source from closures.
  public init(
    wallMilliseconds: @escaping () -> Int64, monotonic: @escaping () -> Duration,
    sleep: @escaping (Duration) -> Void
  ) {
    self.wallMilliseconds = wallMilliseconds
    self.monotonic = monotonic
    self.sleep = sleep
  }

  /// The machine's clocks: `clock_gettime` and `nanosleep`.
  public static var system: TimeSource {
    TimeSource(
      wallMilliseconds: {
        let now = read(CLOCK_REALTIME)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
      },
      monotonic: {
        let now = read(CLOCK_MONOTONIC)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
      },
      sleep: { duration in
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return }
        var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        // Not the common retry: what is left to sleep gets less each time.
        while nanosleep(&left, &rest) == -1 && errno == EINTR { left = rest }
      })
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var now = timespec()
    clock_gettime(clock, &now)
    return now
  }
}
