/// A deviation from what a fake would have answered.
package enum ScriptedFault: Sendable {
  /// This reply, and the request is not carried out.
  case instead(ServerReply)
  /// The request is carried out, but answered with this reply: the answer that gets lost.
  case after(ServerReply)
  /// The request is carried out and its own reply changed.
  case changed(@Sendable (ServerReply) -> ServerReply)

  /// The request is carried out and the connection is closed in the middle of the answer's body.
  package static let half = ScriptedFault.changed { $0.halved }

  /// The request is carried out and answered after so much real time.
  package static func slow(_ duration: Duration) -> ScriptedFault {
    .changed { .delayed(duration, $0) }
  }

  /// Returns the reply; `carryOut` does what the request asks for.
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
