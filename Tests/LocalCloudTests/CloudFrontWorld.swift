@testable import LocalCloud

/// A fake with distributions E1, E2, … on a clock that only tests move.
final class CloudFrontWorld: Sendable {
  /// 2026-11-20T18:04:06.125Z, in milliseconds since 1970.
  static let start: Int64 = 1_795_197_846_125

  let fake: FakeCloudFront
  let clock: Locked<Int64>
  var client: WireCloudFront {
    WireCloudFront(fake: fake, time: { [clock] in clock.withLock { $0 } })
  }

  init(
    distributions: Int = 1, _ change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws {
    let clock = Locked(CloudFrontWorld.start)
    var settings = FakeCloudFrontSettings(
      distributions: (0..<distributions).map { number in
        FakeDistribution(
          id: "E\(number + 1)",
          origins: [
            .init(id: "s3", domainName: "bucket.s3.us-west-2.amazonaws.com", path: "/production")
          ])
      })
    settings.wallMilliseconds = { clock.withLock { $0 } }
    change(&settings)
    self.clock = clock
    fake = try FakeCloudFront(settings)
  }

  /// Moves the clock.
  func pass(_ milliseconds: Int64) {
    clock.withLock { $0 += milliseconds }
  }
}
