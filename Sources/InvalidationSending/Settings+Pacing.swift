package import FunctionSettings

extension Settings {
  /// Returns the pace that `CREATE_RATE` and `RATE_SHARES` describe, with full buckets.
  package func pace(now: Duration) -> SendingPace {
    SendingPace(createRate: createRate, shares: rateShares, now: now)
  }
}
