import Foundation

/// An error answer of SQS.
struct SQSProblem: Error {
  var status = 400
  var code: String
  var message: String

  static func invalid(_ message: String) -> SQSProblem {
    SQSProblem(code: "InvalidParameterValue", message: message)
  }

  static let noSuchQueue = SQSProblem(
    code: "QueueDoesNotExist", message: "The specified queue does not exist.")

  init(status: Int = 400, code: String, message: String) {
    self.status = status
    self.code = code
    self.message = message
  }

  init(_ problem: CloudFrontProblem) {
    self.init(status: problem.status, code: problem.code, message: problem.message)
  }
}

/// The members of a JSON object.
typealias JSONObject = [String: Any]

extension FakeSQS {
  /// Answers a request, with a scripted fault or as SQS would, and records the call.
  func reply(to request: ServerRequest) -> ServerReply {
    let operation = request["X-Amz-Target"].flatMap { target -> SQSOperation? in
      target.hasPrefix("AmazonSQS.")
        ? SQSOperation(rawValue: String(target.dropFirst("AmazonSQS.".count))) : nil
    }
    let onCall = state.withLock { $0.settings.onCall }
    guard onCall(false) else { return .close }
    let reply: ServerReply
    do throws(SQSProblem) {
      try authenticate(request)
      guard let operation, request.method == "POST", request.path == "/" else {
        throw SQSProblem(code: "InvalidAction", message: "No operation has this name.")
      }
      let fault = nextFault(for: operation)
      let carryOut = { self.carryOut(operation, request, failsFirst: fault == .firstEntryFails) }
      reply = scripted(fault, operation)?.reply(carryOut) ?? carryOut()
    } catch {
      reply = answer(error)
    }
    state.withLock {
      $0.calls.append(
        SQSCall(operation: operation, request: request, status: reply.content?.status))
    }
    return onCall(true) ? reply : .close
  }

  private func authenticate(_ request: ServerRequest) throws(SQSProblem) {
    let (settings, now) = state.withLock { ($0.settings, $0.now) }
    // "Credential=key/date/region/service/…": where every queue is known, every region is.
    let scope = (request["Authorization"] ?? "").split(separator: "/")
    let region =
      settings.knowsEveryQueue && scope.count > 2 ? String(scope[2]) : settings.region
    let check = SignatureCheck(
      credentials: settings.credentials, service: "sqs", region: region)
    do throws(CloudFrontProblem) {
      try check.verify(request, now: now)
    } catch {
      throw SQSProblem(error)
    }
    guard request["Content-Type"] == "application/x-amz-json-1.0" else {
      throw SQSProblem(status: 404, code: "UnknownOperationException", message: "Not JSON 1.0.")
    }
  }

  private func nextFault(for operation: SQSOperation) -> SQSFault? {
    state.withLock { state in
      state.faults.firstIndex { $0.operation == operation }.map {
        state.faults.remove(at: $0).fault
      }
    }
  }

  private func scripted(_ fault: SQSFault?, _ operation: SQSOperation) -> ScriptedFault? {
    switch fault {
    case nil, .firstEntryFails: nil
    case .throttle:
      .instead(answer(SQSProblem(code: "RequestThrottled", message: "Rate exceeded")))
    case .internalError:
      .instead(
        answer(SQSProblem(status: 500, code: "InternalError", message: "Please try again.")))
    case .unavailableHTML: .instead(.answer(503, "<html><body>Service Unavailable</body></html>"))
    case .denied: .instead(answer(denial(of: operation, on: nil)))
    case .resetBeforeAccepting: .instead(.reset)
    case .resetAfterAccepting: .after(.reset)
    case .halfAnswer: .half
    case .hang: .instead(.hang)
    }
  }

  private func denial(of operation: SQSOperation, on queue: String?) -> SQSProblem {
    SQSProblem(
      status: 403, code: "AccessDenied",
      message: "User: arn:aws:sts::123456789012:assumed-role/bridge/bridge is not authorized to "
        + "perform: \(operation.policyName.lowercased())"
        + (queue.map { " on resource: \(arn(of: $0))" } ?? ""))
  }

  /// The name of the queue that a request is about.
  private func queueName(in request: ServerRequest) -> String? {
    let body = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? JSONObject
    return (body?["QueueUrl"] as? String)?.split(separator: "/").last.map(String.init)
      ?? body?["QueueName"] as? String
  }

  private func answer(_ problem: SQSProblem) -> ServerReply {
    answer(
      status: problem.status,
      ["__type": "com.amazonaws.sqs#\(problem.code)", "message": problem.message])
  }

  private func answer(status: Int = 200, _ body: JSONObject) -> ServerReply {
    let data = try? JSONSerialization.data(withJSONObject: body, options: [.sortedKeys])
    return .answer(
      ServerAnswer(
        status: status, headers: [("Content-Type", "application/x-amz-json-1.0")],
        body: Array(data ?? Data())))
  }

  private func carryOut(
    _ operation: SQSOperation, _ request: ServerRequest, failsFirst: Bool
  ) -> ServerReply {
    do throws(SQSProblem) {
      guard !state.withLock({ $0.settings.deniedActions.contains(operation.policyName) }) else {
        throw denial(of: operation, on: queueName(in: request))
      }
      let parsed = try? JSONSerialization.jsonObject(with: Data(request.body))
      guard let body = parsed as? JSONObject else {
        throw SQSProblem(code: "SerializationException", message: "The body is no JSON object.")
      }
      if operation == .getQueueURL { return answer(try url(of: body)) }
      let queue = try queue(of: body)
      switch operation {
      case .getQueueURL: return answer(try url(of: body))
      case .receiveMessage: return answer(try receive(body, from: queue))
      case .deleteMessageBatch:
        return answer(
          try entries(of: body, failsFirst) { (entry) throws(SQSProblem) in
            try self.delete(entry, from: queue)
          })
      case .getQueueAttributes: return answer(["Attributes": attributes(of: queue)])
      case .changeMessageVisibilityBatch:
        return answer(
          try entries(of: body, failsFirst) { (entry) throws(SQSProblem) in
            try self.changeVisibility(entry, in: queue)
          })
      case .sendMessageBatch:
        try checkSize(body)
        return answer(
          try entries(of: body, failsFirst) { (entry) throws(SQSProblem) in
            try self.take(entry, into: queue)
          })
      }
    } catch {
      return answer(error)
    }
  }

  /// Finds the queue that a URL names: `…/account/name`.
  private func queue(of body: JSONObject) throws(SQSProblem) -> String {
    guard let url = body["QueueUrl"] as? String else {
      throw SQSProblem(code: "MissingParameter", message: "QueueUrl is missing.")
    }
    let parts = url.split(separator: "/")
    let name = String(parts.last ?? "")
    return try state.withLock { state throws(SQSProblem) in
      guard
        parts.dropLast().last.map(String.init) == state.settings.accountID
          || state.settings.knowsEveryQueue
      else { throw .noSuchQueue }
      if state.queues[name] == nil {
        guard state.settings.knowsEveryQueue else { throw .noSuchQueue }
        state.queues[name] = FakeQueue(
          name: name, deadLetterQueue: "dead-letters", maxReceiveCount: 100)
        state.queues["dead-letters"] =
          state.queues["dead-letters"] ?? FakeQueue(name: "dead-letters")
      }
      return name
    }
  }
}
