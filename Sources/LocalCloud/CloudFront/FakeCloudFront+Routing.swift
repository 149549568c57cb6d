extension FakeCloudFront {
  /// Answers a request, with a scripted fault or as CloudFront would, and records the call.
  ///
  /// Returns at once: a latency is part of the reply.
  package func reply(to request: ServerRequest) -> ServerReply {
    let route = CloudFrontRoute(request)
    let action = route.map { self.action(of: $0, request) }
    let onCall = state.withLock { $0.settings.onCall }
    guard onCall(false) else { return .close }
    var reply: ServerReply
    do throws(CloudFrontProblem) {
      guard let route, let action else {
        try authenticate(request)
        throw .unknownOperation
      }
      startSkew(for: action)
      try authenticate(request)
      let fault = nextFault(for: action)
      let scripted = fault.map { self.scripted($0, action: action, route: route) }
      let carryOut = { self.carryOut(route, action: action, request) }
      reply = scripted?.reply(carryOut) ?? carryOut()
    } catch {
      reply = answer(error)
    }
    let latency = state.withLock { state in
      state.calls.append(
        CloudFrontCall(
          action: action, distributionID: route?.distributionID, request: request, time: state.now,
          status: reply.content?.status, errorCode: reply.content.flatMap(errorCode)))
      if let kept = state.settings.callsKept, state.calls.count > 2 * kept {
        state.calls.removeFirst(state.calls.count - kept)
      }
      return state.settings.latency
    }
    guard onCall(true) else { return .close }
    if latency > .zero { reply = .delayed(latency, reply) }
    return reply
  }

  /// Returns an answer with the fields that every answer has.
  func answer(_ status: Int, headers: [(String, String)] = [], _ body: String) -> ServerReply {
    answer(status, headers: headers) { _ in body }
  }

  /// Returns an error answer.
  func answer(_ problem: CloudFrontProblem) -> ServerReply {
    answer(problem.status, headers: []) { problem.xml(requestID: $0) }
  }

  private func answer(
    _ status: Int, headers: [(String, String)], body: (_ requestID: String) -> String
  ) -> ServerReply {
    let (requestID, date) = state.withLock { state in
      state.answers += 1
      return (FakeCloudFront.requestID(state.answers), UTCTime(milliseconds: state.serverTime).http)
    }
    let common = [
      ("x-amzn-RequestId", requestID), ("Content-Type", "text/xml"), ("Date", date),
    ]
    return .answer(ServerAnswer(status: status, headers: common + headers, body: body(requestID)))
  }

  /// Returns the ARN of a request's resource, or of all distributions.
  func arn(of route: CloudFrontRoute) -> String {
    let settings = state.withLock { $0.settings }
    return "arn:\(settings.partition):cloudfront::\(settings.accountID):"
      + (route.cachePolicyID.map { "cache-policy/\($0)" }
        ?? "distribution/\(route.distributionID ?? "*")")
  }

  /// Returns the distribution with an id; throws `NoSuchDistribution` when there is none.
  func distribution(_ id: String?) throws(CloudFrontProblem) -> FakeDistribution {
    let distributions = state.withLock { $0.settings.distributions }
    guard let found = distributions.first(where: { $0.id == id }) else { throw .noSuchDistribution }
    return found
  }

  private func authenticate(_ request: ServerRequest) throws(CloudFrontProblem) {
    let (settings, now) = state.withLock { ($0.settings, $0.serverTime) }
    let check = SignatureCheck(
      credentials: settings.credentials, service: "cloudfront", region: settings.region)
    try check.verify(request, now: now)
  }

  private func carryOut(
    _ route: CloudFrontRoute, action: CloudFrontAction, _ request: ServerRequest
  ) -> ServerReply {
    do throws(CloudFrontProblem) {
      if state.withLock({ $0.settings.deniedActions.contains(action.policyName) }) {
        throw .accessDenied(action.policyName, resource: arn(of: route))
      }
      return switch route.operation {
      case .listDistributions: try listDistributions(request)
      case .getDistribution: try getDistribution(route)
      case .getDistributionConfig: try getDistributionConfig(route)
      case .getCachePolicy: try getCachePolicy(route)
      case .createInvalidation: try createInvalidation(route, request)
      case .getInvalidation: try getInvalidation(route)
      case .listInvalidations: try listInvalidations(route, request)
      }
    } catch {
      return answer(error)
    }
  }

  private func action(of route: CloudFrontRoute, _ request: ServerRequest) -> CloudFrontAction {
    switch route.operation {
    case .listDistributions: .listDistributions(page: pageNumber(request))
    case .getDistribution: .getDistribution
    case .getDistributionConfig: .getDistributionConfig
    case .getCachePolicy: .getCachePolicy
    case .createInvalidation: .createInvalidation
    case .getInvalidation: .getInvalidation
    case .listInvalidations: .listInvalidations
    }
  }

  private func errorCode(_ answer: ServerAnswer) -> String? {
    guard answer.status >= 400 else { return nil }
    let body = String(decoding: answer.body, as: UTF8.self)
    let pieces = body.split(separator: "<Code>", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return nil }
    return String(pieces[1].prefix { $0 != "<" })
  }

  private static func requestID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "04705081-4e05-11e4-8882-" + String(repeating: "0", count: max(12 - digits.count, 0))
      + digits
  }
}
