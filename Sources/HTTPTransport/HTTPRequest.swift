/// One HTTP/1.1 request as a value: what is tested without a socket.
public struct HTTPRequest: Sendable, Equatable {
  /// The methods there are.
  public enum Method: String, Sendable {
    case get = "GET"
    /// Like GET, but the answer has no body.
    case head = "HEAD"
    case post = "POST"
    /// With a body or, as EC2 wants it where it hands out credentials, without one.
    case put = "PUT"
  }

  /// The method.
  public var method: Method
  /// The absolute URL, already percent-encoded; sent as it is, since it was signed as it is.
  public var url: String
  /// The fields to send. `Host` and `Content-Length` are the transport's own.
  public var headers: HTTPHeaders
  /// The body of a POST or PUT; the other methods have none.
  public var body: [UInt8]
  /// The longest time for the whole exchange; nil waits for ever, as `/next` must.
  public var timeout: Duration?

  /// Creates a request.
  public init(
    _ method: Method, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
    timeout: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

/// A whole HTTP answer, whatever its status.
public struct HTTPResponse: Sendable, Equatable {
  /// The status code of the final answer (never 1xx).
  public var status: Int
  /// The final answer's fields.
  public var headers: HTTPHeaders
  /// The body, with transfer encoding removed.
  public var body: [UInt8]

  /// Creates an answer.
  public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
