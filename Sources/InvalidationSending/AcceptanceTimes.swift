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

    mutating func insert(_ path: InvalidationPath, at time: Int64) {
      newest = max(newest, time)
      if path.isWildcard {
        lengths.insert(path.bytes.count - 1)
        let prefix = path.bytes.dropLast()
        prefixes[prefix] = max(time, prefixes[prefix] ?? time)
      } else {
        exact[path.bytes[...]] = max(time, exact[path.bytes[...]] ?? time)
      }
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

  /// The paths of one request that was accepted.
  private struct Acceptance {
    var paths: [InvalidationPath]
    var distribution: DistributionID
    var time: Int64
  }

  /// What is not sorted in yet. Hardly any environment ever meets a message that is old enough, and
  /// the first event should not pay for it.
  private var unsorted: [Acceptance] = []
  /// The newest time of all.
  private var newest = Int64.min
  /// The paths accepted lately, and those before. When the first are too many, the others are
  /// forgotten and the first take their place.
  private var young: [DistributionID: Paths] = [:]
  private var old: [DistributionID: Paths] = [:]
  private var count = 0
  private var bytes = 0

  /// Whether an accepted path covers a path of whatever happened before a message was sent.
  ///
  /// - Parameter sentAt: when the queue got the message, in milliseconds since 1970.
  mutating func covers(
    _ path: InvalidationPath, sentAt: Int64, on distribution: DistributionID
  ) -> Bool {
    guard sentAt < .max - AcceptanceTimes.skew else { return false }
    let time = sentAt + AcceptanceTimes.skew
    guard newest > time else { return false }
    sort()
    return young[distribution]?.covers(path, after: time) ?? false
      || old[distribution]?.covers(path, after: time) ?? false
  }

  /// Notes accepted paths.
  ///
  /// - Parameter time: what happened before is covered, in milliseconds since 1970.
  mutating func insert(
    _ paths: [InvalidationPath], on distribution: DistributionID, at time: Int64
  ) {
    newest = max(newest, time)
    unsorted.append(Acceptance(paths: paths, distribution: distribution, time: time))
    for path in paths {
      count += 1
      bytes += AcceptanceTimes.overhead + path.bytes.count
    }
    guard count > AcceptanceTimes.maxCount || bytes > AcceptanceTimes.maxBytes else { return }
    sort()
    old = young
    young = [:]
    count = 0
    bytes = 0
  }

  private mutating func sort() {
    for acceptance in unsorted {
      for path in acceptance.paths {
        young[acceptance.distribution, default: Paths()].insert(path, at: acceptance.time)
      }
    }
    unsorted = []
  }

  /// Forgets a distribution that no longer exists.
  mutating func forget(_ distribution: DistributionID) {
    unsorted.removeAll { $0.distribution == distribution }
    young[distribution] = nil
    old[distribution] = nil
  }
}
