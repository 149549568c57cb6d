public import HTTPTransport

/// One request to the Runtime API as a value.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
public enum RuntimeRequest: Sendable, Equatable {
  /// Asks for the next invocation; without a timeout, since the answer may be hours away.
  case next
  /// Answers an invocation with JSON.
  case response(Invocation, [UInt8])
  /// Answers an invocation with an error; the directory goes into the X-Ray cause.
  case error(Invocation, FunctionError, workingDirectory: String)
  /// Says that the init phase failed; forbidden after the first ``next``.
  case initError(FunctionError)

  /// The request to send.
  public func httpRequest(to endpoint: RuntimeEndpoint, userAgent: UserAgent) -> HTTPRequest {
    var headers: HTTPHeaders = ["User-Agent": userAgent.rawValue]
    if case .next = self {} else { headers.add("Content-Type", "application/json") }
    switch self {
    case .next:
      return HTTPRequest(.get, endpoint.url("invocation/next"), headers: headers)
    case .response(let invocation, let body):
      RuntimeRequest.echo(invocation, in: &headers)
      return HTTPRequest(
        .post, endpoint.url("invocation/\(invocation.encodedRequestID)/response"),
        headers: headers, body: body)
    case .error(let invocation, let error, let workingDirectory):
      RuntimeRequest.echo(invocation, in: &headers)
      headers.add("Lambda-Runtime-Function-Error-Type", error.type.rawValue)
      if let cause = error.xrayCause(workingDirectory: workingDirectory) {
        headers.add("Lambda-Runtime-Function-XRay-Error-Cause", cause)
      }
      return HTTPRequest(
        .post, endpoint.url("invocation/\(invocation.encodedRequestID)/error"),
        headers: headers, body: error.json)
    case .initError(let error):
      headers.add("Lambda-Runtime-Function-Error-Type", error.type.rawValue)
      return HTTPRequest(.post, endpoint.url("init/error"), headers: headers, body: error.json)
    }
  }

  /// Sends the invocation id back, by which Lambda tells this answer from that of an earlier
  /// invocation with the same request id that ran out of time.
  private static func echo(_ invocation: Invocation, in headers: inout HTTPHeaders) {
    guard let id = invocation.invocationID else { return }
    headers.add("Lambda-Runtime-Invocation-Id", id)
  }
}
