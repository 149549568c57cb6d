extension FakeRuntimeAPI {
  /// Makes the next requests to an endpoint go wrong, after the faults scripted before.
  package func script(_ fault: ScriptedFault, on endpoint: RuntimeRoute, times: Int = 1) {
    state.withLock { state in
      state.faults[endpoint, default: []] += Array(repeating: fault, count: max(times, 0))
    }
  }

  /// Answers the next request to an endpoint with a bare status.
  ///
  /// - Parameter carriedOut: whether the request takes effect nevertheless. If not, a `/response`
  ///   leaves the invocation unanswered, and `/next` hands it out once more.
  package func script(status: Int, on endpoint: RuntimeRoute, carriedOut: Bool) {
    let reply = ServerReply.answer(
      ServerAnswer(
        status: status, headers: [("Content-Type", "application/json")],
        body: #"{"errorMessage":"scripted","errorType":"Scripted"}"#))
    script(carriedOut ? .after(reply) : .instead(reply), on: endpoint)
  }

  /// The number of scripted faults that have not been used.
  package var faultsLeft: Int { state.withLock { $0.faults.values.reduce(0) { $0 + $1.count } } }

  /// Takes the next fault for an endpoint.
  func nextFault(for endpoint: RuntimeRoute) -> ScriptedFault? {
    state.withLock { state in
      guard state.faults[endpoint]?.isEmpty == false else { return nil }
      return state.faults[endpoint]?.removeFirst()
    }
  }
}
