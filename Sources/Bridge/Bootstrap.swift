import AWSClient
import CloudFrontAPI
import HTTPTransport
import LambdaRuntime
import Logging

/// What the executable `bootstrap` does, from its first statement to its exit code.
public enum Bootstrap {
  /// The version that user agents carry.
  public static let version = "0.1.0"

  /// Runs until the execution environment ends; returns the exit code.
  public static func run() -> Int32 {
    do {
      // The first statement of the process: a static glibc must not load the host's name services.
      try CurlTransport.prepareProcess()
    } catch {
      print("bootstrap can't start: \(error)")
      return 1
    }
    let environment = ProcessEnvironment.current
    return LambdaProcess.run(version: version, environment: environment) {
      (services) throws(FunctionError) in
      let handler = try makeHandler(environment: environment, services: services)
      return { handler.handle($0) }
    }
  }

  private static func makeHandler(
    environment: [String: String], services: LambdaProcess.Services
  ) throws(FunctionError) -> EventHandler {
    do {
      let settings = try Settings(environment: environment)
      let endpoint = try AWSEndpoint.cloudFront(environment: environment)
      let retry = try RetryConfiguration(environment: environment)
      for warning in retry.warnings { services.logger.warning("\(warning)") }
      let caBundle = try CABundle.locate(environment: environment)
      var transport: any Transport = try CurlTransport(
        .aws(caBundle: caBundle, userAgent: "s3-cloudfront-bridge/\(version)"))
      if settings.isDryRun {
        transport = DryRunTransport(transport)
        services.logger.warning("DRY_RUN is set: invalidations are planned and not sent")
      }
      let random = { Double.random(in: 0..<1) }
      let client = AWSClient(
        transport: transport, endpoint: endpoint,
        credentials: .environment(environment), time: services.time,
        random: random, retry: retry, pacing: settings.pacing(now: services.time.monotonic()),
        isEndRequested: services.isEndRequested)
      return EventHandler(
        settings: settings, cloudFront: CloudFrontClient(client), time: services.time,
        random: random, isEndRequested: services.isEndRequested, logger: services.logger)
    } catch {
      throw FunctionError(.configInvalid, "\(error)")
    }
  }
}
