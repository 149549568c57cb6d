extension FakeCloudFront {
  /// Takes the next fault for a call.
  func nextFault(for action: CloudFrontAction) -> CloudFrontFault? {
    state.withLock { state in
      guard let index = state.faults.firstIndex(where: { $0.action.matches(action) }) else {
        return nil
      }
      return state.faults.remove(at: index).fault
    }
  }

  /// Sets the clock when that is the next fault. This comes before the check of the signature,
  /// where the wrong time shows.
  func startSkew(for action: CloudFrontAction) {
    state.withLock { state in
      guard let index = state.faults.firstIndex(where: { $0.action.matches(action) }),
        case .skewedClock(let offset) = state.faults[index].fault
      else { return }
      state.faults.remove(at: index)
      state.settings.clockOffset = offset
    }
  }

  /// Returns the effect of a fault on a call.
  func scripted(
    _ fault: CloudFrontFault, action: CloudFrontAction, route: CloudFrontRoute
  ) -> ScriptedFault {
    switch fault {
    case .throttle: .instead(answer(.throttling))
    case .internalError: .instead(answer(.internalError))
    case .unavailable: .instead(answer(.unavailable))
    case .unavailableHTML: .instead(html)
    case .resetBeforeAccepting: .instead(.reset)
    case .resetAfterAccepting: .after(.reset)
    case .halfAnswer: .half
    case .slow(let duration): .slow(duration)
    case .hang: .instead(.hang)
    case .tooManyInProgress: .instead(answer(.tooManyInProgress))
    case .batchTooLarge: .instead(answer(.batchTooLarge))
    case .denied:
      .instead(answer(.accessDenied(action.policyName, resource: arn(of: route))))
    case .expiredToken: .instead(answer(.expiredToken))
    case .skewedClock: .changed { $0 }
    case .badXML: changed { $0.body.removeLast(min($0.body.count, 24)) }
    case .oversizedBody(let bytes):
      changed { $0.body += [UInt8](repeating: 10, count: max(bytes - $0.body.count, 0)) }
    case .wrongContentType: changed { $0.set("Content-Type", "text/html") }
    case .staleConnection: .changed { .thenDropNext($0) }
    case .custom(let fault): fault
    }
  }

  private var html: ServerReply {
    let body = """
      <html><head><title>503 Service Unavailable</title></head>
      <body><h1>Service Unavailable</h1><p>Please try again later.</body></html>

      """
    guard var content = answer(503, body).content else { return .close }
    content.set("Content-Type", "text/html")
    content.set("x-amzn-RequestId", nil)
    return .answer(content)
  }

  private func changed(_ change: @escaping @Sendable (inout ServerAnswer) -> Void) -> ScriptedFault
  {
    .changed { reply in
      guard var content = reply.content else { return reply }
      change(&content)
      return .answer(content)
    }
  }
}
