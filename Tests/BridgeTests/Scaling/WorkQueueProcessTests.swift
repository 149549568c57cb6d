import Foundation
import LocalCloud
import Testing

/// The built `bootstrap` between a fake SQS with a work queue and a fake CloudFront.
///
/// `SCALING=…` lets each call take 100 ms.
@Suite("The built bootstrap with a work queue")
struct WorkQueueProcessTests {
  @Test("each of 300 distributions is told once")
  func threeHundred() throws {
    var settings = FakeCloudFrontSettings(
      distributions: ManyDistributionsTests.distributions(300).map { FakeDistribution($0) })
    let isSlow = ProcessInfo.processInfo.environment["SCALING"] != nil
    if isSlow { settings.latency = .milliseconds(100) }
    let cloudFront = try FakeCloudFront(settings)
    let sqs = try FakeSQS(
      queues: [
        FakeQueue(name: "events", deadLetterQueue: "dead", maxReceiveCount: 100),
        FakeQueue(name: "dead"),
        FakeQueue(name: "work", deadLetterQueue: "dead-work", maxReceiveCount: 100),
        FakeQueue(name: "dead-work"),
      ])
    let bootstrap = try BootstrapProcess(
      cloudFront: cloudFront,
      environment: [
        "AWS_ENDPOINT_URL_SQS": sqs.endpoint, "SQS_FAILURES": "report",
        "WORK_QUEUE": sqs.arn(of: "work"), "CREATE_RATE": "200", "DEADLINE_MARGIN_MS": "500",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
      ])
    func deliver(_ queue: String, milliseconds: Int64) -> [String]? {
      let mapping = SQSMapping(sqs, queue: queue)
      guard let batch = mapping.receive() else { return nil }
      let now = Int64(Date().timeIntervalSince1970 * 1_000)
      let id = "\(queue)-\(bootstrap.runtimeAPI.requests.count)"
      bootstrap.runtimeAPI.enqueue(
        FakeInvocation(
          event: batch.event, requestID: id, deadlineMilliseconds: now + milliseconds))
      let outcome = bootstrap.runtimeAPI.waitForOutcome(of: id, timeout: .seconds(90))
      let answer = outcome.flatMap { $0.kind == .response ? $0.body : nil }
      return mapping.settle(batch, answer: answer)
    }
    // In less than a second at 200 requests a second not all can be told.
    sqs.send(
      String(decoding: SampleEvent.s3(SampleEvent.record("a", bucket: "site")), as: UTF8.self),
      to: "events")
    #expect(deliver("events", milliseconds: 1_400) == [])
    #expect(cloudFront.invalidations.isEmpty)
    #expect(sqs.messages(in: "work").count == 8)
    var deliveries = 0
    while !sqs.messages(in: "work").isEmpty, deliveries < 20 {
      sqs.endDelays(of: "work")
      #expect(deliver("work", milliseconds: 60_000) == [])
      deliveries += 1
    }
    let told = cloudFront.invalidations.map(\.distributionID)
    #expect(told.count == 300)
    #expect(Set(told).count == 300)
    #expect(sqs.messages(in: "dead").isEmpty && sqs.messages(in: "dead-work").isEmpty)
    for call in sqs.calls {
      #expect(!call.request.headers.contains { $0.name.lowercased().contains("trace") })
      #expect(!call.request.text.contains("1-5759e988"))
    }
  }
}
