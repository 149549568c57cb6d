extension FakeRuntimeAPI {
  /// Answers a request, with a scripted fault or as the protocol says.
  func reply(to request: ServerRequest) -> ServerReply {
    let route = RuntimeRoute.route(request.path)
    let known = route.flatMap { $0.endpoint.method == request.method ? $0.endpoint : nil }
    state.withLock { state in
      state.requests.append(RecordedRequest(endpoint: known, request: request))
      if known == .next { state.polls += 1 }
    }
    guard let route else { return .answer(404, "404 page not found\n") }
    guard known != nil else { return .answer(405) }
    guard let fault = nextFault(for: route.endpoint) else { return carryOut(route, request) }
    return fault.reply { carryOut(route, request) }
  }

  private func carryOut(_ route: RuntimeRoute.Route, _ request: ServerRequest) -> ServerReply {
    switch route.endpoint {
    case .next: next()
    case .initError: state.withLock { FakeRuntimeAPI.takeInitError(&$0, request) }
    case .response, .error: state.withLock { FakeRuntimeAPI.takeAnswer(&$0, route, request) }
    }
  }

  /// Waits for an event. Hands out the one in progress once more, so that a runtime whose
  /// connection broke can simply ask again.
  private func next() -> ServerReply {
    let refusal = state.withLock { state -> ServerReply? in
      switch state.phase {
      case .initError, .answering:
        return FakeRuntimeAPI.forbidden(state.phase, .ready)
      case .answered, .expired:
        state.current = nil
        state.phase = .ready
      case .started:
        state.phase = .ready
      case .ready, .running:
        break
      }
      return nil
    }
    if let refusal { return refusal }
    let reply = state.wait(timeout: nil) { state -> ServerReply? in
      if state.isStopped { return .close }
      if state.current == nil, !state.queue.isEmpty { state.current = state.queue.removeFirst() }
      guard let current = state.current else { return nil }
      if state.phase == .ready { state.phase = .running }
      return .answer(current.answer)
    }
    return reply ?? .close
  }

  private static func takeInitError(_ state: inout State, _ request: ServerRequest) -> ServerReply {
    guard state.phase == .started else { return forbidden(state.phase, .initError) }
    state.phase = .initError
    state.initError = errorOutcome(request)
    return accepted
  }

  private static func takeAnswer(
    _ state: inout State, _ route: RuntimeRoute.Route, _ request: ServerRequest
  ) -> ServerReply {
    guard let current = state.current, current.requestID == route.requestID,
      isFor(current, request)
    else { return problem(400, "InvalidRequestID", "Invalid request ID") }
    if state.phase == .expired {
      return problem(410, "InvokeTimeout", "The invocation has run out of time")
    }
    guard state.phase == .running else { return forbidden(state.phase, .answering) }
    if route.endpoint == .error {
      state.outcomes[current.requestID] = errorOutcome(request)
      state.phase = .answered
      return accepted
    }
    let mode = request["Lambda-Runtime-Function-Response-Mode"] ?? "streaming"
    guard mode.lowercased() == "streaming" else {
      state.phase = .answering
      return problem(400, "InvalidFunctionResponseMode", "Invalid function response mode")
    }
    state.phase = .answered
    guard request.body.count <= largestResponse else {
      return tooLarge(&state, current.requestID, request)
    }
    state.outcomes[current.requestID] = InvocationOutcome(
      kind: .response, errorType: nil, body: request.body, request: request)
    return accepted
  }

  private static func isFor(_ invocation: FakeInvocation, _ request: ServerRequest) -> Bool {
    let named = request.values(of: "Lambda-Runtime-Invocation-Id")
    return named.isEmpty || named == [invocation.invocationID ?? ""]
  }

  private static func tooLarge(
    _ state: inout State, _ requestID: String, _ request: ServerRequest
  ) -> ServerReply {
    let message =
      "Response payload size (\(request.body.count) bytes) exceeded maximum allowed payload size "
      + "(\(largestResponse) bytes)."
    let type = "Function.ResponseSizeTooLarge"
    state.outcomes[requestID] = InvocationOutcome(
      kind: .responseTooLarge, errorType: type,
      body: Array(#"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#.utf8),
      request: request)
    return problem(
      413, "RequestEntityTooLarge",
      "Exceeded maximum allowed payload size (\(largestResponse) bytes).")
  }

  private static func errorOutcome(_ request: ServerRequest) -> InvocationOutcome {
    InvocationOutcome(
      kind: .error,
      errorType: InvocationOutcome.errorType(
        sent: request["Lambda-Runtime-Function-Error-Type"]),
      body: request.body, request: request)
  }

  private static var accepted: ServerReply {
    json(202, #"{"status":"OK"}"#)
  }

  private static func forbidden(_ from: RuntimePhase, _ to: RuntimePhase) -> ServerReply {
    problem(
      403, "InvalidStateTransition",
      "State transition from \(from.rawValue) to \(to.rawValue) is not allowed")
  }

  private static func problem(_ status: Int, _ type: String, _ message: String) -> ServerReply {
    json(status, #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
  }

  private static func json(_ status: Int, _ body: String) -> ServerReply {
    .answer(
      ServerAnswer(
        status: status, headers: [("Content-Type", "application/json")], body: body + "\n"))
  }
}

/// The state of the runtime, as the Runtime API sees it.
enum RuntimePhase: String {
  /// Started, and has not asked for anything yet.
  case started = "RuntimeStarted"
  /// Has reported that its init failed; nothing more is allowed.
  case initError = "RuntimeInitError"
  /// Waits in `/next`.
  case ready = "RuntimeReady"
  /// Has an invocation to work on.
  case running = "RuntimeRunning"
  /// Sent an answer that the Runtime API refused half-way.
  case answering = "RuntimeInvocationResponse"
  /// The invocation ran out of time before it was answered.
  case expired = "RuntimeInvocationExpired"
  /// Has answered.
  case answered = "RuntimeResponseSent"
}
