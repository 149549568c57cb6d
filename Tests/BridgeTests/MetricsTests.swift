import Bridge
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("Metrics of an invocation")
struct MetricsTests {
  private func values(_ line: EmbeddedMetrics) -> [String: [Int64]] {
    Dictionary(uniqueKeysWithValues: line.metrics.map { ($0.name, $0.values) })
  }

  private func lines(_ world: BridgeWorld) -> [EmbeddedMetrics] { world.metrics.withLock { $0 } }

  @Test("are one line with what was billed, saved, created and late")
  func oneLine() throws {
    let world = try BridgeWorld()
    _ = world.handle(
      SampleEvent.s3(SampleEvent.record("a.txt"), SampleEvent.record("a.txt")))
    let line = try #require(lines(world).first)
    #expect(lines(world).count == 1)
    #expect(line.namespace == "S3CloudFrontBridge")
    #expect(line.dimensions.map(\.name) == ["service"])
    #expect(line.dimensions.map(\.value) == ["s3-cloudfront-bridge"])
    let found = values(line)
    #expect(found["PathsBilled"] == [1])
    #expect(found["PathsSaved"] == [1])
    #expect(found["InvalidationsCreated"] == [1])
    #expect(found["CallsThrottled"] == [0])
    #expect(found["MessagesHandedBack"] == [0])
    #expect(found["AcceptLag"]?.count == 1)
    #expect(found.count == 6)
  }

  @Test("are not printed where nothing was done, in a dry run, and with METRICS=off")
  func nothing() throws {
    let world = try BridgeWorld()
    _ = world.handle([UInt8](#"{"Event": "s3:TestEvent", "Bucket": "b"}"#.utf8))
    #expect(lines(world).isEmpty)
    for setting in [["DRY_RUN": "true"], ["METRICS": "off"]] {
      let world = try BridgeWorld(setting)
      _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt")))
      #expect(lines(world).isEmpty)
    }
  }

  @Test("count a failed event as handed back")
  func failed() throws {
    let world = try BridgeWorld()
    _ = world.handle([UInt8]("{}".utf8))
    #expect(try values(#require(lines(world).first))["MessagesHandedBack"] == [1])
  }

  @Test("have a line for each distribution with METRICS=distributions, and the names that are set")
  func distributions() throws {
    let world = try BridgeWorld([
      "METRICS": "distributions", "POWERTOOLS_METRICS_NAMESPACE": "Site",
      "POWERTOOLS_SERVICE_NAME": "blog",
    ])
    _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt")))
    let found = lines(world)
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.namespace == "Site" && $0.dimensions[0].value == "blog" })
    #expect(found.last?.dimensions.map(\.name) == ["service", "distribution"])
    #expect(found.last?.dimensions.last?.value == "E1SAMPLESITE01")
    #expect(found.last.map(values)?["PathsBilled"] == [1])
  }

  @Test("count each answer by which CloudFront asked for fewer requests")
  func throttled() throws {
    let world = try BridgeWorld()
    world.cloudFront.script(.throttle, on: .createInvalidation, times: 2)
    _ = world.handle(SampleEvent.s3(SampleEvent.record("a.txt")))
    #expect(try values(#require(lines(world).first))["CallsThrottled"] == [2])
    let line = try #require(world.log.lines.last { $0.message == "Handled an event" })
    #expect(line.metadata["throttled"] == .stringConvertible(2))
    #expect(line.metadata["retries"] == .stringConvertible(2))
  }
}
