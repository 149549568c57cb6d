import Bridge
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

  @Test("writes no key and no path at INFO")
  func quietLog() throws {
    let world = try BridgeWorld()
    _ = world.handle(SampleEvent.s3(SampleEvent.record("secret-name.txt")))
    let told = world.log.lines.filter { $0.level >= .info }
    #expect(!told.isEmpty)
    #expect(told.allSatisfy { !"\($0)".contains("secret-name") })
  }
}
