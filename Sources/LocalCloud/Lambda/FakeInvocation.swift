/// An event for the runtime, with all the header fields of the answer to `/next`.
///
/// Like the Runtime API, the answer leaves out a field that is nil or empty.
package struct FakeInvocation: Sendable {
  /// The event, which is the body of the answer.
  package var event: [UInt8]
  /// `Lambda-Runtime-Aws-Request-Id`.
  package var requestID: String
  /// `Lambda-Runtime-Deadline-Ms`: milliseconds since 1970, as text so that a test can send
  /// garbage.
  package var deadline: String?
  /// `Lambda-Runtime-Invoked-Function-Arn`.
  package var functionARN: String? =
    "arn:aws:lambda:us-east-1:123456789012:function:s3-cloudfront-bridge"
  /// `Lambda-Runtime-Trace-Id`.
  package var traceID: String?
  /// `Lambda-Runtime-Aws-Tenant-Id`.
  package var tenantID: String?
  /// `Lambda-Runtime-Invocation-Id`. The fake refuses an answer that names another one.
  package var invocationID: String?
  /// `Lambda-Runtime-Client-Context`.
  package var clientContext: String?
  /// `Lambda-Runtime-Cognito-Identity`.
  package var cognitoIdentity: String?
  /// `Content-Type`.
  package var contentType: String? = "application/json"
  /// Whether the answer has the request id; without it, the answer breaks the protocol.
  package var sendsRequestID = true
  /// Further fields, sent after the others.
  package var extraHeaders: [ServerRequest.Field] = []

  /// Creates an invocation with the fields that every invocation has.
  package init(event: [UInt8], requestID: String, deadlineMilliseconds: Int64? = nil) {
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
