package import AWSClient
import FunctionSettings

extension Settings {
  /// Returns the token bucket that `CREATE_RATE` and `CREATE_BURST` describe, filled.
  package func pacing(now: Duration) -> TokenBucket {
    TokenBucket(capacity: Double(createBurst), refillPerSecond: createRate, now: now)
  }
}
