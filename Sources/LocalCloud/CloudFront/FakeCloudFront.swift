/// The one fake of CloudFront's API: enforces what the real one does and fails on demand.
///
/// It speaks plain HTTP on loopback: an endpoint for `AWS_ENDPOINT_URL_CLOUDFRONT`.
package final class FakeCloudFront: Sendable {
  /// Everything that happened, and what is still to do.
  struct State {
    var settings: FakeCloudFrontSettings
    var invalidations: [FakeInvalidation] = []
    var calls: [CloudFrontCall] = []
    var faults: [(action: CloudFrontAction, fault: CloudFrontFault)] = []
    var answers = 0
    var created = 0
    var tokens: Double?
    var tokensAt: Int64 = 0

    /// The fake's time, in milliseconds since 1970.
    var now: Int64 { settings.wallMilliseconds() }

    /// The server's time for signatures and `Date`.
    var serverTime: Int64 { now + settings.clockOffset.milliseconds }

    /// An invalidation with its status now.
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
  /// - Parameter isServing: false leaves the port silent; ``reply(to:)`` is the only way in then,
  ///   as a simulated network needs it.
  package init(
    _ settings: FakeCloudFrontSettings, isServing: Bool = true
  ) throws(LocalCloudError) {
    state = Locked(State(settings: settings))
    server = try LoopbackServer()
    if isServing { try server.start { [weak self] in self?.reply(to: $0) ?? .close } }
  }

  deinit {
    server.stop()
  }

  /// `http://127.0.0.1:port`, without a slash at the end.
  package var endpoint: String { "http://\(server.address)" }

  /// The server below, to reset or close connections.
  package var loopback: LoopbackServer { server }

  /// Closes all connections and stops.
  package func stop() {
    server.stop()
  }

  /// Changes the settings while it runs.
  package func configure(_ change: (inout FakeCloudFrontSettings) -> Void) {
    state.withLock { change(&$0.settings) }
  }

  /// All calls so far, refused ones included, in the order they were decided.
  package var calls: [CloudFrontCall] { state.withLock { $0.calls } }

  /// The calls of one operation so far.
  package func calls(of action: CloudFrontAction) -> [CloudFrontCall] {
    calls.filter { $0.action.map(action.matches) == true }
  }

  /// Blocks until there have been so many calls; false when the time is over.
  package func waitForCalls(_ count: Int, timeout: Duration?) -> Bool {
    state.wait(timeout: timeout) { $0.calls.count >= count ? true : nil } ?? false
  }

  /// All invalidations, oldest first.
  package var invalidations: [FakeInvalidation] {
    state.withLock { state in state.invalidations.map { state.current($0) } }
  }

  /// The invalidations of a distribution, oldest first.
  package func invalidations(of distributionID: String) -> [FakeInvalidation] {
    invalidations.filter { $0.distributionID == distributionID }
  }

  /// Drops the calls and the completed invalidations, with their caller references: a soak of many
  /// thousand calls would slow down and grow otherwise.
  package func forgetHistory() {
    state.withLock { state in
      state.calls.removeAll()
      state.invalidations = state.invalidations.filter { state.current($0).status == .inProgress }
    }
  }

  /// Makes the next calls of an operation go wrong, behind faults scripted before.
  ///
  /// A fault meets only a request with a good signature.
  package func script(_ fault: CloudFrontFault, on action: CloudFrontAction, times: Int = 1) {
    state.withLock { state in
      for _ in 0..<max(times, 0) { state.faults.append((action, fault)) }
    }
  }

  /// Drops the scripted faults that have not been used; a clock that one has set stays.
  package func dropFaults() {
    state.withLock { $0.faults.removeAll() }
  }

  /// How many scripted faults have not been used.
  package var faultsLeft: Int { state.withLock { $0.faults.count } }
}

extension Duration {
  /// Whole milliseconds, rounded towards zero.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// A call that the fake CloudFront has received, with what it decided to answer.
package struct CloudFrontCall: Sendable {
  /// The operation; nil for a path that is none.
  package var action: CloudFrontAction?
  /// The distribution in the path.
  package var distributionID: String?
  /// The request as it came.
  package var request: ServerRequest
  /// Milliseconds since 1970 by the fake's clock.
  package var time: Int64
  /// The status of the answer; nil when there is none.
  package var status: Int?
  /// The `Code` of an error answer.
  package var errorCode: String?
}
