/// What the runtime made of an invocation, or of its init.
package struct InvocationOutcome: Sendable, Equatable {
  /// How it ended.
  package enum Kind: String, Sendable {
    /// `/response` was accepted.
    case response
    /// `/error` or `/init/error` was accepted.
    case error
    /// `/response` was too large; the caller of the function gets `Function.ResponseSizeTooLarge`.
    case responseTooLarge
    /// The fake's owner let the invocation run out of time.
    case timedOut
  }

  /// How it ended.
  package var kind: Kind
  /// The error type as the platform takes it: anything that is not of the form
  /// `(Runtime|Function).Xyz` counts as `Runtime.Unknown`. Nil for a response.
  package var errorType: String?
  /// The body sent by the runtime; of a response that was too large, the platform's own error.
  package var body: [UInt8]
  /// The request that brought it; nil after a time-out.
  package var request: ServerRequest?

  /// The body read as UTF-8, broken sequences replaced.
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// Returns the error type the platform would report.
  static func errorType(sent: String?) -> String {
    for prefix in ["Runtime.", "Function."] {
      guard let sent, sent.hasPrefix(prefix) else { continue }
      let name = sent.utf8.dropFirst(prefix.utf8.count)
      let isUpper = { (byte: UInt8) in byte >= 0x41 && byte <= 0x5A }
      let isLetter = { (byte: UInt8) in isUpper(byte & 0xDF) && byte < 0x80 }
      if name.count >= 2, let first = name.first, isUpper(first), name.allSatisfy(isLetter) {
        return sent
      }
    }
    return "Runtime.Unknown"
  }
}
