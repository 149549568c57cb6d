/// The outcome of an invocation or of the runtime's init.
package struct InvocationOutcome: Sendable, Equatable {
  /// How it ended.
  package enum Kind: String, Sendable {
    /// The fake accepted a `/response`.
    case response
    /// The fake accepted an `/error` or an `/init/error`.
    case error
    /// `/response` was too large; the caller of the function gets `Function.ResponseSizeTooLarge`.
    case responseTooLarge
    /// The test let the invocation run out of time.
    case timedOut
  }

  package var kind: Kind
  /// The error type as Lambda reports it: a text that is not of the form `(Runtime|Function).Xyz`
  /// becomes `Runtime.Unknown`. Nil for a response.
  package var errorType: String?
  /// The body that the runtime sent, or Lambda's own error after a response that was too large.
  package var body: [UInt8]
  /// The request that contained it; nil after a timeout.
  package var request: ServerRequest?

  /// The body as text, with invalid UTF-8 replaced.
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// Returns the error type that Lambda would report.
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
