// What one delivery can count on.
extension SendingPace {
  /// Takes no more of the burst of paths than this environment's share, for a batch that it does
  /// not suffice for: others may send one at the same time.
  package mutating func shareBurst(among shares: Int, at now: Duration) {
    paths.bucket.lower(to: paths.bucket.capacity / Double(max(1, shares)), at: now)
  }

  /// Returns what one environment can count on within a time.
  ///
  /// CloudFront's burst is there once, so the tokens that are there now are divided.
  ///
  /// - Parameters:
  ///   - shares: among how many environments the account's limits are divided.
  ///   - isOfAccount: whether this is the pace of all of them together.
  package func room(
    within time: Duration, shares: Int, isOfAccount: Bool, at now: Duration
  ) -> Admission.Room {
    func part(_ lane: Lane) -> Int {
      let there = lane.bucket.count(within: .zero, at: now)
      let coming = lane.bucket.count(within: time, at: now) - there
      return there / max(1, shares) + coming / (isOfAccount ? max(1, shares) : 1)
    }
    return Admission.Room(
      requests: requests.bucket.count(within: time, at: now), paths: part(paths),
      wildcards: part(wildcards))
  }
}
