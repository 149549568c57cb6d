import Clock
import HTTPTransport
import LocalCloud

/// A clock that only sleeps and time-outs move; the fake CloudFront's threads read it too.
final class VirtualClock: Sendable {
  /// 2026-11-20T18:04:05Z, in milliseconds since 1970.
  static let start: Int64 = 1_795_197_845_000

  private let passed = Locked(Duration.zero)
  private let slept = Locked<[Duration]>([])

  /// The time since the start.
  var now: Duration { passed.withLock { $0 } }
  /// Every sleep so far.
  var sleeps: [Duration] { slept.withLock { $0 } }
  /// Milliseconds since 1970.
  var wallMilliseconds: Int64 {
    VirtualClock.start + Int64((now / .milliseconds(1)).rounded(.down))
  }

  func pass(_ duration: Duration) {
    passed.withLock { $0 += max(duration, .zero) }
  }

  var time: TimeSource {
    TimeSource(
      wallMilliseconds: { self.wallMilliseconds }, monotonic: { self.now },
      sleep: { duration in
        self.slept.withLock { $0.append(duration) }
        self.pass(duration)
      })
  }
}
