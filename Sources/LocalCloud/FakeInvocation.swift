/// An event to hand to the runtime with everything `/next` says about it.
///
/// A nil or empty field is left out of the answer, as the Runtime API does.
public struct FakeInvocation: Sendable {
  /// The body of the answer.
  public var event: [UInt8]
  /// `Lambda-Runtime-Aws-Request-Id`.
  public var requestID: String
  /// `Lambda-Runtime-Deadline-Ms`: milliseconds since 1970, as text, so that garbage can be sent.
  public var deadline: String?
  /// `Lambda-Runtime-Invoked-Function-Arn`.
  public var functionARN: String? =
    "arn:aws:lambda:us-east-1:123456789012:function:s3-cloudfront-bridge"
  /// `Lambda-Runtime-Trace-Id`.
  public var traceID: String?
  /// `Lambda-Runtime-Aws-Tenant-Id`.
  public var tenantID: String?
  /// `Lambda-Runtime-Invocation-Id`: an answer that names another one is refused.
  public var invocationID: String?
  /// `Lambda-Runtime-Client-Context`.
  public var clientContext: String?
  /// `Lambda-Runtime-Cognito-Identity`.
  public var cognitoIdentity: String?
  /// `Content-Type`.
  public var contentType: String? = "application/json"
  /// Whether the request id is sent; without it the answer breaks the protocol.
  public var sendsRequestID = true
  /// Further fields, sent behind the others.
  public var extraHeaders: [ServerRequest.Field] = []

  /// Creates an invocation with the fields that every invocation has.
  public init(event: [UInt8], requestID: String, deadlineMilliseconds: Int64? = nil) {
    self.event = event
    self.requestID = requestID
    deadline = deadlineMilliseconds.map(String.init)
  }

  /// The answer to `/next`.
  var answer: ServerAnswer {
    let fields = [
      ("Lambda-Runtime-Aws-Request-Id", sendsRequestID ? requestID : nil),
      ("Lambda-Runtime-Deadline-Ms", deadline),
      ("Lambda-Runtime-Invoked-Function-Arn", functionARN),
      ("Lambda-Runtime-Trace-Id", traceID),
      ("Lambda-Runtime-Aws-Tenant-Id", tenantID),
      ("Lambda-Runtime-Invocation-Id", invocationID),
      ("Lambda-Runtime-Client-Context", clientContext),
      ("Lambda-Runtime-Cognito-Identity", cognitoIdentity),
      ("Content-Type", contentType),
    ]
    var answer = ServerAnswer(status: 200, body: event)
    for (name, value) in fields where value?.isEmpty == false { answer.set(name, value) }
    answer.headers += extraHeaders
    return answer
  }
}
