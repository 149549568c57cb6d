package import AWSClient
package import Clock
package import HTTPTransport

extension CloudFrontClient {
  /// Sets a client up as environment variables say: endpoint, credentials, retries. The one place
  /// for it, for the function and the command line alike.
  ///
  /// - Parameters:
  ///   - environment: the process's variables.
  ///   - credentials: where the keys come from; nil is the environment.
  ///   - transport: the way to AWS.
  ///   - random: from 0 up to 1; jitters waits.
  ///   - isEndRequested: whether the process is asked to end; no attempt is started any more.
  ///   - warn: takes what was assumed, as sentences for the log.
  /// - Throws: an error that names the variable that is wrong.
  package convenience init(
    environment: [String: String], credentials: CredentialsProvider? = nil,
    transport: any Transport, time: TimeSource,
    random: @escaping () -> Double,
    isEndRequested: @escaping () -> Bool, warn: (String) -> Void
  ) throws(AWSClientError) {
    let endpoint = try AWSEndpoint.cloudFront(environment: environment)
    let retry = try RetryConfiguration(environment: environment)
    for warning in retry.warnings + endpoint.warnings { warn(warning) }
    self.init(
      AWSClient(
        transport: transport, endpoint: endpoint, service: "cloudfront",
        credentials: credentials ?? .environment(environment), time: time, random: random,
        retry: retry,
        isEndRequested: isEndRequested))
  }
}
