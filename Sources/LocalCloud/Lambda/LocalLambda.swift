/// Lambda on this machine: a fake Runtime API and a real `bootstrap` that polls it and can reach
/// only the fakes of CloudFront and SQS.
package final class LocalLambda {
  /// The Runtime API that `bootstrap` polls.
  package let runtimeAPI: FakeRuntimeAPI
  /// The queues that `bootstrap` hands messages back to: whichever an event names.
  package let sqs: FakeSQS
  /// The running `bootstrap`.
  package let process: ChildProcess

  /// How an invocation ended.
  package enum Ending: Sendable {
    /// The runtime answered with a response or an error.
    case answered(requestID: String, InvocationOutcome)
    /// The runtime refused to start and said why.
    case initError(InvocationOutcome)
    /// The process ended with this exit code and did not answer.
    case exited(Int32)
    /// The runtime did not answer within the timeout.
    case timedOut
  }

  /// Starts `bootstrap`.
  ///
  /// - Parameters:
  ///   - environment: settings, in addition to the variables of Lambda itself.
  ///   - output: the file for its log; nil inherits our standard output and error.
  package init(
    bootstrap: String, cloudFront: FakeCloudFront, environment: [String: String] = [:],
    output: String? = nil
  ) throws(LocalCloudError) {
    let runtimeAPI = try FakeRuntimeAPI()
    self.runtimeAPI = runtimeAPI
    var queues = FakeSQSSettings()
    queues.knowsEveryQueue = true
    let sqs = try FakeSQS(queues)
    self.sqs = sqs
    process = try ChildProcess(
      path: bootstrap,
      environment: LocalLambda.environment(
        runtimeAPI: runtimeAPI, cloudFront: cloudFront, sqs: sqs
      )
      .merging(environment) { $1 },
      output: output)
  }

  /// Returns the variables of Lambda's execution environment that matter here. They turn off
  /// pacing, because the fake CloudFront has no rate limit unless a test gives it one.
  static func environment(
    runtimeAPI: FakeRuntimeAPI, cloudFront: FakeCloudFront, sqs: FakeSQS
  ) -> [String: String] {
    [
      "AWS_LAMBDA_RUNTIME_API": runtimeAPI.address, "_HANDLER": "bootstrap",
      "AWS_LAMBDA_FUNCTION_NAME": "s3-cloudfront-bridge", "AWS_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      "CREATE_RATE": "1000",
      "AWS_ENDPOINT_URL_CLOUDFRONT": cloudFront.endpoint, "AWS_ENDPOINT_URL_SQS": sqs.endpoint,
      "TZ": ":UTC", "LANG": "en_US.UTF-8",
    ]
  }

  /// Invokes the function, and blocks until it has answered or never will.
  package func invoke(_ event: [UInt8], timeout: Duration = .seconds(60)) -> Ending {
    let clock = ContinuousClock()
    let end = clock.now + timeout
    let requestID = runtimeAPI.enqueue(event: event, now: UTCTime.system)
    while clock.now < end {
      // Short, so that the loop soon notices when the process has ended.
      if let outcome = runtimeAPI.waitForOutcome(of: requestID, timeout: .milliseconds(100)) {
        return .answered(requestID: requestID, outcome)
      }
      if let error = runtimeAPI.initError { return .initError(error) }
      if !process.isRunning { return .exited(process.exitCode ?? 0) }
    }
    return .timedOut
  }

  /// Ends the process and the Runtime API.
  package func stop() {
    process.kill()
    runtimeAPI.stop()
    sqs.stop()
  }
}
