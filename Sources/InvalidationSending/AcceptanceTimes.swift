import CloudFrontModel

/// When CloudFront last accepted each path, so that changes which happened before are not paid for.
///
/// An invalidation makes CloudFront forget whatever it had copied until then. So it covers every
/// change that happened before, and not only those of its own batch. After an outage, or where far
/// more changes than CloudFront takes, most of the messages that wait are covered by what others of
/// their folder needed.
///
/// That a change happened before is certain once its message was sent to the queue before, with
/// ``skew`` between the clocks. A fresh message is never covered.
struct AcceptanceTimes {
  /// How far the clocks of SQS, CloudFront and Lambda may be apart, in milliseconds. They are
  /// synchronized; a minute is far more than they ever differ, and a message that waits does so for
  /// longer.
  static let skew: Int64 = 60_000
  /// The paths remembered since the younger half began, at the most.
  static let maxCount = 10_000
  /// The most memory that these take, approximately, in bytes.
  static let maxBytes = 2 << 20
  /// What an entry takes without its path, approximately, in bytes.
  static let overhead = 120

  /// The paths that were accepted on one distribution.
  private struct Paths {
    /// The newest time of all.
    var newest = Int64.min
    /// The times of paths that are no wildcards.
    var exact: [ArraySlice<UInt8>: Int64] = [:]
    /// The times of wildcards, by what covered paths start with.
    var prefixes: [ArraySlice<UInt8>: Int64] = [:]
    /// How long these are: there are few lengths.
    var lengths: Set<Int> = []

    mutating func insert(_ path: InvalidationPath, at time: Int64) -> Bool {
      newest = max(newest, time)
      guard path.isWildcard else { return Paths.insert(path.bytes[...], at: time, in: &exact) }
      lengths.insert(path.bytes.count - 1)
      return Paths.insert(path.bytes.dropLast(), at: time, in: &prefixes)
    }

    private static func insert(
      _ key: ArraySlice<UInt8>, at time: Int64, in times: inout [ArraySlice<UInt8>: Int64]
    ) -> Bool {
      let before = times.updateValue(time, forKey: key)
      if let before, before > time { times[key] = before }
      return before == nil
    }

    func covers(_ path: InvalidationPath, after time: Int64) -> Bool {
      guard newest > time else { return false }
      let bytes = path.bytes
      if !path.isWildcard, let accepted = exact[bytes[...]], accepted > time { return true }
      return lengths.contains { length in
        length <= bytes.count && prefixes[bytes[..<length]].map { $0 > time } ?? false
      }
    }
  }

  /// The paths accepted lately, and those before. When the first are too many, the others are
  /// forgotten and the first take their place.
  private var young: [DistributionID: Paths] = [:]
  private var old: [DistributionID: Paths] = [:]
  private var count = 0
  private var bytes = 0

  /// Whether an accepted path covers a path of whatever happened before a message was sent.
  ///
  /// - Parameter sentAt: when the queue got the message, in milliseconds since 1970.
  func covers(
    _ path: InvalidationPath, sentAt: Int64, on distribution: DistributionID
  ) -> Bool {
    guard sentAt < .max - AcceptanceTimes.skew else { return false }
    let time = sentAt + AcceptanceTimes.skew
    return young[distribution]?.covers(path, after: time) ?? false
      || old[distribution]?.covers(path, after: time) ?? false
  }

  /// Notes accepted paths.
  ///
  /// - Parameter time: what happened before is covered, in milliseconds since 1970.
  mutating func insert(
    _ paths: some Sequence<InvalidationPath>, on distribution: DistributionID, at time: Int64
  ) {
    for path in paths {
      guard young[distribution, default: Paths()].insert(path, at: time) else { continue }
      count += 1
      bytes += AcceptanceTimes.overhead + path.bytes.count
    }
    guard count > AcceptanceTimes.maxCount || bytes > AcceptanceTimes.maxBytes else { return }
    old = young
    young = [:]
    count = 0
    bytes = 0
  }

  /// Forgets a distribution that no longer exists.
  mutating func forget(_ distribution: DistributionID) {
    young[distribution] = nil
    old[distribution] = nil
  }
}
