import InvalidationSending
import FunctionSettings
package import Clock
import CloudFrontAPI
package import HTTPTransport
package import Logging

extension EventHandler {
  /// Sets a handler up as environment variables say: settings, endpoint, credentials, retries,
  /// pacing.
  ///
  /// - Parameters:
  ///   - environment: the process's variables.
  ///   - transport: the way to AWS.
  ///   - random: from 0 up to 1; jitters waits.
  ///   - isEndRequested: whether the execution environment is being shut down; nothing is started
  ///     any more.
  /// - Throws: an error that names each variable that is wrong.
  package convenience init(
    environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) },
    isEndRequested: @escaping () -> Bool, logger: Logger
  ) throws {
    for misspelt in MisspeltSetting.all(in: environment) { logger.warning("\(misspelt)") }
    let settings = try Settings(environment: environment)
    if settings.isDryRun {
      logger.warning("DRY_RUN is set: invalidations are planned and not sent")
    }
    let cloudFront = try CloudFrontClient(
      environment: environment, transport: transport, time: time, random: random,
      pacing: settings.pacing(now: time.monotonic()), isEndRequested: isEndRequested,
      warn: { logger.warning("\($0)") })
    self.init(
      settings: settings, cloudFront: cloudFront, time: time, random: random, logger: logger)
  }
}
