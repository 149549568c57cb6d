import HTTPTransport
import Testing

@testable import LambdaRuntime

@Suite("Invocation")
struct InvocationTests {
  @Test("every field of the answer is kept, whatever the case of its name")
  func allFields() throws {
    let invocation = try #require(
      Invocation(
        HTTPResponse(
          status: 200,
          headers: [
            "lambda-runtime-aws-request-id": "id-1", "LAMBDA-RUNTIME-DEADLINE-MS": "17",
            "Lambda-Runtime-Invocation-Id": "nonce", "Lambda-Runtime-Trace-Id": "Root=1",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:x", "Lambda-Runtime-Aws-Tenant-Id": "t",
            "Lambda-Runtime-Client-Context": "{not json", "Lambda-Runtime-Cognito-Identity": "{}",
            "Content-Type": "text/plain",
          ], body: [1])))
    #expect(
      invocation
        == Invocation(
          requestID: "id-1", deadline: Deadline(epochMilliseconds: 17), invocationID: "nonce",
          functionARN: "arn:x", traceID: "Root=1", tenantID: "t", clientContext: "{not json",
          cognitoIdentity: "{}", contentType: "text/plain", body: [1]))
  }

  @Test("only the request id is needed")
  func fewestFields() throws {
    let response = HTTPResponse(status: 200, headers: ["Lambda-Runtime-Aws-Request-Id": "id-1"])
    #expect(Invocation(response) == Invocation(requestID: "id-1"))
    #expect(Invocation(response)?.contentType == "application/json")
  }

  @Test(
    "without a request id there is no invocation",
    arguments: [HTTPHeaders(), ["Lambda-Runtime-Aws-Request-Id": ""]])
  func noRequestID(headers: HTTPHeaders) {
    #expect(Invocation(HTTPResponse(status: 200, headers: headers, body: [1])) == nil)
  }

  @Test(
    "the time left is never negative and nothing makes it overflow",
    arguments: [
      ("1500", Int64(1000), Duration.milliseconds(500)), ("1000", 1000, .zero),
      ("999", 1000, .zero),
      ("-5", 1000, .zero), ("\(Int64.max)", -1, .milliseconds(Int64.max)),
      ("\(Int64.min)", 1, .zero),
    ])
  func remaining(header: String, now: Int64, expected: Duration) {
    #expect(Deadline(header: header).remaining(at: now) == expected)
  }

  @Test(
    "a deadline that is missing or no number is none", arguments: [nil, "", "soon", "1e3", "9 "])
  func noDeadline(header: String?) {
    #expect(Deadline(header: header) == .none)
    #expect(Deadline(header: header).remaining(at: 0) == nil)
  }
}
