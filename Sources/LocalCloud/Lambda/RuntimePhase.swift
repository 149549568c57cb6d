/// The state of the runtime as the Runtime API sees it.
enum RuntimePhase: String {
  /// Started, and has not asked for anything yet.
  case started = "RuntimeStarted"
  /// Has reported that its init failed; nothing more is allowed.
  case initError = "RuntimeInitError"
  /// Waits in `/next`.
  case ready = "RuntimeReady"
  /// Has an invocation to work on.
  case running = "RuntimeRunning"
  /// Got stuck with an answer that was refused half-way.
  case answering = "RuntimeInvocationResponse"
  /// The invocation ran out of time before it was answered.
  case expired = "RuntimeInvocationExpired"
  /// Has answered.
  case answered = "RuntimeResponseSent"
}
