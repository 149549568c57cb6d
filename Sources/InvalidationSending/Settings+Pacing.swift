package import FunctionSettings

extension Settings {
  /// Returns the pace that `CREATE_RATE`, `RATE_SHARES` and `WORK_QUEUE` describe, with full
  /// buckets.
  package func pace(now: Duration) -> SendingPace {
    SendingPace(createRate: createRate, shares: allShares, now: now)
  }

  /// Returns the pace of all environments of the account together, with full buckets.
  package func accountPace(now: Duration) -> SendingPace {
    SendingPace(createRate: createRate, shares: 1, now: now)
  }
}
