import Bridge
import JSON
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("The event handler, when CloudFront fails")
struct EventHandlerFailureTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var action: CloudFrontAction
    /// Nil: there is no CloudFront any more.
    var fault: CloudFrontFault?
    var errorType: String
    var settings: [String: String] = [:]

    var testDescription: String { "\(action.policyName) \(fault.map { "\($0)" } ?? "dead")" }
  }

  private static let named = ["CLOUDFRONT_DISTRIBUTION_ID": "E1SAMPLESITE01, E3SAMPLEBLOG01"]

  static let rows = [
    Row(
      action: .listDistributions, fault: .denied, errorType: "Function.CloudFrontAccessDenied"),
    Row(
      action: .listDistributions, fault: .unavailable,
      errorType: "Function.CloudFrontServiceUnavailable"),
    Row(
      action: .listDistributions, fault: .unavailableHTML,
      errorType: "Function.CloudFrontUnreachable"),
    Row(
      action: .listDistributions, fault: .resetBeforeAccepting,
      errorType: "Function.CloudFrontUnreachable"),
    Row(
      action: .listDistributions, fault: .badXML,
      errorType: "Function.CloudFrontUnreadableAnswer"),
    Row(action: .listDistributions, fault: nil, errorType: "Function.CloudFrontUnreachable"),
    Row(
      action: .getDistributionConfig, fault: .unavailable,
      errorType: "Function.CloudFrontServiceUnavailable", settings: named),
    Row(
      action: .getDistributionConfig, fault: .resetBeforeAccepting,
      errorType: "Function.CloudFrontUnreachable", settings: named),
    Row(
      action: .getDistributionConfig, fault: .badXML,
      errorType: "Function.CloudFrontUnreadableAnswer", settings: named),
    Row(
      action: .createInvalidation, fault: .denied, errorType: "Function.CloudFrontAccessDenied"),
    Row(
      action: .createInvalidation, fault: .unavailable,
      errorType: "Function.CloudFrontServiceUnavailable"),
    Row(
      action: .createInvalidation, fault: .throttle, errorType: "Function.CloudFrontThrottling"),
    Row(
      action: .createInvalidation, fault: .resetBeforeAccepting,
      errorType: "Function.CloudFrontUnreachable"),
    Row(
      action: .createInvalidation, fault: .badXML,
      errorType: "Function.CloudFrontUnreadableAnswer"),
  ]

  private func world(_ row: Row, _ failures: String) throws -> BridgeWorld {
    let world = try BridgeWorld(row.settings.merging(["SQS_FAILURES": failures]) { $1 })
    if let fault = row.fault {
      world.cloudFront.script(fault, on: row.action, times: 1_000)
    } else {
      world.cloudFront.stop()
    }
    return world
  }

  @Test("hands back every message that is not covered", arguments: rows)
  func report(row: Row) throws {
    let answer = try world(row, "report").handle(SampleEvent.twoDistributions)
    #expect(
      answer.text == #"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}"#)
  }

  @Test("fails the batch where the mapping does not report", arguments: rows)
  func fail(row: Row) throws {
    let answer = try world(row, "throw").handle(SampleEvent.twoDistributions)
    #expect(answer.error?.type.rawValue == row.errorType)
  }

  @Test("fails a direct invocation, and says which call failed", arguments: rows)
  func direct(row: Row) throws {
    let event = SampleEvent.s3(SampleEvent.record("a.txt"))
    let error = try world(row, "report").handle(event).error
    #expect(error?.type.rawValue == row.errorType)
    let action = row.action.policyName.dropFirst("cloudfront:".count)
    #expect(error?.message.contains(action) == true)
  }

  @Test("one bad distribution does not hold back the other")
  func oneBad() throws {
    let world = try BridgeWorld(["SQS_FAILURES": "report"])
    world.cloudFront.script(.denied, on: .createInvalidation)
    #expect(
      world.handle(SampleEvent.twoDistributions).text
        == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    #expect(world.invalidated == ["E3SAMPLEBLOG01": [["/b.txt"]]])
  }

  @Test("a spelling that CloudFront refuses costs one more request, and the change is done")
  func respells() throws {
    let world = try BridgeWorld(["SQS_FAILURES": "report"]) { fake in
      fake.refusesPath = { $0 == "/it's.txt" }
    }
    let event = SampleEvent.sqs([("m1", "it's.txt", SampleEvent.site)])
    #expect(world.handle(event).text == #"{"batchItemFailures":[]}"#)
    #expect(world.invalidated == ["E1SAMPLESITE01": [["/it%27s.txt"]]])
    #expect(world.posts == 2)
    let warning = "CloudFront refused the path /it's.txt; sending it spelled /it%27s.txt"
    #expect(world.log.lines.contains { $0.message == warning })
    // What was accepted in one spelling is remembered for the change.
    #expect(world.handle(event).text == #"{"batchItemFailures":[]}"#)
    #expect(world.posts == 2)
  }

  @Test("a path that CloudFront refuses in both spellings fails its message, which names both")
  func refusesBoth() throws {
    let world = try BridgeWorld { $0.refusesPath = { $0.hasPrefix("/it") } }
    let error = world.handle(SampleEvent.s3(SampleEvent.record("it's.txt"))).error
    #expect(error?.type.rawValue == "Function.CloudFrontInvalidArgument")
    #expect(
      error?.message.hasSuffix(
        "The path is /it%27s.txt, from the key it's.txt. CloudFront refused the spelling"
          + " /it's.txt before.") == true)
    #expect(world.posts == 2 && world.invalidated.isEmpty)
  }

  @Test("a message with changes for two distributions comes back when one of them fails")
  func sharedMessage() throws {
    let world = try BridgeWorld(["SQS_FAILURES": "report"])
    world.cloudFront.script(.denied, on: .createInvalidation)
    let both = SampleEvent.s3(SampleEvent.record("assets/a.css"))
    let answer = world.handle(SampleEvent.sqs(SampleEvent.message("m1", both)))
    #expect(answer.text == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    #expect(world.invalidated == ["E2SAMPLEASSETS": [["/a.css"]]])
  }

  @Test(
    "a distribution that can't be looked up does not hold back the other, and comes again alone",
    arguments: [[:], ["CLOUDFRONT_DISTRIBUTION_ID": "E1SAMPLESITE01,E2SAMPLEASSETS"]])
  func oneUnknown(settings: [String: String]) throws {
    let world = try BridgeWorld(settings.merging(["SQS_FAILURES": "report"]) { $1 })
    // All three attempts for the first distribution.
    world.cloudFront.script(.unavailable, on: .getDistributionConfig, times: 3)
    let both = SampleEvent.s3(SampleEvent.record("assets/a.css"))
    let event = SampleEvent.sqs(SampleEvent.message("m1", both))
    #expect(world.handle(event).text == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    #expect(world.invalidated == ["E2SAMPLEASSETS": [["/a.css"]]])
    #expect(world.handle(event).text == #"{"batchItemFailures":[]}"#)
    #expect(
      world.invalidated
        == ["E1SAMPLESITE01": [["/assets/a.css"]], "E2SAMPLEASSETS": [["/a.css"]]])
  }

  @Test(
    "recovers from what passes, and makes one invalidation",
    arguments: [
      CloudFrontFault.unavailable, .unavailableHTML, .throttle, .internalError,
      .resetBeforeAccepting, .resetAfterAccepting, .halfAnswer, .badXML, .staleConnection,
    ])
  func passing(fault: CloudFrontFault) throws {
    for action in [CloudFrontAction.listDistributions, .createInvalidation] {
      let world = try BridgeWorld()
      world.cloudFront.script(fault, on: action)
      #expect(world.handle(SampleEvent.s3(SampleEvent.record("a.txt"))).error == nil)
      #expect(world.invalidated == ["E1SAMPLESITE01": [["/a.txt"]]])
      #expect(Set(world.cloudFront.calls(of: .createInvalidation).map(\.request.body)).count == 1)
    }
  }

  @Test("looks distributions up once more when one of them turns out to be gone")
  func goneDistribution() throws {
    let world = try BridgeWorld()
    let event = { SampleEvent.s3(SampleEvent.record($0, bucket: SampleEvent.blog)) }
    _ = world.handle(event("a.txt"))
    world.cloudFront.configure { fake in
      fake.distributions.removeAll { $0.id == "E3SAMPLEBLOG01" }
    }
    #expect(world.handle(event("b.txt")).json?["ignored"] == ["noDistribution": 1])
    #expect(world.cloudFront.calls(of: .listDistributions).count == 2)
  }

  @Test("fails when a distribution that a setting names turns out to be gone")
  func goneNamedDistribution() throws {
    let world = try BridgeWorld(["CLOUDFRONT_DISTRIBUTION_ID": "E3SAMPLEBLOG01"])
    let event = { SampleEvent.s3(SampleEvent.record($0, bucket: SampleEvent.blog)) }
    _ = world.handle(event("a.txt"))
    world.cloudFront.configure { $0.distributions = [] }
    let error = world.handle(event("b.txt")).error
    #expect(error?.type.rawValue == "Function.CloudFrontNoSuchDistribution")
  }

  @Test("blames the right message when the second lookup fails, so that items are numbered anew")
  func goneThenUnknown() throws {
    let world = try BridgeWorld([
      "BUCKET_DISTRIBUTIONS": #"{"\#(SampleEvent.blog)": ["E3SAMPLEBLOG01"]}"#,
      "SQS_FAILURES": "report",
    ])
    _ = world.handle(SampleEvent.s3(SampleEvent.record("z.txt")))
    world.cloudFront.configure { fake in
      fake.distributions.removeAll { $0.id == "E1SAMPLESITE01" }
      fake.pathsInProgress = 0
    }
    world.cloudFront.script(.unavailable, on: .listDistributions, times: 1_000)
    let answer = world.handle(SampleEvent.twoDistributions)
    #expect(
      answer.text == #"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}"#)
    #expect(
      world.log.lines.filter { $0.level == .error }.compactMap { $0.metadata["messageId"] }.count
        == 2)
  }

  @Test("names at most three failures, and counts the others")
  func manyFailures() throws {
    let world = try BridgeWorld()
    let event = SampleEvent.s3((1...5).map { _ in ["eventSource": "aws:s3"] })
    let error = try #require(world.handle(event).error)
    #expect(error.message.contains("record 3"))
    #expect(!error.message.contains("record 4"))
    #expect(error.message.hasSuffix("And 2 more."))
  }
}
