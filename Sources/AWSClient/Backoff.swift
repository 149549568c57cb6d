/// How long to wait before a retry.
enum Backoff {
  /// The longest wait, unless the service asks for a longer one.
  static let longest = Duration.seconds(20)
  /// The first wait's upper limit after a transient failure.
  static let transientBase = Duration.milliseconds(50)
  /// The first wait's upper limit after throttling.
  static let throttlingBase = Duration.seconds(1)
  /// How much longer than its own choice a client waits because the service asks for it.
  static let longestExtension = Duration.seconds(5)

  /// Returns a random wait below a limit that doubles with each retry.
  ///
  /// - Parameters:
  ///   - retry: the number of earlier retries.
  ///   - base: the limit of the first wait.
  ///   - random: a number from 0 to 1.
  ///   - retryAfter: the answer's `x-amz-retry-after`, in milliseconds.
  static func delay(
    retry: Int, base: Duration, random: Double, retryAfter: String? = nil
  ) -> Duration {
    // 2^20 is far past the longest wait, and far from overflow.
    let limit = min(base * (1 << min(max(retry, 0), 20)), longest)
    let own = limit * min(max(random, 0), 1)
    guard let retryAfter, let asked = Int64(retryAfter), asked >= 0 else { return own }
    return max(own, min(.milliseconds(asked), own + longestExtension))
  }
}
