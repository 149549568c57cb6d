import Bridge
import CloudFrontModel
import JSON
import LambdaRuntime
import LocalCloud
import Logging
import Testing

@Suite("What the event handler logs")
struct EventHandlerLogTests {
  @Test("logs the summary's facts as fields, numbers as numbers, and the bucket that nobody serves")
  func summaryFields() throws {
    let world = try BridgeWorld()
    _ = world.handle(
      SampleEvent.s3(SampleEvent.record("a.txt"), SampleEvent.record("b.txt", bucket: "nobodys")))
    let line = try #require(world.log.lines.first { $0.message == "Handled an event" })
    #expect(line.metadata["records"] == .stringConvertible(2))
    #expect(
      line.metadata["ignored"] == .dictionary(["noDistribution": .stringConvertible(1)]))
    guard case .array(let distributions)? = line.metadata["distributions"],
      case .dictionary(let first)? = distributions.first
    else {
      Issue.record("no distributions: \(line)")
      return
    }
    #expect(first["paths"] == .stringConvertible(1))
    #expect(first["id"] == "E1SAMPLESITE01")
    let warning = try #require(world.log.lines.first { $0.level == .warning })
    #expect(warning.metadata["bucket"] == "nobodys")
  }

  @Test("shows at INFO what a dry run would have sent, and no more than fits into a line")
  func dryRunPaths() throws {
    let world = try BridgeWorld(["DRY_RUN": "true", "WILDCARD_THRESHOLD": "0"])
    _ = world.handle(SampleEvent.s3((0..<60).map { SampleEvent.record("k\(10 + $0).txt") }))
    let line = try #require(world.log.lines.first { $0.message == "Planned, not sent" })
    #expect(line.level == .info)
    guard case .array(let shown)? = line.metadata["firstPaths"] else {
      Issue.record("no paths are shown: \(line)")
      return
    }
    #expect(shown.map { "\($0)" } == (0..<50).map { "/k\(10 + $0).txt" })
    #expect(line.metadata["paths"] == .stringConvertible(60))
    #expect(world.posts == 0)
  }

  @Test("tells of each accepted batch what others read from its line")
  func acceptedBatch() throws {
    let world = try BridgeWorld(["WILDCARD_THRESHOLD": "3"])
    let records = (0..<4).map { SampleEvent.record("shop/k\($0).txt") }
    _ = world.handle(
      SampleEvent.s3(records + [SampleEvent.record("a.txt"), SampleEvent.record("a.txt")]))
    let line = try #require(world.log.lines.first { $0.message == "Invalidated" })
    let fields = line.metadata
    #expect(fields["distribution"] == "E1SAMPLESITE01")
    #expect(fields["paths"] == .stringConvertible(2))
    #expect(fields["firstPaths"] == ["/a.txt", "/shop/*"])
    #expect(fields["wildcards"] == .stringConvertible(1))
    #expect(fields["pathsAsked"] == .stringConvertible(5))
    #expect(fields["pathsNaive"] == .stringConvertible(6))
    #expect(fields["changes"] == .stringConvertible(6))
    #expect(fields["reasons"] == ["key": .stringConvertible(6)])
    #expect(fields["buckets"] == ["amzn-s3-demo-bucket"])
    guard case .stringConvertible(let lag)? = fields["lagMilliseconds"] else {
      Issue.record("no lag: \(line)")
      return
    }
    #expect(lag is Int64)
  }

  @Test("counts what an invocation was billed, and would have been billed change by change")
  func invocationFigures() throws {
    let world = try BridgeWorld()
    let event = SampleEvent.s3(SampleEvent.record("a.txt"), SampleEvent.record("a.txt"))
    for delivery in 1...2 {
      _ = world.handle(event)
      let fields = try #require(
        world.log.lines.last { $0.message == "Handled an event" }
      ).metadata
      #expect(fields["pathsBilled"] == .stringConvertible(delivery == 1 ? 1 : 0))
      #expect(fields["pathsNaive"] == .stringConvertible(2))
      #expect(fields["pathsSaved"] == .stringConvertible(delivery == 1 ? 1 : 2))
      #expect(fields["invalidations"] == .stringConvertible(delivery == 1 ? 1 : 0))
      #expect(fields["messagesHandedBack"] == .stringConvertible(0))
      #expect(fields["source"] == "s3")
    }
  }

  @Test("names the failures of an invocation, and what helps against each")
  func failureLines() throws {
    let world = try BridgeWorld()
    _ = world.handle([UInt8]("{}".utf8))
    let fields = try #require(
      world.log.lines.last { $0.message == "Handled an event" }
    ).metadata
    #expect(fields["failures"] == ["Function.UnrecognizedEvent": .stringConvertible(1)])
    #expect(fields["messagesHandedBack"] == .stringConvertible(1))
  }

  @Test("names at most a hundred requests in the line of an invocation")
  func boundedRequests() throws {
    let distributions = (0..<103).map { number in
      var copy = SampleAccount.distributions[0]
      copy.id = DistributionID("E2COPY\(1_000 + number)")
      return copy
    }
    let world = try BridgeWorld(["CREATE_RATE": "1000"], distributions: distributions)
    let answer = world.handle(SampleEvent.s3(SampleEvent.record("a.txt")))
    let line = try #require(world.log.lines.last { $0.message == "Handled an event" })
    guard case .array(let named)? = line.metadata["distributions"] else {
      Issue.record("no distributions: \(line)")
      return
    }
    #expect(named.count == 100)
    #expect(line.metadata["requests"] == .stringConvertible(103))
    #expect(try answer.get().count > 103 * 50)
  }
}
