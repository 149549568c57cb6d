import CLibrary
import CloudFrontModel
import Foundation
import LocalCloud
import Testing

/// The built `bootstrap` between the fakes of SQS and CloudFront and a mapping that delivers, in
/// real time.
@Suite("The built bootstrap on a message's whole way")
struct WholeWayTests {
  /// What a run is made of.
  private struct Way {
    let cloudFront: FakeCloudFront
    let sqs: FakeSQS
    let mapping: SQSMapping
    let distributions: [Distribution]

    static let queue = "cdn-events"
    static let dead = "cdn-events-dead"
    /// Of an object that all distributions serve.
    static let body = String(
      decoding: SampleEvent.s3(SampleEvent.record("a.txt", bucket: "site")), as: UTF8.self)

    init(
      distributions count: Int, latency: Duration = .zero,
      onCall: @escaping @Sendable (Bool) -> Bool = { _ in true }
    ) throws {
      distributions = ManyDistributionsTests.distributions(count)
      var settings = FakeCloudFrontSettings(
        distributions: distributions.map { FakeDistribution($0) })
      settings.latency = latency
      settings.onCall = onCall
      cloudFront = try FakeCloudFront(settings)
      var queues = FakeSQSSettings()
      queues.onCall = onCall
      sqs = try FakeSQS(
        queues,
        queues: [
          FakeQueue(
            name: Way.queue, visibility: .seconds(600), deadLetterQueue: Way.dead,
            maxReceiveCount: 100), FakeQueue(name: Way.dead),
        ])
      mapping = SQSMapping(sqs, queue: Way.queue)
    }

    func start(_ environment: [String: String?] = [:]) throws -> BootstrapProcess {
      try BootstrapProcess(
        cloudFront: cloudFront,
        environment: [
          "SQS_FAILURES": "report", "AWS_ENDPOINT_URL_SQS": sqs.endpoint,
          "DEADLINE_MARGIN_MS": "600", "SWIFT_BACKTRACE": "enable=no",
        ].merging(environment) { $1 })
    }

    /// Delivers what is in the queue; nil where the process ends before it answers.
    func deliver(to bootstrap: BootstrapProcess, within time: Duration) throws -> [String]? {
      sqs.showAll(in: Way.queue)
      guard let batch = mapping.receive() else { return [] }
      let now = Int64(Date().timeIntervalSince1970 * 1_000)
      let id = "delivery-\(batch.messages.map(\.receiveCount).max() ?? 0)"
      bootstrap.runtimeAPI.enqueue(
        FakeInvocation(
          event: batch.event, requestID: id,
          deadlineMilliseconds: now + Int64(time / .milliseconds(1))))
      for _ in 0..<2_000 {
        if let outcome = bootstrap.runtimeAPI.waitForOutcome(of: id, timeout: .milliseconds(20)) {
          return mapping.settle(batch, answer: outcome.kind == .response ? outcome.body : nil)
        }
        if !bootstrap.process.isRunning { return nil }
      }
      return nil
    }

    /// How often each distribution was told each path.
    var told: [[String]] {
      distributions.map {
        cloudFront.invalidations(of: $0.id.description).flatMap(\.paths).sorted()
      }
    }
  }

  /// `SCALING` takes the 100 ms that a call to CloudFront needs; without it, calls and deliveries
  /// are as short as they can be in real time.
  @Test("300 distributions are told in several deliveries, once each")
  func manyDistributions() throws {
    let isLong = ProcessInfo.processInfo.environment["SCALING"] != nil
    let way = try Way(distributions: 300, latency: .milliseconds(isLong ? 100 : 5))
    way.sqs.send(Way.body, to: Way.queue)
    let bootstrap = try way.start()
    var deliveries = 0
    while !way.sqs.messages(in: Way.queue).isEmpty, deliveries < 100 {
      _ = try way.deliver(to: bootstrap, within: isLong ? .seconds(10) : .milliseconds(1_600))
      deliveries += 1
    }
    #expect(way.sqs.messages(in: Way.queue).isEmpty)
    #expect(way.sqs.messages(in: Way.dead).isEmpty)
    #expect(way.told == Array(repeating: ["/a.txt"], count: 300))
    #expect(deliveries > 1)
    // The end of a delivery's time may cut off a call that CloudFront has carried out.
    #expect(way.cloudFront.calls(of: .createInvalidation).count <= 300 + deliveries)
    #expect(way.cloudFront.calls(of: .getDistributionConfig).count <= 300 + deliveries)
    print("300 distributions: \(deliveries) deliveries")
  }

  /// The process is killed with one of its calls: all that are part of a message's way, one after
  /// the other, before the call has an effect and after it.
  @Test("a kill at any step loses nothing and tells nothing twice")
  func kills() throws {
    let calls = try run(killedAt: nil, isDone: false)
    // A list, three configurations, three invalidations and one more, the queue's attributes, a
    // changed visibility and a dead letter, at the least.
    #expect(calls >= 11)
    for step in 1...calls {
      for isDone in [false, true] {
        _ = try run(killedAt: step, isDone: isDone)
      }
    }
  }

  /// Sends a message that CloudFront takes, with a refusal on the way, and one that nobody can
  /// read, and delivers until the queue is empty.
  ///
  /// - Returns: how many calls there were.
  private func run(killedAt step: Int?, isDone: Bool) throws -> Int {
    struct State {
      var calls = 0
      var process: pid_t = 0
    }
    let state = Locked(State())
    let way = try Way(distributions: 3) { hasHappened in
      state.withLock { state in
        if !hasHappened { state.calls += 1 }
        guard state.calls == step, hasHappened == isDone, state.process > 0 else { return true }
        _ = CLibrary.kill(state.process, SIGKILL)
        state.process = 0
        return false
      }
    }
    way.sqs.send(Way.body, to: Way.queue)
    way.sqs.send("{", to: Way.queue)
    way.cloudFront.script(.denied, on: .createInvalidation)
    let comment: Comment = "killed at call \(step ?? 0), \(isDone ? "after" : "before") it"
    var deliveries = 0
    var bootstrap = try way.start()
    state.withLock { $0.process = bootstrap.process.id }
    while !way.sqs.messages(in: Way.queue).isEmpty, deliveries < 8 {
      if try way.deliver(to: bootstrap, within: .seconds(20)) == nil {
        bootstrap = try way.start()
      }
      deliveries += 1
    }
    #expect(way.sqs.messages(in: Way.queue).isEmpty, comment)
    #expect(way.told == Array(repeating: ["/a.txt"], count: 3), comment)
    // A dead letter whose confirmation is lost is sent once more: SQS has no way to know it again.
    let letters = way.sqs.messages(in: Way.dead)
    #expect((1...(step != nil && isDone ? 2 : 1)).contains(letters.count), comment)
    #expect(letters.allSatisfy { $0.body == "{" }, comment)
    if step != nil { #expect(state.withLock { $0.process } == 0, comment) }
    return state.withLock { $0.calls }
  }
}
