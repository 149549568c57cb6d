import Foundation

extension FakeDynamoDB {
  /// Answers a request, with a scripted fault or as DynamoDB would, and records the call.
  package func reply(to request: ServerRequest) -> ServerReply {
    let prefix = "DynamoDB_20120810."
    let operation = request["X-Amz-Target"].flatMap { target in
      target.hasPrefix(prefix)
        ? DynamoDBOperation(rawValue: String(target.dropFirst(prefix.count))) : nil
    }
    let reply: ServerReply
    do throws(DynamoDBProblem) {
      try authenticate(request)
      guard let operation, request.method == "POST", request.path == "/" else {
        throw DynamoDBProblem(code: "UnknownOperationException", message: "")
      }
      let fault = nextFault(for: operation)
      let carryOut = { self.carryOut(operation, request, leavesBatch: fault == .unprocessed) }
      reply = scripted(fault, operation)?.reply(carryOut) ?? carryOut()
    } catch {
      reply = answer(error)
    }
    state.withLock {
      $0.calls.append(
        DynamoDBCall(operation: operation, request: request, status: reply.content?.status))
    }
    return reply
  }

  private func authenticate(_ request: ServerRequest) throws(DynamoDBProblem) {
    let (settings, now) = state.withLock { ($0.settings, $0.settings.wallMilliseconds()) }
    let check = SignatureCheck(
      credentials: settings.credentials, service: "dynamodb", region: settings.region)
    do throws(CloudFrontProblem) {
      try check.verify(request, now: now)
    } catch {
      throw DynamoDBProblem(status: error.status, code: error.code, message: error.message)
    }
    guard request["Content-Type"] == "application/x-amz-json-1.0" else {
      throw DynamoDBProblem(
        status: 404, code: "UnknownOperationException", message: "Not JSON 1.0.")
    }
  }

  private func nextFault(for operation: DynamoDBOperation) -> DynamoDBFault? {
    state.withLock { state in
      state.faults.firstIndex { $0.operation == operation }.map {
        state.faults.remove(at: $0).fault
      }
    }
  }

  private func scripted(
    _ fault: DynamoDBFault?, _ operation: DynamoDBOperation
  ) -> ScriptedFault? {
    switch fault {
    case nil, .unprocessed: nil
    case .throttle:
      .instead(
        answer(
          DynamoDBProblem(
            code: "ProvisionedThroughputExceededException",
            message: "The level of configured provisioned throughput was exceeded.")))
    case .internalError:
      .instead(
        answer(
          DynamoDBProblem(status: 500, code: "InternalServerError", message: "Please try again.")))
    case .denied: .instead(answer(denial(of: operation)))
    case .missingTable: .instead(answer(.noTable))
    case .resetBeforeAccepting: .instead(.reset)
    case .resetAfterAccepting: .after(.reset)
    case .halfAnswer: .half
    case .hang: .instead(.hang)
    case .slow(let duration): .slow(duration)
    }
  }

  private func denial(of operation: DynamoDBOperation) -> DynamoDBProblem {
    DynamoDBProblem(
      code: "AccessDeniedException",
      message: "User: arn:aws:sts::123456789012:assumed-role/bridge/bridge is not authorized to "
        + "perform: dynamodb:\(operation.rawValue)")
  }

  private func answer(_ problem: DynamoDBProblem) -> ServerReply {
    var body: JSONObject = [
      "__type": "com.amazonaws.dynamodb.v20120810#\(problem.code)", "message": problem.message,
    ]
    if let item = problem.item { body["Item"] = item.json }
    return answer(status: problem.status, body)
  }

  private func answer(status: Int = 200, _ body: JSONObject) -> ServerReply {
    let data = try? JSONSerialization.data(withJSONObject: body, options: [.sortedKeys])
    return .answer(
      ServerAnswer(
        status: status, headers: [("Content-Type", "application/x-amz-json-1.0")],
        body: Array(data ?? Data())))
  }

  private func carryOut(
    _ operation: DynamoDBOperation, _ request: ServerRequest, leavesBatch: Bool
  ) -> ServerReply {
    do throws(DynamoDBProblem) {
      let settings = state.withLock { $0.settings }
      guard !settings.deniedActions.contains("dynamodb:\(operation.rawValue)") else {
        throw denial(of: operation)
      }
      let parsed = try? JSONSerialization.jsonObject(with: Data(request.body))
      guard let body = parsed as? JSONObject else {
        throw DynamoDBProblem(code: "SerializationException", message: "No JSON object.")
      }
      switch operation {
      case .batchGetItem: return answer(try batchGet(body, leavesAll: leavesBatch))
      case .batchWriteItem: return answer(try batchWrite(body, leavesAll: leavesBatch))
      case .updateItem: return answer(try update(body))
      case .putItem: return answer(try put(body))
      case .query: return answer(try query(body))
      }
    } catch {
      return answer(error)
    }
  }
}
