/// A deviation from the answer that a fake would give.
package enum ScriptedFault: Sendable {
  /// The fake sends this reply and does not carry out the request.
  case instead(ServerReply)
  /// The fake carries out the request but sends this reply, so that the real answer is lost.
  case after(ServerReply)
  /// The fake carries out the request and changes its own reply.
  case changed(@Sendable (ServerReply) -> ServerReply)

  /// The fake carries out the request and closes the connection in the middle of the answer's body.
  package static let half = ScriptedFault.changed { $0.halved }

  /// The fake carries out the request and answers after a delay in real time.
  package static func slow(_ duration: Duration) -> ScriptedFault {
    .changed { .delayed(duration, $0) }
  }

  /// Returns the reply; `carryOut` carries out the request.
  func reply(_ carryOut: () -> ServerReply) -> ServerReply {
    switch self {
    case .instead(let reply): return reply
    case .after(let reply):
      _ = carryOut()
      return reply
    case .changed(let change): return change(carryOut())
    }
  }
}
