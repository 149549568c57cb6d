/// What the status of a `/response`, `/error` or `/init/error` means.
enum PostVerdict: Equatable {
  /// Lambda has the answer.
  case delivered
  /// The invocation ran out of time, so nobody waits for this answer any more.
  case stale
  /// The invocation was answered before.
  case alreadyAnswered
  /// The answer is too large. Lambda has told the caller so itself; an `/error` would be refused.
  case tooLarge
  /// A status that the API does not have. `/next` will say whether the state is still good.
  case unexpected
  /// The Runtime API is beyond recovery.
  case broken

  /// - Parameter isRetry: whether the same request was sent before and got no complete answer. Then
  ///   a refusal says that the first attempt arrived.
  init(status: Int, isRetry: Bool) {
    switch status {
    case 200..<300: self = .delivered
    case 400: self = isRetry ? .delivered : .stale
    case 403: self = isRetry ? .delivered : .alreadyAnswered
    case 410: self = .stale
    case 413: self = .tooLarge
    case 500...: self = .broken
    default: self = .unexpected
    }
  }
}
