package import FunctionSettings

extension Settings {
  /// The longest time for which two execution environments can differ about who serves a bucket, or
  /// work with different settings: the age of a list, the longest invocation, and 15 minutes for
  /// clocks and for events on their way.
  package var disagreement: Duration {
    cacheTime + DistributionDirectory.grace + .seconds(900) + .seconds(900)
  }
}
