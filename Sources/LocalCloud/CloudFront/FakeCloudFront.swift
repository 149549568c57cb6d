/// The one fake of CloudFront's API: it enforces the rules of the real one and fails on demand.
///
/// It speaks plain HTTP on 127.0.0.1, as an endpoint for `AWS_ENDPOINT_URL_CLOUDFRONT`.
package final class FakeCloudFront: Sendable {
  /// Everything that happened, and the faults that are left.
  struct State {
    var settings: FakeCloudFrontSettings
    var history = InvalidationHistory()
    var calls: [CloudFrontCall] = []
    var faults: [(action: CloudFrontAction, fault: CloudFrontFault)] = []
    var answers = 0
    var created = 0
    var buckets: [BucketName: Bucket] = [:]

    /// The fake's time, in milliseconds since 1970.
    var now: Int64 { settings.wallMilliseconds() }

    /// The server's time for signatures and `Date`.
    var serverTime: Int64 { now + settings.clockOffset.milliseconds }

    /// Returns an invalidation with its status now.
    func current(_ invalidation: FakeInvalidation) -> FakeInvalidation {
      var invalidation = invalidation
      let age = now - invalidation.createdAt
      invalidation.status =
        age >= settings.completionTime.milliseconds ? .completed : .inProgress
      return invalidation
    }
  }

  let state: Locked<State>
  private let server: LoopbackServer

  /// Starts to listen on an ephemeral port of 127.0.0.1.
  ///
  /// - Parameters:
  ///   - isServing: false leaves the port silent, for a simulated network that calls
  ///   ``reply(to:)`` instead.
  ///   - services: the account's other services, which answer at the same endpoint what is signed
  ///   for them.
  package init(
    _ settings: FakeCloudFrontSettings, isServing: Bool = true, services: FakeServices? = nil
  ) throws(LocalCloudError) {
    state = Locked(State(settings: settings))
    server = try LoopbackServer()
    guard isServing else { return }
    try server.start { [weak self] request in
      services?.reply(to: request) ?? self?.reply(to: request) ?? .close
    }
  }

  deinit {
    server.stop()
  }

  /// `http://127.0.0.1:port`, without a slash at the end.
  package var endpoint: String { "http://\(server.address)" }

  /// The server, for tests that reset or close connections.
  package var loopback: LoopbackServer { server }

  /// Closes all connections and stops.
  package func stop() {
    server.stop()
  }

  /// Changes the settings while it runs.
  package func configure(_ change: (inout FakeCloudFrontSettings) -> Void) {
    state.withLock { change(&$0.settings) }
  }

  /// All calls so far, including the refused ones, in the order of their decisions.
  package var calls: [CloudFrontCall] { state.withLock { $0.calls } }

  /// Returns the calls of one operation so far.
  package func calls(of action: CloudFrontAction) -> [CloudFrontCall] {
    calls.filter { $0.action.map(action.matches) == true }
  }

  /// Blocks until there have been this many calls; false after the timeout.
  package func waitForCalls(_ count: Int, timeout: Duration?) -> Bool {
    state.wait(timeout: timeout) { $0.calls.count >= count ? true : nil } ?? false
  }

  /// All invalidations, oldest first.
  package var invalidations: [FakeInvalidation] {
    state.withLock { state in state.history.all.map { state.current($0) } }
  }

  /// How many invalidations there are.
  package var invalidationCount: Int { state.withLock { $0.history.all.count } }

  /// Returns the invalidations but for the first ones.
  package func invalidations(after count: Int) -> [FakeInvalidation] {
    state.withLock { state in
      state.history.all.dropFirst(count).map { state.current($0) }
    }
  }

  /// Returns the invalidations of a distribution, oldest first.
  package func invalidations(of distributionID: String) -> [FakeInvalidation] {
    invalidations.filter { $0.distributionID == distributionID }
  }

  /// Drops the calls and the completed invalidations with their caller references, so that a soak
  /// of many thousand calls does not slow down and grow.
  package func forgetHistory() {
    state.withLock { state in
      state.calls.removeAll()
      let settled = state
      state.history.keep { settled.current($0).status == .inProgress }
    }
  }

  /// Makes the next calls of an operation go wrong, after the faults scripted before.
  ///
  /// A fault affects only a request with a valid signature.
  package func script(_ fault: CloudFrontFault, on action: CloudFrontAction, times: Int = 1) {
    state.withLock { state in
      for _ in 0..<max(times, 0) { state.faults.append((action, fault)) }
    }
  }

  /// Drops the scripted faults that have not been used; a clock that a fault has set stays set.
  package func dropFaults() {
    state.withLock { $0.faults.removeAll() }
  }

  /// The number of scripted faults that have not been used.
  package var faultsLeft: Int { state.withLock { $0.faults.count } }
}

extension Duration {
  /// The duration in whole milliseconds, rounded towards zero.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// A call that the fake CloudFront has received, with its decision.
package struct CloudFrontCall: Sendable {
  /// The operation; nil for a path without one.
  package var action: CloudFrontAction?
  /// The distribution in the path.
  package var distributionID: String?
  package var request: ServerRequest
  /// The time by the fake's clock, in milliseconds since 1970.
  package var time: Int64
  /// The status of the answer; nil when there is none.
  package var status: Int?
  /// The `Code` of an error answer.
  package var errorCode: String?
}
