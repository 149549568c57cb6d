import Bridge
import JSON
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("The limits of the event handler")
struct EventHandlerLimitTests {
  @Test("sends 3,000 paths, hands back the messages of the rest, and sends those when they return")
  func manyPaths() throws {
    let world = try BridgeWorld(
      EventHandlerTests.report.merging(["ROOT_WILDCARD": "never"]) { $1 })
    let keys = (0..<3_002).map { number in
      (id: "m\(number)", key: "k\(10_000 + number)", bucket: SampleEvent.site)
    }
    let answer = world.handle(SampleEvent.sqs(keys))
    #expect(
      answer.text
        == #"{"batchItemFailures":[{"itemIdentifier":"m3000"},{"itemIdentifier":"m3001"}]}"#
    )
    #expect(world.invalidated["E1SAMPLESITE01"]?.map(\.count) == [3_000])
    world.pass(.seconds(60))
    #expect(
      world.handle(SampleEvent.sqs(Array(keys.suffix(2)))).text == #"{"batchItemFailures":[]}"#)
    #expect(world.invalidated["E1SAMPLESITE01"]?.last == ["/k13000", "/k13001"])
  }

  @Test("completes a request of many paths in several requests, and pays none of them twice")
  func manyPathsOfOneRequest() throws {
    let world = try BridgeWorld(
      EventHandlerTests.report.merging(["MAX_WILDCARDS": "0", "MAX_PATHS": "2000"]) { $1 })
    let folder = String(repeating: "f", count: 60)
    let paths = (0..<5_000).map { JSONValue.string("/\(folder)/\(10_000 + $0)") }
    let request = JSONValue.object([
      (
        "invalidationRequest",
        .object([("target", "E1SAMPLESITE01"), ("paths", .array(paths)), ("id", "r1")])
      )
    ])
    for _ in 0..<2 {
      // The quota of 3,000 paths frees while it waits.
      #expect(world.handle(request.encoded()).error == nil)
      let sent = world.invalidated["E1SAMPLESITE01"]?.joined() ?? [].joined()
      #expect(sent.count == 5_000 && Set(sent).count == 5_000)
      world.pass(.seconds(60))
    }
  }

  @Test("names the setting that rules out all wildcards")
  func noWildcards() throws {
    let request: JSONValue = [
      "invalidationRequest": ["target": "E1SAMPLESITE01", "paths": ["/a/*", "/b"], "id": "r1"]
    ]
    let world = try BridgeWorld(["MAX_WILDCARDS": "0"])
    let error = world.handle(request.encoded()).error
    #expect(error?.type.rawValue == "Function.TooManyPaths")
    #expect(error?.message.contains("MAX_WILDCARDS=0 rules out all wildcards") == true)
    #expect(world.invalidated["E1SAMPLESITE01"] == [["/b"]])
  }

  @Test("starts nothing when time is nearly out, and hands everything back")
  func deadline() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    let answer = world.handle(SampleEvent.twoDistributions, timeLeft: .milliseconds(3_000))
    #expect(
      answer.text
        == #"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}"#)
    #expect(world.cloudFront.calls.isEmpty)
    let warnings = world.log.messages(.warning)
    #expect(warnings.count == 1 && warnings.allSatisfy { $0.contains("DEADLINE_MARGIN_MS") })
    let direct = world.handle(
      SampleEvent.s3(SampleEvent.record("a.txt")), timeLeft: .milliseconds(10))
    #expect(direct.error != nil)
    #expect(world.cloudFront.calls.isEmpty)
  }

  @Test("keeps the margin that DEADLINE_MARGIN_MS asks for")
  func deadlineMargin() throws {
    let world = try BridgeWorld(["DEADLINE_MARGIN_MS": "0"])
    let answer = world.handle(
      SampleEvent.s3(SampleEvent.record("a.txt")), timeLeft: .milliseconds(2_000))
    #expect(answer.error == nil)
    #expect(world.posts == 1)
  }

  @Test("sends nothing more once the end is asked for, and hands everything back")
  func shutdown() throws {
    let world = try BridgeWorld(EventHandlerTests.report)
    world.isEnding.withLock { $0 = true }
    #expect(
      world.handle(SampleEvent.twoDistributions).text
        == #"{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}"#)
    #expect(
      world.handle(SampleEvent.s3(SampleEvent.record("a"))).error?.type.rawValue
        == "Function.ShuttingDown")
    #expect(world.posts == 0)
  }
}
