/// A fault of a call.
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
  /// The call takes effect, but the answer is delayed in real time.
  case slow(Duration)
  /// Nothing happens, and there is no answer.
  case hang
  /// 400 `TooManyInvalidationsInProgress`; nothing happens.
  case tooManyInProgress
  /// 413 `BatchTooLarge`; nothing happens.
  case batchTooLarge
  /// 403 `AccessDenied`; nothing happens.
  case denied
  /// 403 `ExpiredToken`; nothing happens.
  case expiredToken
  /// From this call on, the server's clock is fast by this duration, or slow when it is negative.
  case skewedClock(Duration)
  /// The call takes effect, but the end of the XML is missing, although the body has the length
  /// that it announces.
  case badXML
  /// The call takes effect, but white space makes the answer at least this many bytes long.
  case oversizedBody(Int)
  /// The call takes effect, but the answer's content type is `text/html`.
  case wrongContentType
  /// The call takes effect, and the kept-alive connection is dropped when the next request begins.
  case staleConnection
  /// Anything else.
  case custom(ScriptedFault)
}
