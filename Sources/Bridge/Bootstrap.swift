import AWSClient
import CloudFrontAPI
import Failures
package import HTTPTransport
import LambdaRuntime
import Probing

/// The executable `bootstrap`, from its first statement to its exit code.
package enum Bootstrap {
  /// Runs until the execution environment ends; returns the exit code.
  ///
  /// - Parameters:
  ///   - firstRoots: the roots to trust before the system's bundle is read; others than Amazon's
  ///     are for measuring.
  ///   - prepares: whether it does during init what it can; not doing so is for measuring.
  package static func run(firstRoots: FirstRoots = .amazon, prepares: Bool = true) -> Int32 {
    let environment = ProcessEnvironment.current
    CurlTransport.leaveOutOpenSSLConfiguration(environment: environment)
    do {
      // This must come first, because a static glibc must not load the host's name services.
      try CurlTransport.prepareProcess()
    } catch {
      print("bootstrap could not start: \(error)")
      return 1
    }
    return LambdaProcess.run(
      program: "s3-cloudfront-bridge", version: version,
      hint: "To try the program on this machine, run: cfbridge replay FILE...",
      environment: environment
    ) {
      (services) throws(FunctionError) in
      let handler = try makeHandler(
        environment: environment, firstRoots: firstRoots, prepares: prepares, services: services)
      return { handler.handle($0) }
    }
  }

  private static func makeHandler(
    environment: [String: String], firstRoots: FirstRoots, prepares: Bool,
    services: LambdaProcess.Services
  ) throws(FunctionError) -> EventHandler {
    do {
      let transport = try CurlTransport(
        .aws(
          environment: environment, firstRoots: firstRoots,
          userAgent: "s3-cloudfront-bridge/\(version)"))
      let handler = try EventHandler(
        environment: environment, transport: transport, time: services.time, probe: .forking,
        isEndRequested: services.isEndRequested, writeMetrics: { services.metrics.put($0) },
        logger: services.logger)
      guard prepares else { return handler }
      Rehearsal.run()
      let endpoint = try AWSEndpoint.cloudFront(environment: environment)
      if endpoint.scheme == "https" { transport.prepareTLS(for: endpoint.host) }
      handler.prepare()
      return handler
    } catch {
      let type = FailureType.known(.configInvalid)
      throw FunctionError(ErrorType(type), "\(error)", cure: type.cure.rawValue)
    }
  }
}
