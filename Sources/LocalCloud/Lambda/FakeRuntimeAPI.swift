/// The one fake of Lambda's Runtime API: it hands out events and records the answers.
///
/// It follows the state machine of AWS's Runtime Interface Emulator for a single execution
/// environment. Call ``stop()`` at the end, which ends a `/next` that a runtime waits for.
package final class FakeRuntimeAPI: Sendable {
  /// The largest response that Lambda accepts: 6 MiB and 100 bytes.
  package static let largestResponse = 6_291_556

  /// Everything that happened, and the work that is left.
  struct State {
    var phase = RuntimePhase.started
    var queue: [FakeInvocation] = []
    var current: FakeInvocation?
    var outcomes: [String: InvocationOutcome] = [:]
    var initError: InvocationOutcome?
    var requests: [RecordedRequest] = []
    var faults: [RuntimeRoute: [ScriptedFault]] = [:]
    var polls = 0
    var enqueued = 0
    var isStopped = false
  }

  /// A request and its endpoint.
  package struct RecordedRequest: Sendable {
    /// The endpoint; nil for a path or method that the Runtime API does not have.
    package var endpoint: RuntimeRoute?
    package var request: ServerRequest
  }

  let state = Locked(State())
  private let server: LoopbackServer

  /// Starts to listen on an ephemeral port of 127.0.0.1.
  package init() throws(LocalCloudError) {
    server = try LoopbackServer()
    try server.start { [weak self] in self?.reply(to: $0) ?? .close }
  }

  deinit {
    server.stop()
  }

  /// The value for `AWS_LAMBDA_RUNTIME_API`.
  package var address: String { server.address }

  /// The server, for tests that reset or close connections.
  package var loopback: LoopbackServer { server }

  /// Ends waiting requests without an answer and closes all connections.
  package func stop() {
    state.withLock { $0.isStopped = true }
    server.stop()
  }

  /// Adds an invocation after those that wait.
  package func enqueue(_ invocation: FakeInvocation) {
    state.withLock { state in
      state.enqueued += 1
      state.queue.append(invocation)
    }
  }

  /// Adds an event with its own request id and a deadline one minute after `now`.
  ///
  /// - Parameter now: milliseconds since 1970; nil leaves out the deadline.
  /// - Returns: the request id to wait for.
  @discardableResult
  package func enqueue(event: [UInt8], now: Int64? = nil) -> String {
    state.withLock { state in
      state.enqueued += 1
      let number = String(state.enqueued)
      let digits = String(repeating: "0", count: max(12 - number.count, 0)) + number
      let id = "8476a536-e9f4-11e8-9739-\(digits)"
      state.queue.append(
        FakeInvocation(
          event: event, requestID: id, deadlineMilliseconds: now.map { $0 + 60_000 }))
      return id
    }
  }

  /// All requests so far, in the order in which they arrived.
  package var requests: [RecordedRequest] { state.withLock { $0.requests } }

  /// Returns the requests to one endpoint so far.
  package func requests(to endpoint: RuntimeRoute) -> [ServerRequest] {
    requests.filter { $0.endpoint == endpoint }.map(\.request)
  }

  /// Returns the outcome of an invocation; nil before its end.
  package func outcome(of requestID: String) -> InvocationOutcome? {
    state.withLock { $0.outcomes[requestID] }
  }

  /// The init error; nil when the runtime reported none.
  package var initError: InvocationOutcome? { state.withLock { $0.initError } }

  /// Blocks until an invocation has an outcome; nil after the timeout.
  package func waitForOutcome(of requestID: String, timeout: Duration?) -> InvocationOutcome? {
    state.wait(timeout: timeout) { $0.outcomes[requestID] }
  }

  /// Blocks until the runtime reports an init error; nil after the timeout.
  package func waitForInitError(timeout: Duration?) -> InvocationOutcome? {
    state.wait(timeout: timeout) { $0.initError }
  }

  /// Blocks until the runtime has called `/next` this many times in all; false after the timeout.
  package func waitForPolls(_ count: Int, timeout: Duration?) -> Bool {
    state.wait(timeout: timeout) { $0.polls >= count ? true : nil } ?? false
  }

  /// Blocks until the runtime waits in `/next` and no invocation is left; false after the timeout.
  package func waitUntilIdle(timeout: Duration?) -> Bool {
    state.wait(timeout: timeout) { state in
      state.phase == .ready && state.queue.isEmpty && state.current == nil ? true : nil
    } ?? false
  }

  /// Drops the recorded requests and the outcomes, so that memory does not grow in a soak of many
  /// thousand invocations.
  package func forgetHistory() {
    state.withLock { state in
      state.requests.removeAll()
      state.outcomes.removeAll()
    }
  }

  /// Lets the invocation in progress run out of time. A late answer gets 410, and `/next` hands out
  /// the next invocation.
  package func expireCurrent() {
    state.withLock { state in
      guard let current = state.current else { return }
      state.outcomes[current.requestID] = InvocationOutcome(
        kind: .timedOut, errorType: "Sandbox.Timedout", body: [], request: nil)
      state.phase = .expired
    }
  }
}
