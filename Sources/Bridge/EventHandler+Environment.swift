import InvalidationSending
import FunctionSettings
package import Clock
import AWSClient
import CloudFrontAPI
package import HTTPTransport
package import Logging

extension EventHandler {
  /// Sets a handler up as environment variables say: settings, endpoint, credentials, retries,
  /// pacing.
  ///
  /// - Parameters:
  ///   - environment: the process's variables.
  ///   - transport: the way to AWS; `DRY_RUN` is put before it here.
  ///   - random: from 0 up to 1; jitters waits.
  ///   - isEndRequested: whether the execution environment is being shut down; nothing is started
  ///     any more.
  /// - Throws: an error that names the variable that is wrong.
  package convenience init(
    environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) },
    isEndRequested: @escaping () -> Bool, logger: Logger
  ) throws {
    let settings = try Settings(environment: environment)
    let endpoint = try AWSEndpoint.cloudFront(environment: environment)
    let retry = try RetryConfiguration(environment: environment)
    for warning in endpoint.warnings + retry.warnings { logger.warning("\(warning)") }
    if settings.isDryRun {
      logger.warning("DRY_RUN is set: invalidations are planned and not sent")
    }
    let client = AWSClient(
      transport: settings.isDryRun ? DryRunTransport(transport) : transport, endpoint: endpoint,
      service: "cloudfront",
      credentials: .environment(environment), time: time, random: random, retry: retry,
      pacing: settings.pacing(now: time.monotonic()), isEndRequested: isEndRequested)
    self.init(
      settings: settings, cloudFront: CloudFrontClient(client), time: time, random: random,
      logger: logger)
  }
}
