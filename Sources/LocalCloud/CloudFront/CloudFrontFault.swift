/// What can be made to go wrong with a call.
package enum CloudFrontFault: Sendable {
  /// 400 `Throttling`, "Rate exceeded"; nothing happens.
  case throttle
  /// 500 `InternalError`; nothing happens.
  case internalError
  /// 503 `ServiceUnavailable`; nothing happens.
  case unavailable
  /// 503 with a page of HTML, as a proxy or an edge sends it; nothing happens.
  case unavailableHTML
  /// The connection is reset and nothing happens.
  case resetBeforeAccepting
  /// The call takes effect, then the connection is reset.
  case resetAfterAccepting
  /// The call takes effect, but half its answer's body is missing.
  case halfAnswer
  /// The call takes effect, but is answered after so much real time.
  case slow(Duration)
  /// Nothing happens and nothing is answered.
  case hang
  /// 400 `TooManyInvalidationsInProgress`; nothing happens.
  case tooManyInProgress
  /// 413 `BatchTooLarge`; nothing happens.
  case batchTooLarge
  /// 403 `AccessDenied`; nothing happens.
  case denied
  /// 403 `ExpiredToken`; nothing happens.
  case expiredToken
  /// From this call on, the server's clock is ahead by so much, or behind when negative.
  case skewedClock(Duration)
  /// The call takes effect, but the end of the XML is missing from a body that is whole by its
  /// length.
  case badXML
  /// The call takes effect, and the answer is blown up with white space to at least so many bytes.
  case oversizedBody(Int)
  /// The call takes effect, but its answer is called `text/html`.
  case wrongContentType
  /// The call takes effect, and the kept-alive connection is dropped when the next request begins.
  case staleConnection
  /// Anything else.
  case custom(ScriptedFault)
}
