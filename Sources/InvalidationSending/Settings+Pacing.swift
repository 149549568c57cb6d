import FunctionSettings
package import AWSClient

extension Settings {
  /// The pacing of CreateInvalidation that the settings ask for, its burst full.
  package func pacing(now: Duration) -> TokenBucket {
    TokenBucket(capacity: Double(createBurst), refillPerSecond: createRate, now: now)
  }
}
