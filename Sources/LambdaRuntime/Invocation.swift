import Encoding
public import HTTPTransport

/// One answer of `/next`: an event and what Lambda says about it.
public struct Invocation: Sendable, Equatable {
  /// Identifies the request; Lambda keeps it when it retries an asynchronous event.
  public var requestID: String
  /// When Lambda ends the invocation.
  public var deadline: Deadline
  /// Identifies this very attempt; to be sent back. Older platforms have none.
  public var invocationID: String?
  /// The function as it was called, with version or alias.
  public var functionARN: String?
  /// The X-Ray trace header.
  public var traceID: String?
  /// The tenant of a function with tenant isolation.
  public var tenantID: String?
  /// JSON from a mobile client, unread.
  public var clientContext: String?
  /// JSON about the caller's Cognito identity, unread.
  public var cognitoIdentity: String?
  /// The event's media type; JSON where Lambda names none.
  public var contentType: String
  /// The event.
  public var body: [UInt8]

  /// Creates an invocation.
  public init(
    requestID: String, deadline: Deadline = .none, invocationID: String? = nil,
    functionARN: String? = nil, traceID: String? = nil, tenantID: String? = nil,
    clientContext: String? = nil, cognitoIdentity: String? = nil,
    contentType: String = "application/json", body: [UInt8] = []
  ) {
    self.requestID = requestID
    self.deadline = deadline
    self.invocationID = invocationID
    self.functionARN = functionARN
    self.traceID = traceID
    self.tenantID = tenantID
    self.clientContext = clientContext
    self.cognitoIdentity = cognitoIdentity
    self.contentType = contentType
    self.body = body
  }

  /// Reads the answer of `/next`; nil without a request id, since nothing could be answered.
  public init?(_ response: HTTPResponse) {
    func field(_ name: String) -> String? {
      response.headers[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let requestID = field("Lambda-Runtime-Aws-Request-Id") else { return nil }
    self.init(
      requestID: requestID,
      deadline: Deadline(header: field("Lambda-Runtime-Deadline-Ms")),
      invocationID: field("Lambda-Runtime-Invocation-Id"),
      functionARN: field("Lambda-Runtime-Invoked-Function-Arn"),
      traceID: field("Lambda-Runtime-Trace-Id"),
      tenantID: field("Lambda-Runtime-Aws-Tenant-Id"),
      clientContext: field("Lambda-Runtime-Client-Context"),
      cognitoIdentity: field("Lambda-Runtime-Cognito-Identity"),
      contentType: field("Content-Type") ?? "application/json",
      body: response.body)
  }

  /// The request id as a path segment: callers may choose it, slashes and all.
  var encodedRequestID: String { PercentEncoding.segment.encode(requestID) }
}
