import Bridge
import CloudFrontModel
import InvalidationPlanning
import JSON
import LocalCloud
import Testing

@Suite("The bootstrap process")
struct BootstrapTests {
  private let cloudFront: FakeCloudFront

  init() throws {
    cloudFront = try FakeCloudFront(
      FakeCloudFrontSettings(
        distributions: SampleAccount.distributions.map { FakeDistribution($0) }))
  }

  private func start(
    _ environment: [String: String?] = [:], prepare: (FakeRuntimeAPI) -> Void = { _ in }
  ) throws -> BootstrapProcess {
    try BootstrapProcess(cloudFront: cloudFront, environment: environment, prepare: prepare)
  }

  private let event = SampleEvent.s3(SampleEvent.record("secret-name.txt"))

  // MARK: - Invocations

  @Test("answers an event with the summary of a signed invalidation")
  func answer() throws {
    let bootstrap = try start()
    let outcome = try #require(bootstrap.invoke(event))
    let answer = try JSONValue.parse(outcome.body)
    let made = try #require(cloudFront.invalidations.first)
    #expect(outcome.kind == .response)
    #expect(answer["distributions"]?.arrayValue?.first?["invalidationId"] == .string(made.id))
    #expect(made.paths == ["/secret-name.txt"])
  }

  @Test("names its version in the first log line, in both formats", arguments: ["JSON", "Text"])
  func version(format: String) throws {
    let bootstrap = try start(["AWS_LAMBDA_LOG_FORMAT": format])
    _ = try #require(bootstrap.invoke(event))
    let first = try #require(bootstrap.log.first)
    #expect(first.contains("Started"))
    #expect(first.contains(Bootstrap.version))
  }

  @Test("works through a mixed batch, hands back its poison, and goes on with the next event")
  func mixed() throws {
    let bootstrap = try start(["SQS_FAILURES": "report"])
    let outcome = try #require(bootstrap.invoke(try SampleEvent.file("events/sqs-mixed.json")))
    #expect(outcome.kind == .response)
    let golden = try JSONValue.parse(try SampleEvent.file("Tests/Golden/sqs-mixed.json"))
    let failed = (golden["failures"]?.arrayValue ?? []).compactMap { $0["messageId"] }
    let returned = try JSONValue.parse(outcome.body)["batchItemFailures"]?.arrayValue ?? []
    #expect(returned.compactMap { $0["itemIdentifier"] } == failed)
    #expect(cloudFront.invalidations.count == golden["distributions"]?.arrayValue?.count)
    #expect(bootstrap.invoke(event)?.kind == .response)
  }

  @Test("reports a failed event as an error, and goes on")
  func failure() throws {
    let bootstrap = try start()
    let outcome = try #require(bootstrap.invoke(Array("no JSON".utf8)))
    #expect(outcome.kind == .error)
    #expect(outcome.errorType == "Runtime.InvalidEvent")
    #expect(bootstrap.invoke(event)?.kind == .response)
  }

  @Test("sends the invocation id back")
  func invocationID() throws {
    let bootstrap = try start()
    for (id, body) in [("r1", event), ("r2", Array("{".utf8))] {
      var invocation = FakeInvocation(event: body, requestID: id)
      invocation.invocationID = "nonce-\(id)"
      bootstrap.runtimeAPI.enqueue(invocation)
      let outcome = try #require(
        bootstrap.runtimeAPI.waitForOutcome(of: id, timeout: .seconds(30)))
      #expect(outcome.request?.values(of: "Lambda-Runtime-Invocation-Id") == ["nonce-\(id)"])
    }
  }

  @Test("plans and sends nothing in a dry run")
  func dryRun() throws {
    let bootstrap = try start(["DRY_RUN": "true"])
    let outcome = try #require(bootstrap.invoke(event))
    let told = try JSONValue.parse(outcome.body)["distributions"]?.arrayValue?.first
    #expect(outcome.kind == .response)
    #expect(told?["status"] == "NotSent")
    #expect(cloudFront.calls(of: .createInvalidation).isEmpty)
    #expect(cloudFront.calls(of: .listDistributions).count == 1)
    #expect(bootstrap.log.contains { $0.contains("DRY_RUN is set") })
  }

  @Test(
    "keeps memory and open files flat over 200 invocations",
    .disabled(if: BootstrapProcess.isSanitized, "the sanitizer's own memory is counted"))
  func flat() throws {
    let bootstrap = try start()
    func run(_ numbers: Range<Int>) {
      for number in numbers {
        let event = SampleEvent.s3(SampleEvent.record("\(number).txt"))
        #expect(bootstrap.invoke(event)?.kind == .response)
      }
    }
    run(0..<50)
    let memory = try #require(bootstrap.residentKilobytes)
    let files = try #require(bootstrap.openFiles)
    run(50..<250)
    #expect(try #require(bootstrap.residentKilobytes) - memory < 1_024)
    #expect(bootstrap.openFiles == files)
    #expect(cloudFront.invalidations.count == 250)
  }

  // MARK: - Before the first invocation

  @Test("reads distributions that settings name before it asks for an event, and three at most")
  func preparation() throws {
    let site = SampleAccount.distributions[0].id.description
    let bootstrap = try start(["CLOUDFRONT_DISTRIBUTION_ID": site])
    #expect(bootstrap.runtimeAPI.waitForPolls(1, timeout: .seconds(30)))
    #expect(cloudFront.calls.map(\.distributionID) == [site])
    #expect(bootstrap.invoke(event)?.kind == .response)
    #expect(cloudFront.calls(of: .getDistributionConfig).count == 1)

    cloudFront.forgetHistory()
    let many = SampleAccount.distributions.map(\.id.description)
    let other = try start(["CLOUDFRONT_DISTRIBUTION_ID": many.joined(separator: ",")])
    #expect(other.runtimeAPI.waitForPolls(1, timeout: .seconds(30)))
    #expect(cloudFront.calls.count == 3)
  }

  @Test("asks CloudFront for nothing before the first event where no setting names a distribution")
  func noPreparation() throws {
    let bootstrap = try start()
    #expect(bootstrap.runtimeAPI.waitForPolls(1, timeout: .seconds(30)))
    #expect(cloudFront.calls.isEmpty)
    #expect(bootstrap.log.count == 1, "\(bootstrap.log)")
  }

  @Test("starts all the same when that fails, and reads it for the event")
  func failedPreparation() throws {
    cloudFront.script(.unavailable, on: .getDistributionConfig, times: 3)
    let bootstrap = try start(["CLOUDFRONT_DISTRIBUTION_ID": "E1SAMPLESITE01"])
    #expect(bootstrap.runtimeAPI.waitForPolls(1, timeout: .seconds(30)))
    #expect(cloudFront.invalidations.isEmpty)
    #expect(bootstrap.invoke(event)?.kind == .response)
    #expect(cloudFront.invalidations.count == 1)
  }

  // MARK: - Environment

  @Test("is not led astray by proxies in the environment")
  func proxies() throws {
    let names = [
      "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    ]
    let dead = Dictionary(uniqueKeysWithValues: names.map { ($0, "http://127.0.0.1:1") })
    #expect(try start(dead).invoke(event)?.kind == .response)
  }

  @Test("takes an empty session token for none, and signs one that is there")
  func sessionToken() throws {
    #expect(try start(["AWS_SESSION_TOKEN": ""]).invoke(event)?.kind == .response)
    #expect(cloudFront.calls.allSatisfy { $0.request["X-Amz-Security-Token"] == nil })
    cloudFront.configure { fake in
      fake.credentials = [
        FakeCredentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "to+ken/=")
      ]
    }
    let session = try start([
      "AWS_SESSION_TOKEN": "to+ken/=", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s",
    ])
    #expect(session.invoke(event)?.kind == .response)
  }

  @Test("says in the answer, not at its start, that there are no credentials")
  func noCredentials() throws {
    let outcome = try start(["AWS_ACCESS_KEY_ID": nil]).invoke(event)
    #expect(outcome?.errorType == "Function.CredentialsMissing")
    #expect(cloudFront.calls.isEmpty)
  }

  @Test("writes JSON lines when asked for JSON; only that of the accepted batch shows a path")
  func jsonLog() throws {
    let bootstrap = try start(["AWS_LAMBDA_LOG_FORMAT": "JSON"])
    _ = bootstrap.invoke(event)
    _ = bootstrap.invoke(Array("{}".utf8))
    #expect(bootstrap.runtimeAPI.waitUntilIdle(timeout: .seconds(30)))
    let lines = try bootstrap.log.map { try JSONValue.parse(Array($0.utf8)) }
    #expect(lines.contains { $0["level"] == "INFO" && $0["requestId"] != nil })
    #expect(lines.contains { $0["level"] == "ERROR" })
    #expect(lines.allSatisfy { $0["timestamp"] != nil && $0["message"] != nil })
    let shows = bootstrap.log.filter { $0.contains("secret-name") }
    #expect(try shows.map { try JSONValue.parse(Array($0.utf8))["message"] } == ["Invalidated"])
  }

  // MARK: - Beginning and end

  @Test(
    "reports a bad setting before the first invocation, and ends",
    arguments: [
      ("DEADLINE_MARGIN_MS", "soon"), ("CLOUDFRONT_DISTRIBUTION_ID", "E 1"),
      ("BUCKET_DISTRIBUTIONS", "{"), ("AWS_ENDPOINT_URL_CLOUDFRONT", "ftp://x"),
      ("AWS_MAX_ATTEMPTS", "many"), ("AWS_CA_BUNDLE", "/nowhere.pem"),
      ("AWS_CA_BUNDLE", "/"), ("AWS_CA_BUNDLE", "/dev/null"),
    ])
  func badSetting(name: String, value: String) throws {
    let bootstrap = try start([name: value])
    let error = try #require(bootstrap.runtimeAPI.waitForInitError(timeout: .seconds(30)))
    #expect(error.errorType == "Runtime.ConfigInvalid")
    let message = try JSONValue.parse(error.body)["errorMessage"]?.stringValue
    #expect(message?.contains(name) == true)
    #expect(bootstrap.exitCode() == 1)
    #expect(bootstrap.runtimeAPI.requests(to: .next).isEmpty)
  }

  @Test("reports all bad settings at once, after warning of a misspelt one")
  func badSettings() throws {
    let bootstrap = try start([
      "DRY_RUN": "perhaps", "MAX_WILDCARDS": "16", "WILDCARD_TRESHOLD": "3",
    ])
    let error = try #require(bootstrap.runtimeAPI.waitForInitError(timeout: .seconds(30)))
    #expect(
      try JSONValue.parse(error.body)["errorMessage"]?.stringValue == """
        DRY_RUN: it must be true | false
        MAX_WILDCARDS: it must be a whole number from 0 to 15
        """)
    #expect(bootstrap.exitCode() == 1)
    #expect(bootstrap.log.contains { $0.contains("did you mean WILDCARD_THRESHOLD?") })
  }

  @Test("warns once of a misspelt setting, and runs")
  func misspeltSetting() throws {
    let bootstrap = try start(["WILDCARD_TRESHOLD": "3"])
    #expect(bootstrap.invoke(event)?.kind == .response)
    #expect(bootstrap.runtimeAPI.waitUntilIdle(timeout: .seconds(30)))
    let warnings = bootstrap.log.filter { $0.contains("not a setting") }
    #expect(warnings.count == 1)
    #expect(warnings.allSatisfy { $0.contains("WARN") && $0.contains("WILDCARD_TRESHOLD") })
  }

  @Test(
    "warns once that it handles one invocation at a time, where Lambda would give it several",
    arguments: [("4", 1), ("1", 0), (nil, 0)])
  func concurrency(value: String?, warnings: Int) throws {
    let bootstrap = try start(["AWS_LAMBDA_MAX_CONCURRENCY": value])
    #expect(bootstrap.invoke(event)?.kind == .response)
    #expect(bootstrap.runtimeAPI.waitUntilIdle(timeout: .seconds(30)))
    let said = bootstrap.log.filter { $0.contains("AWS_LAMBDA_MAX_CONCURRENCY") }
    #expect(said.count == warnings)
    #expect(
      said.allSatisfy {
        $0.contains("WARN") && $0.contains("one invocation at a time")
          && $0.contains("maximumConcurrency=4")
      })
  }

  @Test(
    "explains itself and ends with 2 where there is no Lambda",
    arguments: [nil, "", "http://127.0.0.1"])
  func noLambda(address: String?) throws {
    let bootstrap = try start(["AWS_LAMBDA_RUNTIME_API": address])
    #expect(bootstrap.exitCode() == 2)
    #expect(bootstrap.log.joined().contains("AWS_LAMBDA_RUNTIME_API"))
    #expect(cloudFront.calls.isEmpty)
  }

  @Test("ends with 0 when it is asked to while it waits")
  func termination() throws {
    let bootstrap = try start()
    #expect(bootstrap.invoke(event)?.kind == .response)
    #expect(bootstrap.runtimeAPI.waitUntilIdle(timeout: .seconds(30)))
    bootstrap.process.terminate()
    #expect(bootstrap.exitCode() == 0)
  }

  @Test("ends with 0 when it is asked to at work, after the answer")
  func terminationAtWork() throws {
    cloudFront.script(.slow(.seconds(1)), on: .listDistributions)
    let bootstrap = try start()
    let id = bootstrap.runtimeAPI.enqueue(event: event)
    #expect(cloudFront.waitForCalls(1, timeout: .seconds(30)))
    bootstrap.process.terminate()
    let outcome = bootstrap.runtimeAPI.waitForOutcome(of: id, timeout: .seconds(30))
    #expect(outcome?.errorType == "Function.ShuttingDown")
    #expect(bootstrap.exitCode() == 0)
  }

  @Test("ends with 1 when the Runtime API refuses to give an invocation", arguments: [403, 500])
  func refused(status: Int) throws {
    let bootstrap = try start { runtimeAPI in
      runtimeAPI.script(status: status, on: .next, carriedOut: false)
    }
    #expect(bootstrap.exitCode() == 1)
    #expect(bootstrap.runtimeAPI.requests(to: .next).count == 1)
  }
}
